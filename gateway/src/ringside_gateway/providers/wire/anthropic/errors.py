# SPDX-License-Identifier: Apache-2.0
"""Claude's errors: of an answer that is no success, of an answer that hides one, and in the middle of a stream."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt, UpstreamFault
from ringside_gateway.providers.faults import Detail, fault_of_status, shown

#: Type of an error -> the status it comes with when it comes as an answer (platform.claude.com/docs/en/api/errors).
STATUSES = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
#: A 400 that is about the operator's account, not about the request.
_ABOUT_OUR_ACCOUNT = re.compile(r"credit balance|usage limits?\b|spend limit", re.IGNORECASE)


def fault_of(status: int, headers: Mapping[str, str], body: bytes, attempt: Attempt) -> UpstreamFault:
    """The error for an answer that is no success."""
    try:
        parsed: Any = orjson.loads(body)
    except ValueError:
        parsed = None
    detail = _detail(parsed)
    return fault_of_status(_status(status, detail), headers, detail, attempt)


def fault_inside(parsed: dict[str, Any], attempt: Attempt) -> UpstreamFault:
    """The error that an answer with a good status, or an event of a stream, turns out to be."""
    detail = _detail(parsed)
    return fault_of_status(_status(STATUSES.get(detail.code or "", 500), detail), {}, detail, attempt)


def _detail(parsed: Any) -> Detail:
    error = parsed.get("error") if isinstance(parsed, dict) else None
    if not isinstance(error, dict):
        return Detail()
    return Detail(shown(error.get("type")), shown(error.get("message")))


def _status(status: int, detail: Detail) -> int:
    return 402 if status == 400 and _ABOUT_OUR_ACCOUNT.search(detail.message or "") else status
