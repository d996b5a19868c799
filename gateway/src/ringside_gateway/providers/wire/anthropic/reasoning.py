# SPDX-License-Identifier: Apache-2.0
"""OpenAI's `reasoning_effort` as Claude's thinking, and thinking blocks as state that travels with the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ringside_gateway.domain.chat import ASSISTANT, TOOL, USER, Chat
from ringside_gateway.providers.wire.anthropic.models import ALWAYS, BUDGET, DEFAULT, Generation
from ringside_gateway.providers.wire.pivot.refusals import invalid
from ringside_gateway.providers.wire.pivot.states import of_format

NAME = "anthropic"
FORMAT = f"ringside.{NAME}.1"
_NONE = "none"
#: Part of the output limit that an effort may spend on thinking, in percent; Claude's least budget in tokens.
_BUDGET_PERCENT = {"minimal": 10, "low": 20, "medium": 50, "high": 80, "xhigh": 90, "max": 95}
_LEAST_BUDGET = 1024
_KNOWN = (_NONE, *_BUDGET_PERCENT)


def thinking_of(chat: Chat, generation: Generation, max_tokens: int) -> dict[str, Any] | None:
    """The fields that an effort becomes: `thinking`, and on newer models `output_config.effort`.

    None when the model cannot do what was asked.
    """
    effort = chat.values.get("reasoning_effort")
    if effort is None:
        return {}
    if effort not in _KNOWN:
        raise invalid("reasoning_effort", f"must be one of {', '.join(_KNOWN)}")
    if effort == _NONE:
        return _off(generation)
    if generation.thinking is None:
        return None
    if generation.thinking == BUDGET:
        return _budget(effort, chat, max_tokens)
    thinking = {"type": "adaptive", "display": "summarized"}
    return {"thinking": thinking, "output_config": {"effort": _nearest(effort, generation.efforts)}}


def blocks_of(reasoning: Sequence[dict[str, Any]], model: str) -> list[tuple[int, int, dict[str, Any]]]:
    """(after so many characters, after so many calls, block) of every thinking block that this model wrote."""
    found = []
    for detail in of_format(reasoning, NAME):
        if detail.get("model") != model:
            continue
        place = (_place(detail.get("after_text")), _place(detail.get("after_calls")))
        if detail.get("type") == "reasoning.encrypted" and isinstance(detail.get("data"), str):
            found.append((*place, {"type": "redacted_thinking", "data": detail["data"]}))
        elif isinstance(detail.get("signature"), str):
            block = {"type": "thinking", "thinking": str(detail.get("text") or ""), "signature": detail["signature"]}
            found.append((*place, block))
    return found


def detail_of(block: dict[str, Any], model: str) -> dict[str, Any] | None:
    """A thinking block as the detail that brings it back; None for one without a signature, which is worth nothing."""
    if block.get("type") == "redacted_thinking":
        return {"type": "reasoning.encrypted", "format": FORMAT, "model": model, "data": block.get("data")}
    if not block.get("signature"):
        return None
    text, signature = str(block.get("thinking") or ""), block["signature"]
    return {"type": "reasoning.text", "format": FORMAT, "model": model, "text": text, "signature": signature}


def _off(generation: Generation) -> dict[str, Any] | None:
    if generation.thinking == ALWAYS:
        return None
    return {"thinking": {"type": "disabled"}} if generation.thinking == DEFAULT else {}


def _budget(effort: str, chat: Chat, max_tokens: int) -> dict[str, Any]:
    """A budget below the limit. Without room for the least, or amid a tool cycle whose thinking was lost, none."""
    budget = max(_LEAST_BUDGET, max_tokens * _BUDGET_PERCENT[effort] // 100)
    if max_tokens <= _LEAST_BUDGET or _lost_thinking(chat):
        return {}
    return {"thinking": {"type": "enabled", "budget_tokens": min(budget, max_tokens - 1)}}


def _lost_thinking(chat: Chat) -> bool:
    """Whether a tool cycle is under way without the thinking that began it; Claude would refuse to think on."""
    for message in reversed(chat.messages):
        if message.role == USER:
            return False
        if message.role == ASSISTANT and message.calls:
            return not blocks_of(message.reasoning, chat.model)
        if message.role not in (TOOL, ASSISTANT):
            return False
    return False


def _nearest(effort: str, efforts: tuple[str, ...]) -> str:
    """The level of that name, else the next lower one the model knows."""
    order = ("minimal", "low", "medium", "high", "xhigh", "max")
    below = [level for level in efforts if order.index(level) <= order.index(effort)]
    return below[-1] if below else efforts[0]


def _place(value: Any) -> int:
    return value if isinstance(value, int) and value >= 0 else 0
