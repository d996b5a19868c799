# SPDX-License-Identifier: Apache-2.0
"""A chat request as Anthropic's Messages API takes it (platform.claude.com/docs/en/api/messages, read 2026-11-24)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from ringside_gateway.domain.chat import NONE, REQUIRED, Chat, Tool
from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.wire.anthropic.content import Writer
from ringside_gateway.providers.wire.anthropic.models import Generation, generation_of
from ringside_gateway.providers.wire.anthropic.reasoning import thinking_of
from ringside_gateway.providers.wire.anthropic.structured import closed, is_closed
from ringside_gateway.providers.wire.pivot.refusals import invalid, unsupported
from ringside_gateway.providers.wire.pivot.requests import Terms, drops, read_chat
from ringside_gateway.providers.wire.pivot.schemas import with_answer_tool

#: Anthropic's own parameters, passed on as they are.
_NATIVE = frozenset(
    {"top_k", "thinking", "output_config", "cache_control", "container", "context_management", "inference_geo"}
    | {"mcp_servers", "speed"}
)  # fmt: skip
TERMS = Terms(frozenset({"temperature", "top_p", "reasoning_effort", "user", "service_tier"}), _NATIVE)
_TIERS = {"auto": "auto", "default": "standard_only"}
_JSON_ONLY = "Answer with one JSON object and nothing else: no prose, no code fence."
#: OpenAI's temperature reaches 2, Claude's 1.
_MOST_TEMPERATURE = 1
_BLANK = "holds only white space, on which Claude does not stop"


def body_of(attempt: Attempt) -> bytes:
    """The request body; 400 names what Claude cannot honour."""
    body = message_of(attempt)
    body["model"] = attempt.target.facts.upstream_name
    if attempt.stream:
        body["stream"] = True
    return orjson.dumps(body)


def message_of(attempt: Attempt) -> dict[str, Any]:
    """The body without model and stream, which clouds put elsewhere."""
    return _Request(attempt).written()


class _Request:
    def __init__(self, attempt: Attempt) -> None:
        facts = attempt.target.facts
        self.ref, self.drop = attempt.target.ref, drops(attempt)
        self.generation: Generation = generation_of(facts)
        self.chat: Chat = read_chat(attempt, TERMS)
        self.max_tokens = self.chat.max_tokens or facts.max_output_tokens
        self.body: dict[str, Any] = {"max_tokens": self.max_tokens}

    def written(self) -> dict[str, Any]:
        """Every part of the body, absent where the caller said nothing."""
        chat, values = self.chat, self.chat.values
        for name in ("thinking", "output_config"):
            if not isinstance(values.get(name, {}), dict):
                raise invalid(name, "must be an object")
        self.body |= {name: value for name, value in values.items() if name in _NATIVE}
        self._reason()
        json_only = self._form()
        writer = Writer(self.ref, chat.model, self.generation.system_turns)
        system, self.body["messages"] = writer.conversation(chat.messages)
        if json_only:
            system.append({"type": "text", "text": _JSON_ONLY})
        if system:
            plain = len(system) == 1 and system[0].keys() == {"type", "text"}
            self.body["system"] = system[0]["text"] if plain else system
        _trim_prefill(self.body["messages"])
        self._tools()
        self._sample()
        self._stop()
        self._tier()
        if "user" in values:
            self.body["metadata"] = {"user_id": values["user"]}
        return self.body

    def _reason(self) -> None:
        fields = thinking_of(self.chat, self.generation, self.max_tokens)
        if fields is None and not self.drop:
            raise unsupported("reasoning_effort", self.ref)
        self.body = {**(fields or {}), **self.body}

    def _form(self) -> bool:
        """The answer's schema: Claude's own, a forced tool, or (True) a sentence that asks for JSON."""
        schema = self.chat.schema
        if schema is None:
            return False
        if schema.schema is not None and self.generation.structured_output and is_closed(schema.schema):
            wanted = {"type": "json_schema", "schema": closed(schema.schema)}
            self.body["output_config"] = {**self.body.get("output_config", {}), "format": wanted}
            return False
        thinks = self.body.get("thinking", {}).get("type") in ("enabled", "adaptive")
        force = self.generation.forced_tools and not thinks
        if schema.schema is None and not force:
            return True
        self.chat = with_answer_tool(self.chat, force=force)
        return False

    def _tools(self) -> None:
        chat = self.chat
        tools = [self._tool(tool) for tool in chat.tools] or _remembered(chat)
        if not tools:
            return
        self.body["tools"] = tools
        choice = self._choice() if chat.tools else {"type": "none"}
        if choice is not None:
            self.body["tool_choice"] = choice

    def _choice(self) -> dict[str, Any] | None:
        chat, alone = self.chat, self.chat.parallel is False
        if chat.choice == REQUIRED and not self._may_force():
            return {"type": "auto", **({"disable_parallel_tool_use": True} if alone else {})}
        if chat.choice == NONE:
            return {"type": NONE}
        if chat.choice is None and not alone:
            return None
        kind = {"type": "tool", "name": chat.forced} if chat.forced else {"type": _CHOICES[chat.choice]}
        return {**kind, "disable_parallel_tool_use": True} if alone else kind

    def _may_force(self) -> bool:
        """Whether a tool can be forced; 400 where it cannot, unless the caller lets go of it."""
        thinks = self.body.get("thinking", {}).get("type") == "enabled"
        if self.generation.forced_tools and not thinks:
            return True
        if not self.drop:
            why = "cannot force a tool while the model thinks; leave out `reasoning_effort`" if thinks else ""
            raise unsupported("tool_choice", self.ref, why)
        return False

    def _tool(self, tool: Tool) -> dict[str, Any]:
        if tool.native is not None:
            return tool.native
        written: dict[str, Any] = {"name": tool.name}
        if tool.description:
            written["description"] = tool.description
        written["input_schema"] = {"type": "object", **tool.parameters}
        if tool.strict and self.generation.strict_tools and is_closed(tool.parameters):
            written |= {"strict": True, "input_schema": closed(written["input_schema"])}
        if "cache_control" in tool.marks:
            written["cache_control"] = tool.marks["cache_control"]
        return written

    def _sample(self) -> None:
        values = self.chat.values
        asked = {name: values[name] for name in ("temperature", "top_p") if values.get(name, 1) != 1}
        if self.body.get("thinking", {}).get("type") == "enabled":
            self._refuse(asked, "cannot be set while the model thinks; leave out `reasoning_effort`")
        elif len(asked) == 2 and self.generation.one_sampling:
            self._refuse({"top_p": asked.pop("top_p")}, "cannot be set beside `temperature`")
            self.body |= asked
        else:
            self.body |= {name: min(value, _MOST_TEMPERATURE) for name, value in asked.items()}

    def _stop(self) -> None:
        self._refuse([stop for stop in ("stop",) if any(not text.strip() for text in self.chat.stop)], _BLANK)
        stops = [stop for stop in self.chat.stop if stop.strip()]
        if stops:
            self.body["stop_sequences"] = stops

    def _refuse(self, names: Iterable[str], why: str) -> None:
        """400 for the first of the names, unless the caller lets go of them."""
        for name in names:
            if not self.drop:
                raise unsupported(name, self.ref, why)

    def _tier(self) -> None:
        tier = self.chat.values.get("service_tier")
        if tier is None:
            return
        if tier in _TIERS:
            self.body["service_tier"] = _TIERS[tier]
        elif not self.drop:
            raise unsupported("service_tier", self.ref, f"must be one of {', '.join(_TIERS)} here")


_CHOICES = {None: "auto", "auto": "auto", REQUIRED: "any"}


def _remembered(chat: Chat) -> list[dict[str, Any]]:
    """Claude wants every tool of the conversation defined; OpenAI's callers may leave out those they are done with."""
    names = dict.fromkeys(call.name for message in chat.messages for call in message.calls)
    return [{"name": name, "input_schema": {"type": "object"}} for name in names]


def _trim_prefill(turns: list[dict[str, Any]]) -> None:
    """Claude refuses a last answer to go on from that ends in white space."""
    last = turns[-1]["content"][-1]
    if turns[-1]["role"] == "assistant" and last["type"] == "text":
        last["text"] = last["text"].rstrip()
