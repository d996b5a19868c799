# SPDX-License-Identifier: Apache-2.0
"""Whether an address can be listened on, and how a client on this machine reaches it."""

from __future__ import annotations

import http.client
import json
import socket
import urllib.request

_ANSWER_S = 2
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}


def problem(host: str, port: int) -> str | None:
    """Why nothing can listen there and what to do about it; None when something can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            return f"{host} port {port}: {reason}; stop what listens there or choose another with --port"
    return None


def answers(host: str, port: int) -> bool:
    """Whether a gateway listens there."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{reachable(host)}:{port}/healthz", timeout=_ANSWER_S) as response:
            return dict(json.load(response)).keys() >= {"status", "version", "checks"}
    except (OSError, ValueError, http.client.HTTPException):
        return False


def reachable(host: str) -> str:
    """The host as it stands in a URL."""
    return _EVERYWHERE.get(host) or (f"[{host}]" if ":" in host else host)
