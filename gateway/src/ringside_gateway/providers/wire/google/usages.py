# SPDX-License-Identifier: Apache-2.0
"""Gemini's token counts as ours. Thoughts are not part of its candidates' tokens, results of its own tools not of the
prompt's."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.wire.pivot.usages import count


def usage_of(raw: Any) -> Usage | None:
    """The usage; None when the provider told none."""
    if not isinstance(raw, dict) or not ("promptTokenCount" in raw or "candidatesTokenCount" in raw):
        return None
    read = count(raw.get("promptTokenCount")) + count(raw.get("toolUsePromptTokenCount"))
    cached = min(read, count(raw.get("cachedContentTokenCount")))
    heard = _spoken(raw.get("promptTokensDetails")) - _spoken(raw.get("cacheTokensDetails"))
    thought, answered = count(raw.get("thoughtsTokenCount")), count(raw.get("candidatesTokenCount"))
    return Usage(
        input_tokens=read,
        cached_input_tokens=cached,
        output_tokens=answered + thought,
        reasoning_tokens=thought,
        audio_input_tokens=min(max(0, heard), read - cached),
        audio_output_tokens=min(_spoken(raw.get("candidatesTokensDetails")), answered),
    )


def _spoken(details: Any) -> int:
    """Tokens of sound in a breakdown by modality."""
    listed = details if isinstance(details, list) else []
    return sum(count(part.get("tokenCount")) for part in listed if _is_audio(part))


def _is_audio(part: Any) -> bool:
    return isinstance(part, dict) and part.get("modality") == "AUDIO"
