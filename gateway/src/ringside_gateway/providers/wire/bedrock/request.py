# SPDX-License-Identifier: Apache-2.0
"""A chat request as Converse takes it (docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html,
read 2026-11-24)."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.chat import NONE, Chat, Schema, Tool
from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.wire.anthropic.structured import closed, is_closed
from ringside_gateway.providers.wire.bedrock.contents import Writer
from ringside_gateway.providers.wire.bedrock.models import Traits, traits_of
from ringside_gateway.providers.wire.bedrock.parts import PartWriter
from ringside_gateway.providers.wire.bedrock.reasoning import reasoning_of
from ringside_gateway.providers.wire.pivot.refusals import unsupported
from ringside_gateway.providers.wire.pivot.requests import Terms, drops, object_in, read_chat
from ringside_gateway.providers.wire.pivot.schemas import inlined, with_answer_tool

#: Converse's own parameters, passed on as they are; the first is joined with what an effort becomes.
_ADDITIONAL = "additionalModelRequestFields"
_NATIVE = frozenset(
    {_ADDITIONAL, "additionalModelResponseFieldPaths", "guardrailConfig", "performanceConfig", "promptVariables"}
    | {"requestMetadata", "serviceTier"}
)  # fmt: skip
TERMS = Terms(frozenset({"temperature", "top_p", "reasoning_effort", "service_tier"}), _NATIVE)
#: Others have another price than the catalogue's.
_TIERS = ("default",)
_JSON_ONLY = "Answer with one JSON object and nothing else: no prose, no code fence."
#: OpenAI's temperature reaches 2, Converse's 1.
_MOST_TEMPERATURE = 1


def body_of(attempt: Attempt) -> bytes:
    """The request body; 400 names what Bedrock or the model cannot honour."""
    return orjson.dumps(_Request(attempt).written())


class _Request:
    def __init__(self, attempt: Attempt) -> None:
        self.facts = attempt.target.facts
        self.ref, self.drop = attempt.target.ref, drops(attempt)
        self.traits: Traits = traits_of(self.facts)
        self.chat: Chat = read_chat(attempt, TERMS)
        self.parts = PartWriter(self.facts, self.ref)
        self.body: dict[str, Any] = {}

    def written(self) -> dict[str, Any]:
        """Every part of the body, absent where the caller said nothing."""
        self._reason()
        json_only = self._form()
        chat, values = self.chat, self.chat.values
        system, turns = Writer(chat.model, self.parts).conversation(chat.messages)
        if json_only:
            system.append({"text": _JSON_ONLY})
        _trim_prefill(turns)
        self._tools()
        self._sample()
        self._tier()
        self.body |= {name: values[name] for name in _NATIVE - {_ADDITIONAL} if name in values}
        additional = {**self.body.get(_ADDITIONAL, {}), **object_in(values, _ADDITIONAL)}
        if additional:
            self.body[_ADDITIONAL] = additional
        return {"messages": turns, **({"system": system} if system else {}), **self.body}

    def _reason(self) -> None:
        most = self.chat.max_tokens or self.facts.max_output_tokens
        fields = reasoning_of(self.chat, self.facts, self.traits, most)
        if fields is None and not self.drop:
            raise unsupported("reasoning_effort", self.ref)
        self.body |= fields or {}

    @property
    def _thinks(self) -> str:
        """How Claude was told to think, empty where it was not."""
        return str(self.body.get(_ADDITIONAL, {}).get("thinking", {}).get("type", ""))

    def _form(self) -> bool:
        """The answer's schema: Bedrock's own, a tool, or (True) a sentence that asks for JSON."""
        schema = self.chat.schema
        if schema is None:
            return False
        if schema.schema is not None and self.traits.structured_output and self._holds(schema.schema):
            self.body["outputConfig"] = {**self.body.get("outputConfig", {}), "textFormat": self._format(schema)}
            return False
        force = "tool" in self.traits.choices and self._thinks not in ("enabled", "adaptive")
        if schema.schema is None and not force:
            return True
        self.chat = with_answer_tool(self.chat, force=force)
        return False

    def _holds(self, schema: dict[str, Any]) -> bool:
        return self.traits.claude is None or is_closed(schema)

    def _format(self, schema: Schema) -> dict[str, Any]:
        form = inlined(schema.schema or {}, "response_format.json_schema.schema")
        if self.traits.claude is not None:
            form = closed(form)
        about = {"description": schema.description} if schema.description else {}
        told = {"schema": orjson.dumps(form).decode(), "name": schema.name, **about}
        return {"type": "json_schema", "structure": {"jsonSchema": told}}

    def _tools(self) -> None:
        chat = self.chat
        tools = [written for tool in chat.tools for written in self._tool(tool)]
        remembered = dict.fromkeys(call.name for message in chat.messages for call in message.calls)
        if chat.choice == NONE and chat.tools:
            # Converse knows no such choice: without tools nothing can be called, but calls of before need theirs.
            if remembered and not self.drop:
                raise unsupported("tool_choice", self.ref, "cannot be `none` in a conversation with tool calls")
            tools = []
        tools = tools or [_specification(name, {"type": "object"}) for name in remembered]
        if tools:
            choice = self._choice() if chat.tools and chat.choice != NONE else {}
            self.body["toolConfig"] = {"tools": tools, **choice}

    def _choice(self) -> dict[str, Any]:
        chat = self.chat
        if chat.parallel is False and not self.drop:
            raise unsupported("parallel_tool_calls", self.ref)
        if chat.choice is None or chat.choice == "auto":
            return {} if chat.choice is None else {"toolChoice": {"auto": {}}}
        wanted = "tool" if chat.forced else "any"
        if wanted in self.traits.choices and self._thinks != "enabled":
            return {"toolChoice": {wanted: {"name": chat.forced} if chat.forced else {}}}
        if not self.drop:
            why = "cannot force a tool while the model thinks; leave out `reasoning_effort`" if self._thinks else ""
            raise unsupported("tool_choice", self.ref, why)
        return {}

    def _tool(self, tool: Tool) -> list[dict[str, Any]]:
        if tool.native is not None:
            return [{name: value for name, value in tool.native.items() if name != "type"}]
        schema = {"type": "object", **tool.parameters}
        strict = tool.strict and self.traits.structured_output and is_closed(tool.parameters)
        written = _specification(tool.name, closed(schema) if strict else schema, tool.description)
        if strict:
            written["toolSpec"]["strict"] = True
        return [written, *self.parts.cache_point(tool.marks)]

    def _sample(self) -> None:
        chat = self.chat
        config: dict[str, Any] = {}
        if chat.max_tokens is not None or self._thinks == "enabled":
            config["maxTokens"] = chat.max_tokens or self.facts.max_output_tokens
        for name, theirs in (("temperature", "temperature"), ("top_p", "topP")):
            if name not in chat.values:
                continue
            if self._thinks != "enabled":
                config[theirs] = min(chat.values[name], _MOST_TEMPERATURE)
            elif chat.values[name] != 1 and not self.drop:
                raise unsupported(name, self.ref, "cannot be set while the model thinks; leave out `reasoning_effort`")
        stops = self._stops()
        if stops:
            config["stopSequences"] = stops
        if config:
            self.body["inferenceConfig"] = config

    def _stops(self) -> list[str]:
        stops = [stop for stop in self.chat.stop if stop.strip() or self.traits.claude is None]
        if len(stops) < len(self.chat.stop) and not self.drop:
            raise unsupported("stop", self.ref, "holds only white space, on which Claude does not stop")
        return stops

    def _tier(self) -> None:
        tier = self.chat.values.get("service_tier", "auto")
        if tier in _TIERS:
            self.body["serviceTier"] = {"type": tier}
        elif tier != "auto" and not self.drop:
            raise unsupported("service_tier", self.ref, f"must be one of auto, {', '.join(_TIERS)} here")


def _specification(name: str, schema: dict[str, Any], about: str = "") -> dict[str, Any]:
    told = {"description": about} if about else {}
    return {"toolSpec": {"name": name, **told, "inputSchema": {"json": schema}}}


def _trim_prefill(turns: list[dict[str, Any]]) -> None:
    """A last answer to go on from may not end in white space."""
    last = turns[-1]["content"][-1]
    if turns[-1]["role"] == "assistant" and "text" in last:
        last["text"] = last["text"].rstrip()
