# SPDX-License-Identifier: Apache-2.0
"""A whole answer: passed on as it came, read for its usage."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.upstream import Answer, Attempt
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.faults import answer_json, garbled

#: Fields of a message or delta that hold what the model wrote.
_WRITTEN = ("content", "refusal", "reasoning_content", "reasoning")
_MOST_TOKENS = 1 << 40


def answer_of(body: bytes, attempt: Attempt) -> Answer:
    """The answer, or 502 `upstream_error` when it is none."""
    provider = attempt.target.facts.provider
    parsed = answer_json(body, provider)
    choices = parsed.get("choices") if isinstance(parsed, dict) else None
    if not isinstance(choices, list) or not choices:
        raise garbled(provider, "its answer has no choices")
    return Answer(body, usage_of(parsed.get("usage")), lambda: _text(choices))


def usage_of(raw: Any) -> Usage | None:
    """Token counts as the provider reported them; None when they are missing or make no sense."""
    if not isinstance(raw, dict):
        return None
    read, written = _count(raw.get("prompt_tokens")), _count(raw.get("completion_tokens", 0))
    if read is None or written is None:
        return None
    input_details, output_details = raw.get("prompt_tokens_details"), raw.get("completion_tokens_details")
    # DeepSeek and Moonshot tell their cache hits outside the details.
    cached = _detail(input_details, "cached_tokens") or _detail(raw, "prompt_cache_hit_tokens", "cached_tokens")
    cached = min(read, cached)
    thought = _detail(output_details, "reasoning_tokens")
    # xAI counts reasoning beside what is written; its total, which includes both, says so.
    if thought and raw.get("total_tokens") == read + written + thought:
        written += thought
    thought = min(written, thought)
    return Usage(
        input_tokens=read,
        cached_input_tokens=cached,
        cache_write_tokens=min(read - cached, _detail(input_details, "cache_write_tokens", "cache_creation_tokens")),
        output_tokens=written,
        reasoning_tokens=thought,
        audio_input_tokens=min(read - cached, _detail(input_details, "audio_tokens")),
        audio_output_tokens=min(written - thought, _detail(output_details, "audio_tokens")),
    )


def _count(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value < _MOST_TOKENS else None


def _detail(details: Any, *names: str) -> int:
    if not isinstance(details, dict):
        return 0
    return next((found for name in names if (found := _count(details.get(name)))), 0)


def _text(choices: list[Any]) -> str:
    return "\n".join(text_of(choice.get("message")) for choice in choices if isinstance(choice, dict))


def text_of(message: Any) -> str:
    """Everything a message or delta has a model write: content, refusal, reasoning, names and arguments of calls."""
    if not isinstance(message, dict):
        return ""
    if len(message) == 1 and isinstance(content := message.get("content"), str):
        return content  # as nearly every delta is
    parts = [message.get(name) for name in _WRITTEN]
    calls = message.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict):
            parts += [function.get("name"), function.get("arguments")]
    return "".join(part for part in parts if isinstance(part, str))
