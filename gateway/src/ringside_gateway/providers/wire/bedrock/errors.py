# SPDX-License-Identifier: Apache-2.0
"""Bedrock's exceptions: of an answer that is no success, of an answer that hides one, and in the middle of a stream."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt, UpstreamFault
from ringside_gateway.providers.faults import Detail, fault_of_status, shown

#: Exception, in lower case -> what its status means to us, where that is not the status it comes with.
_STATUSES = {
    "accessdeniedexception": 403,
    "expiredtokenexception": 401,
    "incompletesignatureexception": 401,
    "internalserverexception": 500,
    "invalidsignatureexception": 401,
    "missingauthenticationtokenexception": 401,
    "modelerrorexception": 502,
    "modelstreamerrorexception": 502,
    "modeltimeoutexception": 408,
    "resourcenotfoundexception": 404,
    "servicequotaexceededexception": 429,
    "serviceunavailableexception": 503,
    "throttlingexception": 429,
    "unrecognizedclientexception": 401,
    "validationexception": 400,
}
#: Refusals that are about the operator's account, not about the request: what it may call, and whether it pays.
_UNKNOWN_MODEL = re.compile(r"model identifier is invalid|on-demand throughput isn.t supported|end of its life")
_UNPAID = re.compile(r"payment instrument|marketplace subscription")


def fault_of(status: int, headers: Mapping[str, str], body: bytes, attempt: Attempt) -> UpstreamFault:
    """The error for an answer that is no success."""
    try:
        parsed: Any = orjson.loads(body)
    except ValueError:
        parsed = {}
    told = parsed if isinstance(parsed, dict) else {}
    kind = headers.get("x-amzn-errortype") or str(told.get("__type") or told.get("code") or "")
    return _fault(_named(kind), told, status, headers, attempt)


def fault_inside(kind: str, told: Mapping[str, Any], attempt: Attempt) -> UpstreamFault:
    """The error that an answer with a good status, or an event of a stream, turns out to be."""
    return _fault(_named(kind), told, 500, {}, attempt)


def _fault(
    kind: str, told: Mapping[str, Any], status: int, headers: Mapping[str, str], attempt: Attempt
) -> UpstreamFault:
    message = shown(told.get("message")) or shown(told.get("Message")) or shown(told.get("originalMessage"))
    status = _STATUSES.get(kind.lower(), status)
    if _UNKNOWN_MODEL.search(message or ""):
        status = 404
    elif _UNPAID.search(message or ""):
        status = 402
    return fault_of_status(status, headers, Detail(kind or None, message), attempt)


def _named(kind: str) -> str:
    """`com.amazon.coral.service#ThrottlingException:http://...` -> `ThrottlingException`."""
    return kind.partition(":")[0].rpartition("#")[2]
