# SPDX-License-Identifier: Apache-2.0
"""How generations of Claude differ on the Messages API (platform.claude.com migration guides, read 2026-11-24)."""

from __future__ import annotations

from dataclasses import dataclass

from ringside_gateway.domain.catalogue import ModelFacts

#: How a model is told to think: by a budget; by an effort when asked; by default but it can be turned off; always.
BUDGET, ASKED, DEFAULT, ALWAYS = "budget", "asked", "default", "always"
_ALWAYS_THINKING = frozenset({("fable", (5,)), ("mythos", (5,))})
_CAN_BE_TURNED_OFF = frozenset({("haiku", (5, 5))})


@dataclass(frozen=True, slots=True)
class Generation:
    """What a model takes. `thinking` is None for one that cannot; `efforts` are the levels it knows.

    `one_sampling`: temperature or top_p, not both. `system_turns`: system messages in the middle of a conversation.
    """

    thinking: str | None
    efforts: tuple[str, ...]
    structured_output: bool
    strict_tools: bool
    forced_tools: bool
    one_sampling: bool
    system_turns: bool


def generation_of(facts: ModelFacts) -> Generation:
    """The generation by the model's version; one without a version is taken for the newest."""
    version = facts.version or (99,)
    return Generation(
        thinking=_thinking(facts.family, version),
        efforts=_efforts(version),
        structured_output=version >= (4, 5) or (facts.family, version) == ("opus", (4, 1)),
        strict_tools=version >= (4, 5),
        forced_tools=version < (5, 1),
        one_sampling=version >= (4, 5) or (facts.family, version) == ("opus", (4, 1)),
        system_turns=version >= (4, 8),
    )


def _thinking(family: str, version: tuple[int, ...]) -> str | None:
    if version < (3, 7):
        return None
    if version < (4, 6):
        return BUDGET
    if version < (5,):
        return ASKED
    if (family, version) in _ALWAYS_THINKING:
        return ALWAYS
    return DEFAULT if version < (5, 1) or (family, version) in _CAN_BE_TURNED_OFF else ALWAYS


def _efforts(version: tuple[int, ...]) -> tuple[str, ...]:
    """Levels from least to most."""
    if version < (4, 6):
        return ()
    return ("low", "medium", "high", "max") if version < (4, 7) else ("low", "medium", "high", "xhigh", "max")
