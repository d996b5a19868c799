# SPDX-License-Identifier: Apache-2.0
"""A provider's failure as one of ours. Its message is kept where it is about the caller's request, and only there."""

from __future__ import annotations

import email.utils
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt, UpstreamFault
from ringside_gateway.providers.transport import TransportError

#: What of a provider's message is shown.
SHOWN_CHARACTERS = 500
_MAX_RETRY_AFTER_S = 86_400.0
_ABOUT_OUR_KEY = re.compile(r"\bapi[\s_-]?key\b|\bcredential|\bunauthori[sz]ed\b", re.IGNORECASE)
_TRANSPORT_REASONS = {
    "connect": "it cannot be reached",
    "reset": "it closed the connection",
    "truncated": "its answer ended early",
    "damaged": "its answer was damaged on the way",
    "protocol": "it does not speak HTTP as it should",
    "too_large": "its answer is too large",
    "closed": "the call was given up",
}


@dataclass(frozen=True, slots=True)
class Detail:
    """What an error body says, each None when it does not."""

    code: str | None = None
    message: str | None = None
    param: str | None = None


def fault_of_status(status: int, headers: Mapping[str, str], detail: Detail, attempt: Attempt) -> UpstreamFault:
    """The error for an answer that is no success; every wire maps statuses alike."""
    provider, ref = attempt.target.facts.provider, attempt.target.ref
    wait = retry_after_s(headers)
    if status in (402, 429):
        # 402 is the operator's empty account at the provider: to the caller, a quota like any other.
        return UpstreamFault(
            "upstream_quota_exceeded",
            retryable=True,
            upstream_status=status,
            provider=provider,
            retry_after_seconds=1.0 if wait is None else wait,
        )
    if status in (401, 403) or (status == 400 and _ABOUT_OUR_KEY.search(detail.message or "")):
        # The key is the operator's: neither it nor what the provider says of it is the caller's business.
        reason = f"{provider} does not accept this gateway's key"
        return UpstreamFault("model_unavailable", retryable=True, upstream_status=401, model=ref, reason=reason)
    if status == 404 or detail.code in ("model_not_found", "invalid_model"):
        reason = f"{provider} does not know it"
        return UpstreamFault("model_unavailable", retryable=True, upstream_status=status, model=ref, reason=reason)
    if status in (408, 409) or status >= 500 or status < 400:
        fault = "upstream_timeout" if status in (408, 504) else "upstream_error"
        return UpstreamFault(
            fault,
            retryable=True,
            upstream_status=status,
            against_upstream=status >= 500,
            provider=provider,
            reason=f"status {status}",
            retry_after_seconds=wait,
        )
    reason = detail.message or f"status {status}"
    return UpstreamFault(
        "upstream_invalid_request", upstream_status=status, provider=provider, reason=reason, param=detail.param
    )


def fault_of_transport(error: TransportError, provider: str) -> UpstreamFault:
    """The error for a connection that failed. One that the caller gave up says nothing about the provider."""
    if error.kind == "timeout":
        return UpstreamFault("upstream_timeout", retryable=True, against_upstream=True, provider=provider)
    given_up = error.kind == "closed"
    fault = UpstreamFault(
        "upstream_error",
        retryable=not given_up,
        against_upstream=not given_up,
        provider=provider,
        reason=_TRANSPORT_REASONS[error.kind],
    )
    fault.given_up = given_up
    return fault


def garbled(provider: str, reason: str) -> UpstreamFault:
    """The error for an answer that came whole and is none."""
    return UpstreamFault("upstream_error", retryable=True, against_upstream=True, provider=provider, reason=reason)


def answer_json(body: bytes, provider: str) -> Any:
    """What a whole answer says; 502 `upstream_error` when it is not JSON."""
    try:
        return orjson.loads(body)
    except ValueError as error:
        raise garbled(provider, "its answer is not JSON") from error


def redacted(fault: UpstreamFault, keys: Iterable[str]) -> UpstreamFault:
    """The same fault; a provider key, or a part of one, that its message repeats is blotted out."""
    for key in (part for whole in keys for part in (whole, *whole.split(":"))):
        if len(key) >= 8 and key in fault.message:
            fault.message = fault.message.replace(key, "[key]")
            fault.args = (fault.message,)
    return fault


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds that `retry-after-ms` or `retry-after` (seconds or a date) asks for; None without a usable one."""
    text = headers.get("retry-after", "")
    try:
        precise = headers.get("retry-after-ms")
        seconds = float(precise) / 1000 if precise else float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return min(max(0.0, seconds), _MAX_RETRY_AFTER_S) if seconds == seconds else None


def shown(value: object) -> str | None:
    """A provider's text cut to what is shown; None for anything that is no text."""
    return value[:SHOWN_CHARACTERS] if isinstance(value, str) and value else None
