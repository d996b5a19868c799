# SPDX-License-Identifier: Apache-2.0
"""What a call consumed, in tokens, as the provider reported it or as the tokenizer counted it."""

from __future__ import annotations

from dataclasses import dataclass

PROVIDER, ESTIMATED = "provider", "estimated"


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one call. Cached, cache-write and audio input are parts of `input_tokens`; writes kept for an
    hour are part of all writes; reasoning and audio output are parts of `output_tokens`. `images` counts generated
    images. `source` is `provider` or `estimated`.
    """

    input_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0
    output_tokens: int = 0
    reasoning_tokens: int = 0
    audio_input_tokens: int = 0
    audio_output_tokens: int = 0
    images: int = 0
    source: str = PROVIDER
