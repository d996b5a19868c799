# SPDX-License-Identifier: Apache-2.0
"""Claude's token counts as ours. Its `input_tokens` leave out what was read from and written to the cache."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.wire.pivot.usages import count


def usage_of(raw: Any) -> Usage | None:
    """The usage; None when the provider told none."""
    if not isinstance(raw, dict) or not ("input_tokens" in raw or "output_tokens" in raw):
        return None
    cached, written = count(raw.get("cache_read_input_tokens")), count(raw.get("cache_creation_input_tokens"))
    output, details = count(raw.get("output_tokens")), raw.get("output_tokens_details")
    thought = count(details.get("thinking_tokens")) if isinstance(details, dict) else 0
    kept = raw.get("cache_creation")
    return Usage(
        input_tokens=count(raw.get("input_tokens")) + cached + written,
        cached_input_tokens=cached,
        cache_write_tokens=written,
        cache_write_1h_tokens=min(
            written, count(kept.get("ephemeral_1h_input_tokens")) if isinstance(kept, dict) else 0
        ),
        output_tokens=output,
        reasoning_tokens=min(thought, output),
    )


def merged(first: dict[str, Any], later: Any) -> dict[str, Any]:
    """Counts of a stream: later ones are totals and replace what they name."""
    if not isinstance(later, dict):
        return first
    return {**first, **{name: value for name, value in later.items() if value is not None}}
