# SPDX-License-Identifier: Apache-2.0
"""HTTP proxies as the environment names them: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, in either case."""

from __future__ import annotations

import base64
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

from ringside_gateway.providers.transport import TransportError


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where the proxy listens, and the header that lets us in."""

    host: str
    port: int
    authorization: str | None


def proxy_for(scheme: str, host: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy for this address, None for a direct connection."""
    found = _variable(environment, f"{scheme}_proxy") or _variable(environment, "all_proxy")
    if not found or _bypassed(host, _variable(environment, "no_proxy")):
        return None
    parts = urllib.parse.urlsplit(found if "://" in found else f"http://{found}")
    if parts.scheme != "http" or not parts.hostname:
        raise TransportError("connect", f"{scheme}_proxy must be an http:// address", sent=False)
    user = urllib.parse.unquote(f"{parts.username or ''}:{parts.password or ''}") if parts.username else None
    basic = None if user is None else "Basic " + base64.b64encode(user.encode()).decode()
    return Proxy(parts.hostname, parts.port or 80, basic)


def _variable(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.upper()) or ""


def _bypassed(host: str, no_proxy: str) -> bool:
    """Whether a host is among `no_proxy`: `*`, a name, or a name's domain, with or without a leading dot."""
    names = [name.strip().lower().lstrip(".").partition(":")[0] for name in no_proxy.split(",")]
    host = host.lower()
    return any(name == "*" or (name and (host == name or host.endswith("." + name))) for name in names)
