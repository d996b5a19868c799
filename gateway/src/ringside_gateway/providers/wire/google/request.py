# SPDX-License-Identifier: Apache-2.0
"""A chat request as generateContent takes it (ai.google.dev/api/generate-content, read 2026-11-24)."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.chat import Chat, Tool
from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.wire.google.contents import Writer
from ringside_gateway.providers.wire.google.reasoning import has_levels, thinking_of
from ringside_gateway.providers.wire.pivot.refusals import unsupported
from ringside_gateway.providers.wire.pivot.requests import Terms, drops, object_in, read_chat
from ringside_gateway.providers.wire.pivot.schemas import inlined, with_answer_tool

#: Gemini's own parameters, passed on as they are; `generationConfig` is joined with what the others become.
_NATIVE = frozenset({"cachedContent", "generationConfig", "labels", "safetySettings", "topK"})
#: OpenAI's name -> Gemini's in `generationConfig`, for what means the same.
_SAME = {
    "temperature": "temperature",
    "top_p": "topP",
    "topK": "topK",
    "seed": "seed",
    "n": "candidateCount",
    "presence_penalty": "presencePenalty",
    "frequency_penalty": "frequencyPenalty",
    "logprobs": "responseLogprobs",
    "top_logprobs": "logprobs",
}
TERMS = Terms(frozenset({*_SAME, "reasoning_effort"}) - _NATIVE, _NATIVE)
_MODES = {"auto": "AUTO", "none": "NONE", "required": "ANY"}
_JSON = "application/json"


def body_of(attempt: Attempt) -> bytes:
    """The request body; 400 names what Gemini cannot honour."""
    return orjson.dumps(_Request(attempt).written())


class _Request:
    def __init__(self, attempt: Attempt) -> None:
        self.facts = attempt.target.facts
        self.ref, self.drop = attempt.target.ref, drops(attempt)
        self.chat: Chat = read_chat(attempt, TERMS)
        self.config: dict[str, Any] = {}

    def written(self) -> dict[str, Any]:
        """Every part of the body, absent where the caller said nothing."""
        self._form()
        chat, values = self.chat, self.chat.values
        system, contents = Writer(chat.model, has_levels(self.facts)).conversation(chat.messages)
        body: dict[str, Any] = {"contents": contents}
        if system:
            body["systemInstruction"] = {"parts": system}
        body |= self._tools()
        self._sample()
        config = {**self.config, **object_in(values, "generationConfig")}
        if config:
            body["generationConfig"] = config
        return body | {name: values[name] for name in ("cachedContent", "labels", "safetySettings") if name in values}

    def _form(self) -> None:
        """The answer's schema: Gemini's own, or a forced tool where that and other tools exclude each other."""
        schema = self.chat.schema
        if schema is None:
            return
        if self.chat.tools and not has_levels(self.facts):
            self.chat = with_answer_tool(self.chat)
            return
        self.config["responseMimeType"] = _JSON
        if schema.schema is not None:
            self.config["responseJsonSchema"] = inlined(schema.schema, "response_format.json_schema.schema")

    def _tools(self) -> dict[str, Any]:
        chat = self.chat
        if chat.parallel is False and chat.tools and not self.drop:
            raise unsupported("parallel_tool_calls", self.ref)
        declared = [_declaration(tool) for tool in chat.tools if tool.native is None]
        tools: list[dict[str, Any]] = [{"functionDeclarations": declared}] if declared else []
        tools += [_native(tool.native) for tool in chat.tools if tool.native is not None]
        if not tools:
            return {}
        if chat.choice is None:
            return {"tools": tools}
        calling: dict[str, Any] = {"mode": _MODES[chat.choice]}
        if chat.forced:
            calling["allowedFunctionNames"] = [chat.forced]
        return {"tools": tools, "toolConfig": {"functionCallingConfig": calling}}

    def _sample(self) -> None:
        chat, values = self.chat, self.chat.values
        self.config |= {theirs: values[ours] for ours, theirs in _SAME.items() if values.get(ours) is not None}
        if self.config.get("candidateCount") == 1:
            del self.config["candidateCount"]
        if self.config.get("responseLogprobs") is False:
            del self.config["responseLogprobs"]
        if chat.max_tokens is not None:
            self.config["maxOutputTokens"] = chat.max_tokens
        if chat.stop:
            self.config["stopSequences"] = list(chat.stop)
        if "reasoning_effort" in values:
            self._think(values["reasoning_effort"])

    def _think(self, effort: Any) -> None:
        thinking = thinking_of(effort, self.facts)
        if thinking is None and not self.drop:
            why = "cannot be `none`: this model always thinks" if effort == "none" else ""
            raise unsupported("reasoning_effort", self.ref, why)
        if thinking:
            self.config["thinkingConfig"] = thinking


def _declaration(tool: Tool) -> dict[str, Any]:
    written: dict[str, Any] = {"name": tool.name}
    if tool.description:
        written["description"] = tool.description
    if tool.parameters.get("properties"):
        where = f"{tool.where}.function.parameters"
        written["parametersJsonSchema"] = inlined(tool.parameters, where)
    return written


def _native(tool: dict[str, Any]) -> dict[str, Any]:
    """A tool of Google's own (`{"googleSearch": {}}`), with or without OpenAI's `type` beside it."""
    return {name: value for name, value in tool.items() if name != "type"}
