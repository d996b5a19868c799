# SPDX-License-Identifier: Apache-2.0
"""A whole answer: passed on as it came, read for its usage."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.upstream import Answer, Attempt, UpstreamFault
from ringside_gateway.domain.usage import Usage


def answer_of(body: bytes, attempt: Attempt) -> Answer:
    """The answer, or 502 `upstream_error` when it is none."""
    provider = attempt.target.facts.provider
    try:
        parsed = orjson.loads(body)
    except ValueError as error:
        raise UpstreamFault(
            "upstream_error", retryable=True, provider=provider, reason="its answer is not JSON"
        ) from error
    if not isinstance(parsed, dict) or not isinstance(parsed.get("choices"), list):
        raise UpstreamFault("upstream_error", retryable=True, provider=provider, reason="its answer has no choices")
    return Answer(body, usage_of(parsed.get("usage")), lambda: _text(parsed))


def usage_of(raw: Any) -> Usage | None:
    """Token counts as the provider reported them; None when they are missing or make no sense."""
    if not isinstance(raw, dict):
        return None
    read, written = _count(raw.get("prompt_tokens")), _count(raw.get("completion_tokens", 0))
    if read is None or written is None:
        return None
    input_details, output_details = raw.get("prompt_tokens_details") or {}, raw.get("completion_tokens_details") or {}
    return Usage(
        input_tokens=read,
        output_tokens=written,
        cached_input_tokens=min(read, _or_zero(input_details, "cached_tokens")),
        audio_input_tokens=_or_zero(input_details, "audio_tokens"),
        reasoning_tokens=min(written, _or_zero(output_details, "reasoning_tokens")),
        audio_output_tokens=_or_zero(output_details, "audio_tokens"),
    )


def _count(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < 1 << 40 else None


def _or_zero(details: Any, name: str) -> int:
    return (_count(details.get(name)) if isinstance(details, dict) else None) or 0


def _text(parsed: dict[str, Any]) -> str:
    return "\n".join(text_of(choice.get("message") or {}) for choice in parsed["choices"] if isinstance(choice, dict))


def text_of(message: dict[str, Any]) -> str:
    """Everything a message or delta has a model write: content, refusal, reasoning, names and arguments of calls."""
    parts = [message.get(name) for name in ("content", "refusal", "reasoning_content", "reasoning")]
    for call in message.get("tool_calls") or []:
        function = call.get("function") or {}
        parts += [function.get("name"), function.get("arguments")]
    return "".join(part for part in parts if isinstance(part, str))
