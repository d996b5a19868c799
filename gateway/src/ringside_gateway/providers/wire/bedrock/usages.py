# SPDX-License-Identifier: Apache-2.0
"""Converse's token counts as ours. Its `inputTokens` leave out what was read from and written to the cache."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.wire.pivot.usages import count


def usage_of(raw: Any) -> Usage | None:
    """The usage; None when none was told. How many tokens were reasoning, Converse does not say."""
    if not isinstance(raw, dict) or not ("inputTokens" in raw or "outputTokens" in raw):
        return None
    cached, written = count(raw.get("cacheReadInputTokens")), count(raw.get("cacheWriteInputTokens"))
    return Usage(
        input_tokens=count(raw.get("inputTokens")) + cached + written,
        cached_input_tokens=cached,
        cache_write_tokens=written,
        output_tokens=count(raw.get("outputTokens")),
    )
