# SPDX-License-Identifier: Apache-2.0
"""Reads request bodies: whatever the Content-Type says, within a size and a time."""

from __future__ import annotations

from typing import Any

import falcon

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http.connections import Connections

_PIECE = 64 * 1024


def read(req: falcon.Request, max_bytes: int, deadline_s: float, connections: Connections) -> bytes:
    """The whole body; 413 `request_too_large`, 408 `request_timeout`, 415 for an encoding we do not read."""
    encoding = req.get_header("Content-Encoding")
    if encoding not in (None, "", "identity"):
        raise GatewayError("unsupported_media_type", reason="Send the body without Content-Encoding.")
    if (req.content_length or 0) > max_bytes:
        raise GatewayError("request_too_large", limit=max_bytes)
    try:
        with connections.time_limit(req.env, deadline_s):
            raw = _limited(req.env["wsgi.input"], max_bytes)
    except TimeoutError as error:
        raise GatewayError("request_timeout", limit=int(deadline_s)) from error
    except (OSError, ValueError) as error:
        raise GatewayError("invalid_request", "The body could not be read to its end.") from error
    if len(raw) < (req.content_length or 0):
        raise GatewayError("invalid_request", "The body is shorter than its Content-Length.")
    return raw


def _limited(stream: Any, max_bytes: int) -> bytes:
    """Reads on only while the limit allows, so that a chunked body cannot fill the memory."""
    pieces, size = [], 0
    while piece := stream.read(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            raise GatewayError("request_too_large", limit=max_bytes)
    return b"".join(pieces)
