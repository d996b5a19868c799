# SPDX-License-Identifier: Apache-2.0
"""Messages as turns of content blocks: tool results first, thinking where it stood, one turn per speaker."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain.chat import ASSISTANT, AUDIO, FILE, IMAGE, REFUSAL, SYSTEM, TEXT, TOOL, Message, Part
from ringside_gateway.providers.wire.anthropic.reasoning import blocks_of
from ringside_gateway.providers.wire.pivot.refusals import invalid, unsupported

Block = dict[str, Any]
#: A provider's own fields of a part or message that Claude knows.
_MARKS = ("cache_control", "citations", "title", "context")
_IMAGE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_ID = re.compile(r"[a-zA-Z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes messages for one model. `system_turns`: it takes system messages in the middle of a conversation."""

    ref: str
    model: str
    system_turns: bool

    def conversation(self, messages: Sequence[Message]) -> tuple[list[Block], list[dict[str, Any]]]:
        """(system blocks, turns). A conversation of system messages only makes the last one the user's."""
        spoken = next((number for number, message in enumerate(messages) if message.role != SYSTEM), None)
        first = len(messages) - 1 if spoken is None else spoken
        system = [block for message in messages[:first] for block in self._blocks(message)]
        turns: list[dict[str, Any]] = []
        for message in messages[first:]:
            role = self._role(message, only=spoken is None)
            blocks = self._blocks(message)
            if role == SYSTEM and not self.system_turns:
                system += blocks
            elif blocks and turns and turns[-1]["role"] == role:
                turns[-1]["content"] += blocks
            elif blocks:
                turns.append({"role": role, "content": blocks})
        if not turns:
            raise invalid("messages", "must say something")
        return system, turns

    def _role(self, message: Message, *, only: bool) -> str:
        if message.role == SYSTEM:
            return "user" if only else SYSTEM
        return "assistant" if message.role == ASSISTANT else "user"

    def _blocks(self, message: Message) -> list[Block]:
        if message.role == TOOL:
            return [self._tool_result(message)]
        if message.role == ASSISTANT:
            return self._answer(message)
        return self._parts(message.parts)

    def _parts(self, parts: Sequence[Part]) -> list[Block]:
        return [block for part in parts if (block := self._part(part)) is not None]

    def _part(self, part: Part) -> Block | None:
        block = _KINDS[part.kind](part, self.ref)
        for mark in _MARKS:
            if block is not None and mark in part.marks:
                block[mark] = part.marks[mark]
        return block

    def _tool_result(self, message: Message) -> Block:
        content = self._parts(message.parts)
        result: Block = {"type": "tool_result", "tool_use_id": tool_id(message.answers)}
        if len(content) == 1 and content[0].keys() == {"type", "text"}:
            result["content"] = content[0]["text"]
        elif content:
            result["content"] = content
        if "cache_control" in message.marks:
            result["cache_control"] = message.marks["cache_control"]
        if message.marks.get("is_error") is True:
            result["is_error"] = True
        return result

    def _answer(self, message: Message) -> list[Block]:
        """Text, thinking and calls in the order in which the model gave them."""
        calls = [
            {"type": "tool_use", "id": tool_id(call.id), "name": call.name, "input": call.parsed}
            for call in message.calls
        ]
        text = self._parts(message.parts)
        thoughts = blocks_of(message.reasoning, self.model)
        return _interleaved(text, calls, thoughts) if thoughts else [*text, *calls]


def _interleaved(text: list[Block], calls: list[Block], thoughts: list[tuple[int, int, Block]]) -> list[Block]:
    """Thinking goes back where it stood: signatures are bound to what comes before. What is no text comes first."""
    whole = "".join(block.get("text", "") for block in text)
    written: list[Block] = [block for block in text if "text" not in block]
    at_text = at_call = 0
    for after_text, after_calls, block in thoughts:
        piece = whole[at_text : max(at_text, after_text)]
        written += [{"type": "text", "text": piece}] if piece.strip() else []
        written += calls[at_call : max(at_call, after_calls)]
        written.append(block)
        at_text, at_call = max(at_text, after_text), max(at_call, after_calls)
    rest = whole[at_text:]
    return [*written, *([{"type": "text", "text": rest}] if rest.strip() else []), *calls[at_call:]]


def tool_id(call_id: str) -> str:
    """The id as Claude takes it; another provider's with other characters becomes a fixed one of its own."""
    if _ID.fullmatch(call_id):
        return call_id
    return "call_" + hashlib.sha256(call_id.encode()).hexdigest()[:24]


def _text(part: Part, _ref: str) -> Block | None:
    """Claude refuses blank text."""
    return {"type": "text", "text": part.text} if part.text.strip() else None


def _image(part: Part, _ref: str) -> Block:
    if part.url:
        return {"type": "image", "source": {"type": "url", "url": part.url}}
    if part.media_type not in _IMAGE_TYPES:
        raise invalid(part.where, f"must be a PNG, JPEG, GIF or WebP image, not {part.media_type}")
    return {"type": "image", "source": {"type": "base64", "media_type": part.media_type, "data": part.data}}


def _file(part: Part, ref: str) -> Block:
    if part.media_type.startswith("image/"):
        return _image(part, ref)
    source = _document(part, ref)
    return {"type": "document", "source": source, **({"title": part.name} if part.name else {})}


def _document(part: Part, ref: str) -> dict[str, Any]:
    if part.file_id:
        return {"type": "file", "file_id": part.file_id}
    if part.url:
        return {"type": "url", "url": part.url}
    if part.media_type == "application/pdf":
        return {"type": "base64", "media_type": part.media_type, "data": part.data}
    if not part.media_type.startswith("text/") and part.media_type != "application/json":
        raise unsupported(part.where, ref, f"is {part.media_type or 'of an unknown type'}; send a PDF, text or image")
    try:
        text = base64.b64decode(part.data, validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise invalid(part.where, "is not UTF-8 text in base64") from error
    return {"type": "text", "media_type": "text/plain", "data": text}


def _audio(part: Part, ref: str) -> Block:
    raise unsupported(part.where, ref, f"is sound, which {ref} does not take")


_KINDS: dict[str, Callable[[Part, str], Block | None]] = {
    TEXT: _text,
    REFUSAL: _text,
    IMAGE: _image,
    FILE: _file,
    AUDIO: _audio,
}
