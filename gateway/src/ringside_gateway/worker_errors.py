# SPDX-License-Identifier: Apache-2.0
"""Errors the server meets before the application does, in the envelope like any other."""

from __future__ import annotations

import logging
import signal
import time
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors as http_errors

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.http.errors import envelope, error_headers
from ringside_gateway.http.jsons import dump
from ringside_gateway.http.paced_sockets import HeadTooSlow

_log = logging.getLogger("ringside.errors")


def answer(error: BaseException) -> bytes:
    """A whole HTTP answer for a request that could not be read."""
    if isinstance(error, (http_errors.LimitRequestLine, http_errors.LimitRequestHeaders)):
        known = GatewayError("headers_too_large")
    elif isinstance(error, HeadTooSlow):
        known = GatewayError("request_timeout", limit=f"{error.seconds:g}")
    elif isinstance(error, http_errors.ParseException):
        known = GatewayError("invalid_request", "The request is not HTTP as this server reads it.")
    else:
        _log.error("a request failed before it reached the application", exc_info=error)
        known = GatewayError("internal_error")
    request_id = new_id("req", time.time())
    body = dump(envelope(known, request_id))
    head = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        "x-request-id": request_id,
        **error_headers(known),
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    status = HTTPStatus(known.spec.status)
    return f"HTTP/1.1 {status.value} {status.phrase}\r\n{lines}\r\n".encode("latin-1") + body


class EnvelopeErrors:
    """Mixed into gunicorn's workers."""

    def init_signals(self) -> None:
        """As gunicorn's, but Ctrl-C, which reaches every process of a terminal, is the master's to act on."""
        super().init_signals()  # type: ignore[misc]  # gunicorn has no type information
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answers and leaves the connection to be closed."""
        try:
            client.sendall(answer(exc))
        except OSError:
            _log.debug("the client had gone before its error could be sent")
