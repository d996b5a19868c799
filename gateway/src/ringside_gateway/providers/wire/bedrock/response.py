# SPDX-License-Identifier: Apache-2.0
"""A whole answer of Converse's in OpenAI's shape."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.upstream import Answer, Attempt, UpstreamFault
from ringside_gateway.providers.faults import answer_json, garbled
from ringside_gateway.providers.wire.bedrock.errors import fault_inside
from ringside_gateway.providers.wire.bedrock.reasoning import state_of
from ringside_gateway.providers.wire.bedrock.usages import usage_of
from ringside_gateway.providers.wire.pivot.completions import (
    CONTENT_FILTER,
    LENGTH,
    TOOL_CALLS,
    Choice,
    completion,
    finish_of,
)
from ringside_gateway.providers.wire.pivot.schemas import ANSWER_TOOL

#: Bedrock's stop reason -> OpenAI's finish reason; a new one is a stop.
FINISHES = {
    "tool_use": TOOL_CALLS,
    "max_tokens": LENGTH,
    "model_context_window_exceeded": LENGTH,
    "guardrail_intervened": CONTENT_FILTER,
    "content_filtered": CONTENT_FILTER,
}
#: Reasons that tell of a failure. An answer that says nothing and ends so is none; another attempt may do better.
FAILURES = ("malformed_model_output", "malformed_tool_use")


def answer_of(body: bytes, attempt: Attempt) -> Answer:
    """The answer, or 502 `upstream_error` when it is none."""
    facts = attempt.target.facts
    parsed = answer_json(body, facts.provider)
    if isinstance(parsed, dict) and "output" not in parsed and ("message" in parsed or "__type" in parsed):
        raise fault_inside(str(parsed.get("__type") or ""), parsed, attempt)
    content = _content(parsed)
    if content is None:
        raise garbled(facts.provider, "its answer has no content")
    choice, reason = Choice(), parsed.get("stopReason")
    for block in content:
        _read(block, choice, facts.upstream_name)
    if reason in FAILURES and not choice.written():
        raise failure_of(str(reason), attempt)
    choice.finish = finish_of(FINISHES, reason, calls=bool(choice.calls))
    return completion(attempt.request_id, facts.upstream_name, [choice], usage_of(parsed.get("usage")))


def failure_of(reason: str, attempt: Attempt) -> UpstreamFault:
    """The error for an answer that failed before it said anything; the provider as a whole is well."""
    provider = attempt.target.facts.provider
    return UpstreamFault("upstream_error", retryable=True, provider=provider, reason=f"the model ended with {reason}")


def _content(parsed: Any) -> list[dict[str, Any]] | None:
    output = parsed.get("output") if isinstance(parsed, dict) else None
    message = output.get("message") if isinstance(output, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    return [block for block in content if isinstance(block, dict)] if isinstance(content, list) else None


def _read(block: dict[str, Any], choice: Choice, model: str) -> None:
    """One block; results of tools that ran at Amazon's, and kinds that are not known yet, say nothing."""
    if isinstance(block.get("text"), str):
        choice.text.append(block["text"])
    elif isinstance(block.get("reasoningContent"), dict):
        _think(block["reasoningContent"], choice, model)
    elif isinstance(block.get("citationsContent"), dict):
        pieces = block["citationsContent"].get("content")
        told = [piece for piece in pieces if isinstance(piece, dict)] if isinstance(pieces, list) else []
        choice.text += [str(piece.get("text") or "") for piece in told]
    elif isinstance(block.get("toolUse"), dict):
        _call(block["toolUse"], choice)


def _call(use: dict[str, Any], choice: Choice) -> None:
    arguments = orjson.dumps(use.get("input") or {}).decode()
    if use.get("name") == ANSWER_TOOL:
        choice.text.append(arguments)
    elif use.get("type") != "server_tool_use":
        choice.call(str(use.get("toolUseId") or ""), str(use.get("name") or ""), arguments)


def _think(block: dict[str, Any], choice: Choice, model: str) -> None:
    text, detail = state_of(block, model)
    if detail is not None:
        choice.think(text, detail)
    elif text:
        choice.thoughts.append(text)
