# SPDX-License-Identifier: Apache-2.0
"""Reads request bodies: whatever the Content-Type says, within a size and a time."""

from __future__ import annotations

import re
from typing import Any

import falcon

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http import paced_sockets

_PIECE = 64 * 1024
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii")


def read(req: falcon.Request, max_bytes: int, deadline_s: float) -> bytes:
    """The whole body; 413 `request_too_large`, 408 `request_timeout`, 415 for an encoding we do not read."""
    _check_encoding(req)
    try:
        if (req.content_length or 0) > max_bytes:
            raise GatewayError("request_too_large", limit=max_bytes)
        with paced_sockets.reading(req.env, deadline_s):
            raw = _limited(req.env["wsgi.input"], max_bytes)
    except TimeoutError as error:
        paced_sockets.last_request(req.env)
        raise GatewayError("request_timeout", limit=f"{deadline_s:g}") from error
    except (OSError, ValueError) as error:
        raise _cut_off(req, "The body could not be read to its end.") from error
    except GatewayError:
        paced_sockets.last_request(req.env)
        raise
    if len(raw) < (req.content_length or 0):
        raise _cut_off(req, "The body is shorter than its Content-Length.")
    return raw


def _cut_off(req: falcon.Request, complaint: str) -> GatewayError:
    """The client's fault, unless a stop or reload took the connection for idle just when the request came."""
    if paced_sockets.hung_up(req.env):
        return GatewayError("service_unavailable", retry_after_seconds=1)
    return GatewayError("invalid_request", complaint)


def _check_encoding(req: falcon.Request) -> None:
    encoding = req.get_header("Content-Encoding")
    if encoding not in (None, "", "identity"):
        reason = "Send the body without Content-Encoding."
        raise GatewayError("unsupported_media_type", reason=reason, headers={"Accept-Encoding": "identity"})
    named = _CHARSET.search(req.content_type or "")
    if named is not None and named[1].lower() not in _CHARSETS:
        raise GatewayError("unsupported_media_type", reason=f"JSON is read as UTF-8, not as {named[1][:40]}.")


def _limited(stream: Any, max_bytes: int) -> bytes:
    """Reads on only while the limit allows, so that a chunked body cannot fill the memory."""
    pieces, size = [], 0
    while piece := stream.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            raise GatewayError("request_too_large", limit=max_bytes)
    return b"".join(pieces)
