# SPDX-License-Identifier: Apache-2.0
"""Any exception becomes the envelope; the only place that renders an error."""

from __future__ import annotations

import logging
import math
from typing import Any

import falcon

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http import headers
from ringside_gateway.http._generated.operations import OPERATIONS
from ringside_gateway.http.jsons import dump
from ringside_gateway.services import metrics

#: A longer wait is told, but not worth a program's patience (SDK page, 1.6).
LONGEST_RETRY_S = 60
#: Facts that are part of the body where an error carries them.
_SHOWN_FACTS = ("scope", "resets_at")
_PATHS = [spec.path for spec in OPERATIONS.values()]
#: A base URL without its `/v1` is the commonest slip.
_WITHOUT_VERSION = tuple({f"/{path.split('/')[2]}" for path in _PATHS if path.startswith("/v1/")})
_log = logging.getLogger("ringside.errors")


def envelope(error: GatewayError, request_id: str) -> dict[str, Any]:
    """The body of an error."""
    wait = error.retry_after_seconds
    detail = {
        "type": error.spec.type,
        "code": error.code,
        "message": error.message,
        "param": error.param,
        "request_id": request_id,
        "retry_after_seconds": None if wait is None else math.ceil(wait),
    }
    detail |= {name: error.facts[name] for name in _SHOWN_FACTS if name in error.facts and error.spec.status == 402}
    return {"error": detail}


def error_headers(error: GatewayError) -> dict[str, str]:
    """What the answer says about another attempt, and about limits."""
    wait = error.retry_after_seconds
    retry = {"never": False, "always": True}.get(error.spec.retry, wait is None or wait <= LONGEST_RETRY_S)
    values = {"x-should-retry": "true" if retry else "false"} | error.headers
    if wait is not None:
        values["Retry-After"] = str(math.ceil(wait))
        if error.spec.status in (429, 503):
            values["retry-after-ms"] = str(math.ceil(wait * 1000))
    if error.spec.status == 401:
        values["WWW-Authenticate"] = "Bearer"
    if "limit_state" in error.facts:
        values |= headers.of_limit(error.facts["limit_state"])
    return values


def translate(req: falcon.Request, error: BaseException) -> GatewayError:
    """The documented error for anything that was raised; failures go to the log, faults of our own with their stack."""
    if isinstance(error, GatewayError):
        if error.spec.status >= 500 and not getattr(error, "given_up", False):
            cause = type(error.__cause__).__name__ if error.__cause__ else "no exception"
            _log.warning("%s %s %s: %s (%s)", _id_of(req), req.method, req.path, error, cause)
        return error
    if isinstance(error, falcon.HTTPMethodNotAllowed):
        allowed = dict(error.headers or {}).get("Allow", "")
        return GatewayError(
            "method_not_allowed", method=req.method, path=req.path, allowed=allowed, headers={"Allow": allowed}
        )
    if isinstance(error, falcon.HTTPNotFound):
        return _no_route(req.method, req.path[:200])
    if isinstance(error, falcon.HTTPError) and error.status_code < 500:
        return GatewayError("invalid_request", error.description or error.title)
    _log.error("%s %s %s failed", _id_of(req), req.method, req.path, exc_info=error)
    return GatewayError("internal_error")


def _id_of(req: falcon.Request) -> str:
    """None was given yet to a request that failed before the middleware saw it."""
    return getattr(req.context, "request_id", "-")


def _no_route(method: str, path: str) -> GatewayError:
    error = GatewayError("route_not_found", method=method, path=path)
    if not path.startswith(_WITHOUT_VERSION):
        return error
    return GatewayError("route_not_found", f"{error.message} Did you mean /v1{path}?")


def render(req: falcon.Request, resp: falcon.Response, error: BaseException, params: dict[str, Any]) -> None:
    """Falcon's handler for every exception."""
    known = translate(req, error)
    metrics.count(metrics.REFUSALS[known.code])
    resp.status = known.spec.status
    resp.content_type = "application/json"
    resp.data = dump(envelope(known, req.context.request_id))
    resp.stream = None
    for name, value in error_headers(known).items():
        resp.set_header(name, value)
