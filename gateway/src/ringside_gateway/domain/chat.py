# SPDX-License-Identifier: Apache-2.0
"""The pivot format: a chat request read and checked once, for every provider that does not speak OpenAI's format.

Nobody changes these. They are not frozen, because making a frozen one costs three times as much, and a conversation
has hundreds (bench/translation_cost.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SYSTEM, USER, ASSISTANT, TOOL = "system", "user", "assistant", "tool"
TEXT, IMAGE, AUDIO, FILE, REFUSAL = "text", "image", "audio", "file", "refusal"
AUTO, NONE, REQUIRED = "auto", "none", "required"


@dataclass(slots=True)
class Part:
    """One part of a message. `kind` says which other fields count; `where` is its path in the request.

    Bytes are base64 in `data` with their `media_type`, or behind an http(s) `url`; a file may be a `file_id` instead.
    `marks` are a provider's own fields of the part (Anthropic's `cache_control`, `citations`).
    """

    kind: str
    where: str
    text: str = ""
    media_type: str = ""
    data: str = ""
    url: str = ""
    file_id: str = ""
    name: str = ""
    detail: str = ""
    marks: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class ToolCall:
    """A call that the assistant made: the provider's own id, and the arguments as text and as the object they are."""

    id: str
    name: str
    arguments: str
    parsed: dict[str, Any]


@dataclass(slots=True)
class Message:
    """One message. `answers` is the call that a tool message answers, `name` that call's tool.

    `reasoning` is a provider's opaque state in order, restored from the message or from its calls' ids.
    """

    role: str
    where: str
    parts: tuple[Part, ...] = ()
    calls: tuple[ToolCall, ...] = ()
    answers: str = ""
    name: str = ""
    reasoning: tuple[dict[str, Any], ...] = ()
    marks: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What its text parts say, joined."""
        return "".join(part.text for part in self.parts if part.kind in (TEXT, REFUSAL))


@dataclass(slots=True)
class Tool:
    """A function the model may call. `native` is a provider's own kind of tool, passed on as it is."""

    name: str
    where: str
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    strict: bool = False
    marks: dict[str, Any] = field(default_factory=dict)
    native: dict[str, Any] | None = None


@dataclass(slots=True)
class Schema:
    """The form the answer must have; `schema` is None where any JSON object will do."""

    name: str = "answer"
    description: str = ""
    schema: dict[str, Any] | None = None
    strict: bool = False


@dataclass(slots=True)
class Chat:
    """A chat request. `choice` is auto, none, required or a tool's name behind `forced`; None means not given.

    `values` holds every other parameter that was given and is honoured, under OpenAI's name.
    """

    model: str
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    choice: str | None = None
    forced: str | None = None
    parallel: bool | None = None
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    schema: Schema | None = None
    values: dict[str, Any] = field(default_factory=dict)
