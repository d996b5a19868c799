# SPDX-License-Identifier: Apache-2.0
"""A chat request as Cohere's Chat API v2 takes it (docs.cohere.com/reference/chat, read 2026-11-24)."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.domain.chat import NONE, REQUIRED, Chat, Tool
from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.wire.cohere.content import messages_of
from ringside_gateway.providers.wire.pivot.refusals import invalid, unsupported
from ringside_gateway.providers.wire.pivot.requests import Terms, drops, read_chat
from ringside_gateway.providers.wire.pivot.schemas import with_answer_tool

#: Cohere's own parameters, passed on as they are.
_NATIVE = frozenset({"k", "documents", "citation_options", "safety_mode", "strict_tools", "priority", "thinking"})
TERMS = Terms(
    frozenset(
        {"temperature", "top_p", "seed", "frequency_penalty", "presence_penalty", "logprobs", "reasoning_effort"}
    ),
    _NATIVE,
)
#: OpenAI's name -> Cohere's, and the most Cohere takes where that is less.
_SAMPLING = {"temperature": ("temperature", 1), "top_p": ("p", 0.99), "seed": ("seed", None)}
#: Part of the output limit that an effort may spend on thinking, in percent; higher ones think as long as they like.
_BUDGET_PERCENT = {"minimal": 10, "low": 20, "medium": 50}
_EFFORTS = ("none", *_BUDGET_PERCENT, "high", "xhigh", "max")


def body_of(attempt: Attempt) -> bytes:
    """The request body; 400 names what Cohere cannot honour."""
    chat, facts, ref = read_chat(attempt, TERMS), attempt.target.facts, attempt.target.ref
    if chat.schema is not None and chat.tools:
        # Cohere takes a schema or tools, not both.
        chat = with_answer_tool(chat)
    body: dict[str, Any] = {"model": facts.upstream_name, "messages": messages_of(chat.messages, ref)}
    if attempt.stream:
        body["stream"] = True
    if chat.max_tokens is not None:
        body["max_tokens"] = chat.max_tokens
    if chat.stop:
        body["stop_sequences"] = list(chat.stop)
    if chat.schema is not None:
        schema = {} if chat.schema.schema is None else {"json_schema": chat.schema.schema}
        body["response_format"] = {"type": "json_object", **schema}
    body |= _sampling(chat, ref, drop=drops(attempt))
    body |= _thinking(chat, facts, ref, drop=drops(attempt))
    body |= _tools(chat, ref, drop=drops(attempt))
    body |= {name: value for name, value in chat.values.items() if name in _NATIVE}
    return orjson.dumps(body)


def _sampling(chat: Chat, ref: str, *, drop: bool) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for name, (own, most) in _SAMPLING.items():
        value = chat.values.get(name)
        if value is not None and not (name == "top_p" and value == 1):
            written[own] = value if most is None else min(value, most)
    for name in ("frequency_penalty", "presence_penalty"):
        value = chat.values.get(name, 0)
        if 0 < value <= 1:
            written[name] = value
        elif value != 0 and not drop:
            raise unsupported(name, ref, f"must be from 0 to 1 for {ref}")
    if chat.values.get("logprobs"):
        written["logprobs"] = True
    return written


def _thinking(chat: Chat, facts: ModelFacts, ref: str, *, drop: bool) -> dict[str, Any]:
    effort = chat.values.get("reasoning_effort")
    if effort is None:
        return {}
    if effort not in _EFFORTS:
        raise invalid("reasoning_effort", f"must be one of {', '.join(_EFFORTS)}")
    if "reasoning" not in facts.capabilities:
        if effort != "none" and not drop:
            raise unsupported("reasoning_effort", ref)
        return {}
    if effort == "none":
        return {"thinking": {"type": "disabled"}}
    percent = _BUDGET_PERCENT.get(effort)
    if percent is None:
        return {"thinking": {"type": "enabled"}}
    budget = max(1, (chat.max_tokens or facts.max_output_tokens) * percent // 100)
    return {"thinking": {"type": "enabled", "token_budget": budget}}


def _tools(chat: Chat, ref: str, *, drop: bool) -> dict[str, Any]:
    """The tools. Cohere forces some tool, not one of several: a named one is sent alone."""
    tools = [tool for tool in chat.tools if chat.forced in (None, tool.name)]
    if not tools:
        return {}
    if chat.parallel is False and not drop:
        raise unsupported("parallel_tool_calls", ref)
    written: dict[str, Any] = {"tools": [_tool(tool, ref) for tool in tools]}
    if chat.choice in (REQUIRED, NONE):
        written["tool_choice"] = chat.choice.upper()
    if all(tool.strict for tool in tools):
        written["strict_tools"] = True
    return written


def _tool(tool: Tool, ref: str) -> dict[str, Any]:
    if tool.native is not None:
        raise unsupported(f"{tool.where}.type", ref, f"must be function for {ref}")
    about = {"description": tool.description} if tool.description else {}
    return {"type": "function", "function": {"name": tool.name, **about, "parameters": tool.parameters}}
