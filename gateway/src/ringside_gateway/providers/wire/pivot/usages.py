# SPDX-License-Identifier: Apache-2.0
"""Token counts: a provider's number checked, and our figures in OpenAI's shape."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.usage import Usage

_MOST_TOKENS = 1 << 40


def count(value: Any) -> int:
    """A number of tokens as a provider reports it (Cohere writes 5.0); 0 for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < _MOST_TOKENS:
        return 0
    return int(value)


def usage_object(usage: Usage) -> dict[str, Any]:
    """OpenAI's `usage`; cache writes are there when there were any, since OpenAI itself has no word for them."""
    read: dict[str, int] = {"cached_tokens": usage.cached_input_tokens}
    if usage.cache_write_tokens:
        read["cache_write_tokens"] = usage.cache_write_tokens
    if usage.audio_input_tokens:
        read["audio_tokens"] = usage.audio_input_tokens
    written: dict[str, int] = {"reasoning_tokens": usage.reasoning_tokens}
    if usage.audio_output_tokens:
        written["audio_tokens"] = usage.audio_output_tokens
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": read,
        "completion_tokens_details": written,
    }
