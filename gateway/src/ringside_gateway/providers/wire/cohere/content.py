# SPDX-License-Identifier: Apache-2.0
"""Messages as Cohere takes them; what is written before a tool call is its plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ringside_gateway.domain.chat import ASSISTANT, AUDIO, FILE, IMAGE, REFUSAL, TEXT, TOOL, Message, Part
from ringside_gateway.providers.wire.pivot.refusals import invalid, unsupported
from ringside_gateway.providers.wire.pivot.states import of_format

NAME = "cohere"
FORMAT = f"ringside.{NAME}.1"
Block = dict[str, Any]


def messages_of(messages: Sequence[Message], ref: str) -> list[dict[str, Any]]:
    """The conversation. Messages that say nothing are left out; Cohere refuses them."""
    written = [entry for message in messages if (entry := _written(message, ref)) is not None]
    if not written:
        raise invalid("messages", "must say something")
    return written


def _written(message: Message, ref: str) -> dict[str, Any] | None:
    if message.role == TOOL:
        content = _content(_blocks(message.parts, ref, only_text=True))
        return {"role": TOOL, "tool_call_id": message.answers, "content": content or ""}
    if message.role == ASSISTANT:
        return _answer(message, ref)
    content = _content(_blocks(message.parts, ref))
    return {"role": message.role, "content": content} if content else None


def _answer(message: Message, ref: str) -> dict[str, Any] | None:
    thoughts = [
        {"type": "thinking", "thinking": detail["text"]}
        for detail in of_format(message.reasoning, NAME)
        if isinstance(detail.get("text"), str)
    ]
    text = _blocks(message.parts, ref, only_text=True)
    if not message.calls:
        content = _content([*thoughts, *text])
        return {"role": ASSISTANT, "content": content} if content else None
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in message.calls
    ]
    plan = {"tool_plan": "".join(block["text"] for block in text)} if text else {}
    return {"role": ASSISTANT, **({"content": thoughts} if thoughts else {}), **plan, "tool_calls": calls}


def _blocks(parts: Sequence[Part], ref: str, *, only_text: bool = False) -> list[Block]:
    blocks = []
    for part in parts:
        if only_text and part.kind not in (TEXT, REFUSAL):
            raise unsupported(part.where, ref, f"is not text, and {ref} takes text only there")
        block = _KINDS[part.kind](part, ref)
        if block is not None:
            blocks.append(block)
    return blocks


def _content(blocks: list[Block]) -> str | list[Block]:
    """One text is written as a string."""
    if len(blocks) == 1 and blocks[0]["type"] == "text":
        return str(blocks[0]["text"])
    return blocks


def _text(part: Part, _ref: str) -> Block | None:
    return {"type": "text", "text": part.text} if part.text else None


def _image(part: Part, _ref: str) -> Block:
    url = part.url or f"data:{part.media_type};base64,{part.data}"
    return {"type": "image_url", "image_url": {"url": url, **({"detail": part.detail} if part.detail else {})}}


def _refused(part: Part, ref: str) -> Block:
    raise unsupported(part.where, ref, f"is {'sound' if part.kind == AUDIO else 'a file'}, which {ref} does not take")


_KINDS: dict[str, Callable[[Part, str], Block | None]] = {
    TEXT: _text,
    REFUSAL: _text,
    IMAGE: _image,
    FILE: _refused,
    AUDIO: _refused,
}
