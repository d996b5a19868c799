# SPDX-License-Identifier: Apache-2.0
"""OpenAI's `reasoning_effort` as Gemini's thinking, and thought signatures as state that travels with the conversation.

ai.google.dev/gemini-api/docs/thinking and /thought-signatures, read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.providers.wire.pivot.refusals import invalid
from ringside_gateway.providers.wire.pivot.states import of_format

NAME = "google"
FORMAT = f"ringside.{NAME}.1"
#: Stands for a signature that was lost or never was, where Gemini 3 and later demand one; Google's own way out.
NO_SIGNATURE = "skip_thought_signature_validator"
#: The first generation that is told a level, not a budget, and that demands signatures.
_LEVELS_SINCE = (3,)
_LEVELS = {"minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM", "high": "HIGH", "xhigh": "HIGH", "max": "HIGH"}
_BUDGETS = {"minimal": 1024, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 24576, "max": 24576}
_NONE = "none"


def has_levels(facts: ModelFacts) -> bool:
    """Whether the model is of a generation that thinks by levels; one without a version is taken for the newest."""
    return not facts.version or facts.version >= _LEVELS_SINCE


def thinking_of(effort: Any, facts: ModelFacts) -> dict[str, Any] | None:
    """`thinkingConfig` for an effort; None when the model cannot do what was asked."""
    if effort not in (_NONE, *_LEVELS):
        raise invalid("reasoning_effort", f"must be one of {', '.join((_NONE, *_LEVELS))}")
    pro = facts.family.endswith("pro")
    if "reasoning" not in facts.capabilities:
        return {} if effort == _NONE else None
    if effort == _NONE:
        return None if pro or has_levels(facts) else {"thinkingBudget": 0}
    if not has_levels(facts):
        return {"thinkingBudget": _BUDGETS[effort], "includeThoughts": True}
    level = "LOW" if pro and effort == "minimal" else _LEVELS[effort]
    return {"thinkingLevel": level, "includeThoughts": True}


@dataclass(frozen=True, slots=True)
class Signatures:
    """The signatures of one answer: of its texts, as (after so many characters, signature), and of calls by number."""

    texts: list[tuple[int, str]] = field(default_factory=list)
    calls: dict[int, str] = field(default_factory=dict)


def detail_of(signature: Any, model: str, on: str) -> dict[str, Any] | None:
    """A part's signature as the detail that brings it back; None for a part without one."""
    if not isinstance(signature, str) or not signature:
        return None
    return {"type": "reasoning.encrypted", "format": FORMAT, "model": model, "on": on, "data": signature}


def signatures_of(reasoning: Sequence[dict[str, Any]], model: str) -> Signatures:
    """What this very model signed; another's signatures count for nothing."""
    found = Signatures()
    for detail in of_format(reasoning, NAME):
        if detail.get("model") != model or not isinstance(detail.get("data"), str):
            continue
        if detail.get("on") == "call":
            found.calls[_place(detail.get("after_calls"))] = detail["data"]
        else:
            found.texts.append((_place(detail.get("after_text")), detail["data"]))
    return found


def _place(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
