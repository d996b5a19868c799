# SPDX-License-Identifier: Apache-2.0
"""A provider's failure as one of ours. Its message is kept where it is about the caller's request, and only there."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Mapping
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt, UpstreamFault
from ringside_gateway.providers.transport import TransportError

_SHOWN = 500


def fault_of(status: int, headers: Mapping[str, str], body: bytes, attempt: Attempt) -> UpstreamFault:
    """The error for an answer that is no success."""
    provider, ref = attempt.target.facts.provider, attempt.target.ref
    code, reason, param = _detail(body)
    wait = _retry_after(headers)
    if status == 429:
        return UpstreamFault(
            "upstream_quota_exceeded",
            retryable=True,
            provider=provider,
            retry_after_seconds=1.0 if wait is None else wait,
        )
    if status in (401, 403):
        # The key is the operator's: neither it nor what the provider says of it is the caller's business.
        return UpstreamFault(
            "model_unavailable", retryable=True, model=ref, reason=f"{provider} does not accept this gateway's key"
        )
    if status == 404 or code in ("model_not_found", "invalid_model"):
        return UpstreamFault("model_unavailable", retryable=True, model=ref, reason=f"{provider} does not know it")
    if status in (408, 409) or status >= 500:
        fault = "upstream_timeout" if status in (408, 504) else "upstream_error"
        return UpstreamFault(
            fault, retryable=True, provider=provider, reason=f"status {status}", retry_after_seconds=wait
        )
    return UpstreamFault(
        "upstream_invalid_request", provider=provider, reason=reason or f"status {status}", param=param
    )


def fault_of_transport(error: TransportError, provider: str) -> UpstreamFault:
    """The error for a connection that failed."""
    if error.kind == "timeout":
        return UpstreamFault("upstream_timeout", retryable=True, provider=provider)
    reasons = {
        "connect": "it cannot be reached",
        "reset": "it closed the connection",
        "truncated": "its answer ended early",
        "protocol": "it does not speak HTTP as it should",
    }
    return UpstreamFault("upstream_error", retryable=True, provider=provider, reason=reasons[error.kind])


def _detail(body: bytes) -> tuple[str | None, str | None, str | None]:
    """Code, message and param of an OpenAI-like error body, each None when it is not there."""
    try:
        parsed: Any = orjson.loads(body)
    except ValueError:
        return None, None, None
    error = parsed.get("error", parsed) if isinstance(parsed, dict) else None
    if isinstance(error, str):
        return None, error[:_SHOWN], None
    if not isinstance(error, dict):
        return None, None, None
    code, message, param = (error.get(name) for name in ("code", "message", "param"))
    return _text(code), _text(message), _text(param)


def _text(value: Any) -> str | None:
    return value[:_SHOWN] if isinstance(value, str) and value else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("retry-after")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(text).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return min(max(0.0, seconds), 86_400.0) if seconds == seconds else None
