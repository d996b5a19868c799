# SPDX-License-Identifier: Apache-2.0
"""Messages as Converse's turns: one turn a speaker, tool results first, reasoning where it stood."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain.chat import ASSISTANT, SYSTEM, TOOL, Message
from ringside_gateway.providers.wire.anthropic.reasoning import blocks_of
from ringside_gateway.providers.wire.bedrock.parts import Block, PartWriter
from ringside_gateway.providers.wire.bedrock.reasoning import written
from ringside_gateway.providers.wire.pivot.refusals import invalid

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes messages for one model."""

    model: str
    parts: PartWriter

    def conversation(self, messages: Sequence[Message]) -> tuple[list[Block], list[dict[str, Any]]]:
        """(system blocks, turns). Of system messages only, the last one is the user's."""
        only = all(message.role == SYSTEM for message in messages)
        spoken = [*messages[-1:]] if only else [message for message in messages if message.role != SYSTEM]
        told = messages[:-1] if only else [message for message in messages if message.role == SYSTEM]
        system = [block for message in told for block in self.parts.blocks(message.parts)]
        turns: list[dict[str, Any]] = []
        for message in spoken:
            role = "assistant" if message.role == ASSISTANT else "user"
            blocks = self._blocks(message)
            if blocks and turns and turns[-1]["role"] == role:
                turns[-1]["content"] += blocks
            elif blocks:
                turns.append({"role": role, "content": blocks})
        if not turns:
            raise invalid("messages", "must say something")
        return system, turns

    def _blocks(self, message: Message) -> list[Block]:
        if message.role == TOOL:
            return self._result(message)
        return self._answer(message) if message.role == ASSISTANT else self.parts.blocks(message.parts)

    def _result(self, message: Message) -> list[Block]:
        blocks = [block for block in self.parts.blocks(message.parts) if "cachePoint" not in block]
        result: Block = {"toolUseId": tool_id(message.answers), "content": blocks}
        if message.marks.get("is_error") is True:
            result["status"] = "error"
        marks = message.parts[-1].marks if message.parts else {}
        return [{"toolResult": result}, *self.parts.cache_point({**marks, **message.marks})]

    def _answer(self, message: Message) -> list[Block]:
        """Text, reasoning and calls in the order in which the model gave them."""
        calls: list[Block] = [
            {"toolUse": {"toolUseId": tool_id(call.id), "name": call.name, "input": call.parsed}}
            for call in message.calls
        ]
        thoughts = blocks_of(message.reasoning, self.model)
        if not thoughts:
            return [*self.parts.blocks(message.parts), *calls]
        blocks: list[Block] = []
        whole, at_text, at_call = message.text, 0, 0
        for after_text, after_calls, thought in thoughts:
            blocks += _text(whole[at_text : max(at_text, after_text)]) + calls[at_call : max(at_call, after_calls)]
            blocks.append(written(thought))
            at_text, at_call = max(at_text, after_text), max(at_call, after_calls)
        return [*blocks, *_text(whole[at_text:]), *calls[at_call:]]


def tool_id(call_id: str) -> str:
    """The id as Bedrock takes it; another provider's with other characters becomes a fixed one of its own."""
    return call_id if _ID.fullmatch(call_id) else "call_" + hashlib.sha256(call_id.encode()).hexdigest()[:24]


def _text(text: str) -> list[Block]:
    return [{"text": text}] if text.strip() else []
