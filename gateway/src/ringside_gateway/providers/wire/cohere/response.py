# SPDX-License-Identifier: Apache-2.0
"""A whole answer of Cohere's in OpenAI's shape."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.upstream import Answer, Attempt
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.faults import answer_json, garbled
from ringside_gateway.providers.wire.cohere.content import FORMAT
from ringside_gateway.providers.wire.cohere.errors import FAILED, fault_inside
from ringside_gateway.providers.wire.pivot.completions import (
    CONTENT_FILTER,
    LENGTH,
    TOOL_CALLS,
    Choice,
    completion,
    finish_of,
)
from ringside_gateway.providers.wire.pivot.schemas import ANSWER_TOOL
from ringside_gateway.providers.wire.pivot.usages import count

#: Cohere's finish reason -> OpenAI's; a new one is a stop.
FINISHES = {"MAX_TOKENS": LENGTH, "TOOL_CALL": TOOL_CALLS, "ERROR_TOXIC": CONTENT_FILTER}


def answer_of(body: bytes, attempt: Attempt) -> Answer:
    """The answer, or 502 `upstream_error` when it is none."""
    facts = attempt.target.facts
    parsed = answer_json(body, facts.provider)
    message = parsed.get("message") if isinstance(parsed, dict) else None
    if isinstance(message, str):
        raise fault_inside(500, message, attempt)
    if not isinstance(message, dict):
        raise garbled(facts.provider, "its answer has no message")
    reason = parsed.get("finish_reason")
    if isinstance(reason, str) and reason in FAILED:
        raise fault_inside(FAILED[reason], None, attempt)
    choice = Choice()
    for block in _objects(message, "content"):
        _read(block, choice)
    plan = message.get("tool_plan")
    choice.text += [plan] if isinstance(plan, str) and plan else []
    for call in _objects(message, "tool_calls"):
        _call(call, choice)
    choice.citations = _objects(message, "citations")
    choice.logprobs = logprobs_of(_objects(parsed, "logprobs"))
    choice.finish = finish_of(FINISHES, reason, calls=bool(choice.calls))
    return completion(parsed.get("id"), facts.upstream_name, [choice], usage_of(parsed.get("usage")))


def usage_of(raw: Any) -> Usage | None:
    """What Cohere bills, else what it counted; None when it told neither."""
    billed = raw.get("billed_units") if isinstance(raw, dict) else None
    counted = raw.get("tokens") if isinstance(raw, dict) else None
    units = next((part for part in (billed, counted) if isinstance(part, dict) and "output_tokens" in part), None)
    if units is None:
        return None
    read = count(units.get("input_tokens"))
    return Usage(
        input_tokens=read,
        cached_input_tokens=min(read, count(raw.get("cached_tokens"))),
        output_tokens=count(units.get("output_tokens")),
    )


def logprobs_of(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """OpenAI's log probabilities; a chunk of several tokens is their sum. None without any."""
    content = []
    for item in items:
        text, scores = item.get("text"), item.get("logprobs")
        numbers = [score for score in scores if isinstance(score, (int, float))] if isinstance(scores, list) else []
        if isinstance(text, str) and numbers:
            content.append({"token": text, "logprob": sum(numbers), "bytes": list(text.encode()), "top_logprobs": []})
    return {"content": content, "refusal": None} if content else None


def thought_of(text: str) -> dict[str, Any]:
    """The state that gives a piece of reasoning back to Cohere."""
    return {"type": "reasoning.text", "format": FORMAT, "text": text}


def _read(block: dict[str, Any], choice: Choice) -> None:
    text, thinking = block.get("text"), block.get("thinking")
    if isinstance(thinking, str) and thinking:
        choice.think(thinking, thought_of(thinking))
    elif isinstance(text, str):
        choice.text.append(text)


def _call(call: dict[str, Any], choice: Choice) -> None:
    function = call.get("function")
    if isinstance(function, dict):
        name, arguments = str(function.get("name") or ""), str(function.get("arguments") or "{}")
        if name == ANSWER_TOOL:
            choice.text = [arguments]
        else:
            choice.call(str(call.get("id") or ""), name, arguments)


def _objects(holder: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = holder.get(name)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
