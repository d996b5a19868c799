# SPDX-License-Identifier: Apache-2.0
"""A whole answer in OpenAI's shape."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Answer
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.wire.pivot.states import packed_id
from ringside_gateway.providers.wire.pivot.usages import usage_object

STOP, LENGTH, TOOL_CALLS, CONTENT_FILTER = "stop", "length", "tool_calls", "content_filter"


def completion_id(provider_id: Any) -> str:
    """The answer's id, made from the provider's own so that either finds the other."""
    return f"chatcmpl-{provider_id}" if isinstance(provider_id, str) and provider_id else "chatcmpl-unnamed"


def finish_of(finishes: Mapping[str, str], reason: Any, *, calls: bool) -> str:
    """OpenAI's finish reason by a wire's table; a new one is a stop.

    An answer that was asked for as a tool's arguments stops; it calls nothing.
    """
    finish = finishes.get(reason, STOP) if isinstance(reason, str) else STOP
    return STOP if finish == TOOL_CALLS and not calls else finish


@dataclass(slots=True)
class Choice:
    """One answer under construction, filled in the order in which the provider tells it."""

    text: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    details: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    refusal: str | None = None
    logprobs: dict[str, Any] | None = None
    finish: str = STOP
    _carried: int = 0

    def think(self, text: str, detail: dict[str, Any]) -> None:
        """A piece of reasoning, and the state that gives it back to the provider."""
        if text:
            self.thoughts.append(text)
        self.details.append({**detail, "index": len(self.details), **self.position()})

    def position(self) -> dict[str, int]:
        """Where in the answer something stands: after how many characters and calls."""
        return {"after_text": sum(map(len, self.text)), "after_calls": len(self.calls)}

    def call(self, call_id: str, name: str, arguments: str) -> None:
        """A tool call; its id carries the reasoning since the call before."""
        carried, self._carried = self.details[self._carried :], len(self.details)
        function = {"name": name, "arguments": arguments}
        self.calls.append({"id": packed_id(call_id, carried), "type": "function", "function": function})

    def message(self) -> dict[str, Any]:
        """The message object; what is not there is left out or null as OpenAI does it."""
        content = "".join(self.text)
        message: dict[str, Any] = {"role": "assistant", "content": content or (None if self.calls else "")}
        message |= {"refusal": self.refusal, "annotations": []}
        if self.thoughts:
            message["reasoning_content"] = "".join(self.thoughts)
        if self.details:
            message["reasoning_details"] = self.details
        if self.calls:
            message["tool_calls"] = self.calls
        if self.citations:
            message["citations"] = self.citations
        return message

    def written(self) -> str:
        """Everything the model wrote, for counting."""
        spoken = (part for call in self.calls for part in call["function"].values())
        return "".join([*self.thoughts, *self.text, self.refusal or "", *spoken])


def completion(provider_id: Any, model: str, choices: Sequence[Choice], usage: Usage | None) -> Answer:
    """The answer as `chat.completion`; without usage when the provider told none."""
    body: dict[str, Any] = {
        "id": completion_id(provider_id),
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {
                "index": number,
                "message": choice.message(),
                "logprobs": choice.logprobs,
                "finish_reason": choice.finish,
            }
            for number, choice in enumerate(choices)
        ],
    }
    if usage is not None:
        body["usage"] = usage_object(usage)
    return Answer(orjson.dumps(body), usage, lambda: "\n".join(choice.written() for choice in choices))
