# SPDX-License-Identifier: Apache-2.0
"""Google's errors: of an answer that is no success, of an answer that hides one, and in the middle of a stream."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt, UpstreamFault
from ringside_gateway.providers.faults import Detail, fault_of_status, shown

_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")
#: A 400 that is about the operator's account or key, not about the request.
_ABOUT_OUR_ACCOUNT = re.compile(r"\bbilling\b|\bcredits?\b", re.IGNORECASE)
_KEY_REASONS = ("API_KEY_INVALID", "API_KEY_SERVICE_BLOCKED", "ACCESS_TOKEN_EXPIRED")


def fault_of(status: int, headers: Mapping[str, str], body: bytes, attempt: Attempt) -> UpstreamFault:
    """The error for an answer that is no success."""
    try:
        parsed: Any = orjson.loads(body)
    except ValueError:
        parsed = None
    if isinstance(parsed, list) and parsed:
        # A stream that is not asked for as events answers with an array.
        parsed = parsed[0]
    return _fault(status, headers, parsed, attempt)


def fault_inside(parsed: dict[str, Any], attempt: Attempt) -> UpstreamFault:
    """The error that an answer with a good status, or an event of a stream, turns out to be."""
    error = parsed.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    status = code if isinstance(code, int) and 400 <= code < 600 else 500
    return _fault(status, {}, parsed, attempt)


def _fault(status: int, headers: Mapping[str, str], parsed: Any, attempt: Attempt) -> UpstreamFault:
    error = parsed.get("error") if isinstance(parsed, dict) else None
    error = error if isinstance(error, dict) else {}
    listed = error.get("details")
    details = [detail for detail in listed if isinstance(detail, dict)] if isinstance(listed, list) else []
    wait = next((_SECONDS.fullmatch(str(detail["retryDelay"])) for detail in details if "retryDelay" in detail), None)
    if wait is not None and "retry-after" not in headers:
        headers = {**headers, "retry-after": wait[1]}
    detail = Detail(shown(error.get("status")), shown(error.get("message")))
    return fault_of_status(_status(status, detail, details), headers, detail, attempt)


def _status(status: int, detail: Detail, details: list[dict[str, Any]]) -> int:
    if status != 400:
        return status
    if any(told.get("reason") in _KEY_REASONS for told in details):
        return 401
    account = detail.code == "FAILED_PRECONDITION" and _ABOUT_OUR_ACCOUNT.search(detail.message or "")
    return 402 if account else status
