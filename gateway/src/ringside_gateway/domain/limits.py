# SPDX-License-Identifier: Apache-2.0
"""How a rate limit answered: which layer was tightest and what is left of it, or what was taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LimitState:
    """The tightest layer after this call: `limit` and `remaining` requests, `reset_s` until the window is fresh."""

    layer: str
    limit: int
    remaining: int
    reset_s: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What Redis counted for a call and where, so that it can be corrected or given back."""

    subjects: tuple[str, ...]
    bucket: int
    output_tokens: int


def tightest(states: list[LimitState]) -> LimitState | None:
    """The layer with the smallest share left; None when nothing is limited."""
    return min(states, key=lambda state: (state.remaining / max(1, state.limit), state.remaining), default=None)
