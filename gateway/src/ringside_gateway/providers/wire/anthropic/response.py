# SPDX-License-Identifier: Apache-2.0
"""A whole answer of Claude's in OpenAI's shape."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.upstream import Answer, Attempt
from ringside_gateway.providers.faults import answer_json, garbled
from ringside_gateway.providers.wire.anthropic.errors import fault_inside
from ringside_gateway.providers.wire.anthropic.reasoning import detail_of
from ringside_gateway.providers.wire.anthropic.usages import usage_of
from ringside_gateway.providers.wire.pivot.completions import (
    CONTENT_FILTER,
    LENGTH,
    STOP,
    TOOL_CALLS,
    Choice,
    completion,
    finish_of,
)
from ringside_gateway.providers.wire.pivot.schemas import ANSWER_TOOL

#: Claude's stop reason -> OpenAI's finish reason; a new one is a stop.
FINISHES = {
    "end_turn": STOP,
    "stop_sequence": STOP,
    "pause_turn": STOP,
    "tool_use": TOOL_CALLS,
    "max_tokens": LENGTH,
    "model_context_window_exceeded": LENGTH,
    "refusal": CONTENT_FILTER,
}


def answer_of(body: bytes, attempt: Attempt) -> Answer:
    """The answer, or 502 `upstream_error` when it is none."""
    facts = attempt.target.facts
    parsed = answer_json(body, facts.provider)
    if isinstance(parsed, dict) and parsed.get("type") == "error":
        raise fault_inside(parsed, attempt)
    content = parsed.get("content") if isinstance(parsed, dict) else None
    if not isinstance(content, list):
        raise garbled(facts.provider, "its answer has no content")
    choice = Choice()
    for block in content:
        if isinstance(block, dict):
            _read(block, choice, facts.upstream_name)
    choice.finish = finish_of(FINISHES, parsed.get("stop_reason"), calls=bool(choice.calls))
    choice.refusal = explanation_of(parsed)
    model = parsed.get("model")
    return completion(
        parsed.get("id"),
        model if isinstance(model, str) else facts.upstream_name,
        [choice],
        usage_of(parsed.get("usage")),
    )


def explanation_of(holder: dict[str, Any]) -> str | None:
    """Why Claude refused, when it says so."""
    details = holder.get("stop_details")
    explanation = details.get("explanation") if isinstance(details, dict) else None
    return explanation if isinstance(explanation, str) else None


def _read(block: dict[str, Any], choice: Choice, model: str) -> None:
    kind = block.get("type")
    if kind == "text":
        choice.text.append(str(block.get("text") or ""))
        cited = block.get("citations")
        choice.citations += [found for found in cited if isinstance(found, dict)] if isinstance(cited, list) else []
    elif kind in ("thinking", "redacted_thinking"):
        _think(block, choice, model)
    elif kind == "tool_use":
        arguments = orjson.dumps(block.get("input") or {}).decode()
        if block.get("name") == ANSWER_TOOL:
            choice.text.append(arguments)
        else:
            choice.call(str(block.get("id") or ""), str(block.get("name") or ""), arguments)


def _think(block: dict[str, Any], choice: Choice, model: str) -> None:
    text, detail = str(block.get("thinking") or ""), detail_of(block, model)
    if detail is not None:
        choice.think(text, detail)
    elif text:
        choice.thoughts.append(text)
