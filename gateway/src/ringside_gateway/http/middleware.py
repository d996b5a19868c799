# SPDX-License-Identifier: Apache-2.0
"""What happens to every request, known route or not: its id, the edge limit, one line in the access log."""

from __future__ import annotations

import logging
import time

import falcon

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.http import headers
from ringside_gateway.http.addresses import TrustedProxies
from ringside_gateway.http.cors import is_preflight
from ringside_gateway.http.edge_limits import EdgeLimits
from ringside_gateway.services import metrics

_log = logging.getLogger("ringside.access")


class RequestId:
    """Names the request; an id that a client sends is not trusted. No cache may keep the answer."""

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Sets `x-request-id` before anything can fail."""
        req.context.started = time.perf_counter()
        req.context.request_id = new_id("req", time.time())
        resp.set_header("x-request-id", req.context.request_id)
        resp.set_header("Cache-Control", "no-store")  # answers hold secrets and balances


class AccessLog:
    """One line a request: no query, no body, no credential; and one more in the metrics."""

    def process_response(self, req: falcon.Request, resp: falcon.Response, resource: object, succeeded: bool) -> None:
        """Written when the answer is ready (a stream: when it starts)."""
        metrics.count(metrics.REQUESTS[f"{resp.status_code // 100}xx"])
        if _log.isEnabledFor(logging.INFO):
            took_ms = (time.perf_counter() - req.context.started) * 1000
            _log.info("%s %s %s %.1fms %s", req.method, req.path, resp.status_code, took_ms, req.context.request_id)


class EdgeLimit:
    """The per-address layer; health checks are not counted."""

    def __init__(self, limits: EdgeLimits, proxies: TrustedProxies) -> None:
        self._limits = limits
        self._proxies = proxies

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """429 `edge_rate_limit_exceeded`, else the layer's headers, which a tighter layer replaces later.

        A preflight is not refused: its page could not read why, and the request that follows is refused readably.
        """
        address = self._proxies.client(req.remote_addr or "", req.get_header("X-Forwarded-For"))
        req.context.address, req.context.over_limit = address, False
        count = self._limits.look if req.path in ("/healthz", "/readyz", "/metrics") else self._limits.take
        try:
            req.context.edge_limit = state = count(address)
        except GatewayError:
            if not is_preflight(req):
                raise
            req.context.over_limit = True
            return
        if state is not None:
            for name, value in headers.of_limit(state).items():
                resp.set_header(name, value)


class RawPath:
    """Routes on the path as it was sent: an encoded slash in an id must not become a segment."""

    def __init__(self, app: object) -> None:
        self._app = app

    def __call__(self, environ, start_response):  # type: ignore[no-untyped-def]
        """Puts the raw path where the router reads it."""
        raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
        if raw:
            if raw.startswith("http"):
                raw = "/" + raw.partition("//")[2].partition("/")[2]
            environ["PATH_INFO"] = raw.partition("?")[0].partition("#")[0]
        return self._app(environ, start_response)  # type: ignore[operator]
