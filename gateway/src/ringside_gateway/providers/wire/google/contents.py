# SPDX-License-Identifier: Apache-2.0
"""Messages as Gemini's contents: turns of parts, results in the order of their calls, signatures in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain.chat import ASSISTANT, FILE, REFUSAL, SYSTEM, TEXT, TOOL, USER, Message, Part, ToolCall
from ringside_gateway.providers.wire.google.reasoning import NO_SIGNATURE, signatures_of
from ringside_gateway.providers.wire.pivot.refusals import invalid

Block = dict[str, Any]
#: Begins the ids we give to calls of a model that gives none; they are not sent back.
OWN_ID = "call_ringside_"
#: Gemini's own names of media types where they differ.
_MEDIA_TYPES = {"audio/mpeg": "audio/mp3"}


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes messages for one model. `modern`: it demands signatures, and takes images among a function's results."""

    model: str
    modern: bool

    def conversation(self, messages: Sequence[Message]) -> tuple[list[Block], list[Block]]:
        """(parts of the system instruction, contents). Of system messages only, the last one is the user's."""
        only = all(message.role == SYSTEM for message in messages)
        spoken = [*messages[-1:]] if only else [message for message in messages if message.role != SYSTEM]
        told = messages[:-1] if only else [message for message in messages if message.role == SYSTEM]
        system = [part for message in told for part in _parts(message.parts)]
        contents = self._contents(spoken)
        if not contents:
            raise invalid("messages", "must say something")
        return system, contents

    def _contents(self, messages: Sequence[Message]) -> list[Block]:
        last_user = max((number for number, message in enumerate(messages) if message.role == USER), default=-1)
        contents: list[Block] = []
        calls: tuple[ToolCall, ...] = ()
        for number, message in enumerate(messages):
            if message.role == ASSISTANT:
                calls = message.calls
                _add(contents, "model", self._answer(message, current=number > last_user))
            elif message.role != TOOL:
                _add(contents, "user", _parts(message.parts))
            elif messages[number - 1].role != TOOL:
                _add(contents, "user", self._results(_run(messages, number), calls), alone=True)
        return contents

    def _answer(self, message: Message, *, current: bool) -> list[Block]:
        """Text, then calls. In the current turn the first call of each answer must be signed."""
        signed = signatures_of(message.reasoning, self.model)
        parts = _signed_text(message.text, signed.texts) if signed.texts else _parts(message.parts)
        for number, call in enumerate(message.calls):
            part: Block = {"functionCall": {**_id(call.id), "name": call.name, "args": call.parsed}}
            signature = signed.calls.get(number)
            if signature is None and number == 0 and current and self.modern:
                signature = NO_SIGNATURE
            parts.append(part if signature is None else {**part, "thoughtSignature": signature})
        return parts

    def _results(self, answers: Sequence[Message], calls: Sequence[ToolCall]) -> list[Block]:
        """One part an answer, in the order of the calls, by which Gemini tells calls of one function apart."""
        order = {call.id: number for number, call in enumerate(calls)}
        parts: list[Block] = []
        for message in sorted(answers, key=lambda answer: order.get(answer.answers, len(order))):
            parts += self._result(message)
        return parts

    def _result(self, message: Message) -> list[Block]:
        key = "error" if message.marks.get("is_error") is True else "output"
        result: Block = {**_id(message.answers), "name": message.name, "response": {key: message.text}}
        shown = _parts([part for part in message.parts if part.kind not in (TEXT, REFUSAL)])
        if shown and self.modern:
            result["parts"] = shown
        return [{"functionResponse": result}, *([] if self.modern else shown)]


def _run(messages: Sequence[Message], start: int) -> list[Message]:
    """The tool messages that follow one another from `start` on."""
    end = next((at for at in range(start, len(messages)) if messages[at].role != TOOL), len(messages))
    return list(messages[start:end])


def _add(contents: list[Block], role: str, parts: list[Block], *, alone: bool = False) -> None:
    """A turn, or more of the last one; answers to functions stay by themselves."""
    if not parts:
        return
    last = contents[-1] if contents else None
    if last is not None and last["role"] == role and not alone and "functionResponse" not in last["parts"][0]:
        last["parts"] += parts
    else:
        contents.append({"role": role, "parts": parts})


def _id(call_id: str) -> Block:
    return {} if call_id.startswith(OWN_ID) else {"id": call_id}


def _signed_text(text: str, signatures: Sequence[tuple[int, str]]) -> list[Block]:
    """The text cut where signed parts ended: a signed part is neither joined with another nor cut."""
    parts: list[Block] = []
    at = 0
    for end, signature in signatures:
        parts.append({"text": text[at : max(at, end)], "thoughtSignature": signature})
        at = max(at, end)
    return [*parts, {"text": text[at:]}] if text[at:] else parts


def _parts(parts: Sequence[Part]) -> list[Block]:
    return [block for part in parts if (block := _part(part)) is not None]


def _part(part: Part) -> Block | None:
    """One part; empty text is left out, since Gemini refuses it."""
    if part.kind in (TEXT, REFUSAL):
        return {"text": part.text} if part.text else None
    if part.kind == FILE and part.file_id:
        kind = {"mimeType": part.media_type} if part.media_type else {}
        return {"fileData": {**kind, "fileUri": part.file_id}}
    if not part.media_type:
        raise invalid(part.where, "is of an unknown type; send a data URL that names it")
    media_type = _MEDIA_TYPES.get(part.media_type, part.media_type)
    return {"inlineData": {"mimeType": media_type, "data": part.data}}
