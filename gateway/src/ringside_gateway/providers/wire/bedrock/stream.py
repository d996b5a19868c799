# SPDX-License-Identifier: Apache-2.0
"""ConverseStream in OpenAI's shape: framed events, blocks by index, usage at the end, exceptions in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.eventstream import Message, messages
from ringside_gateway.providers.transport import Response
from ringside_gateway.providers.wire.bedrock.errors import fault_inside
from ringside_gateway.providers.wire.bedrock.reasoning import state_of
from ringside_gateway.providers.wire.bedrock.response import FAILURES, FINISHES, failure_of
from ringside_gateway.providers.wire.bedrock.usages import usage_of
from ringside_gateway.providers.wire.pivot.completions import finish_of
from ringside_gateway.providers.wire.pivot.schemas import ANSWER_TOOL
from ringside_gateway.providers.wire.pivot.streams import TranslatedStream

Event = dict[str, Any]
_EXCEPTION = "!"


class BedrockStream(TranslatedStream):
    """The chunks of one message; it ends where the connection says so, after the usage."""

    def __init__(self, response: Response, attempt: Attempt) -> None:
        super().__init__(response, attempt)
        self._model = attempt.target.facts.upstream_name
        self._blocks: dict[int, Event] = {}
        self._choice = self.chunks.choice()
        self.chunks.begin(attempt.request_id, self._model)
        self._events_by_type = {
            "contentBlockDelta": self._delta,
            "contentBlockStart": self._start,
            "contentBlockStop": self._stop,
            "messageStop": self._finish,
            "metadata": self._count,
        }

    def split(self, response: Response) -> Iterator[bytes]:
        """Each event as {its type: its payload}; an exception's type begins with an exclamation mark."""
        return map(_event, messages(response.pieces()))

    def read(self, event: Event) -> None:
        """One event; kinds that are not known yet say nothing."""
        for kind, told in event.items():
            if kind.startswith(_EXCEPTION):
                self.close()
                raise fault_inside(kind.removeprefix(_EXCEPTION), told if isinstance(told, dict) else {}, self.attempt)
            known = self._events_by_type.get(kind)
            if known is not None and isinstance(told, dict):
                known(told)

    def _start(self, event: Event) -> None:
        block = self._block(event)
        use = _object(_object(event, "start"), "toolUse")
        if not use or use.get("type") == "server_tool_use":
            return
        block["answer"] = use.get("name") == ANSWER_TOOL
        if not block["answer"]:
            block["call"] = self._choice.call(str(use.get("toolUseId") or ""), str(use.get("name") or ""))

    def _delta(self, event: Event) -> None:
        block, delta = self._block(event), _object(event, "delta")
        self._choice.content(_text(delta, "text"))
        if "toolUse" in delta:
            self._arguments(block, _text(_object(delta, "toolUse"), "input"))
        thought = _object(delta, "reasoningContent")
        for name in ("text", "signature", "redactedContent"):
            if name in thought:
                block[name] = _text(block, name) + _text(thought, name)
        self._choice.thought(_text(thought, "text"))

    def _arguments(self, block: Event, piece: str) -> None:
        block["input"] = bool(piece) or block.get("input", False)
        if block.get("answer"):
            self._choice.content(piece)
        elif "call" in block:
            self._choice.arguments(block["call"], piece)

    def _stop(self, event: Event) -> None:
        block = self._blocks.pop(self._index(event), {})
        if "call" in block and not block.get("input"):
            self._choice.arguments(block["call"], "{}")
        told = {"text": _text(block, "text"), "signature": block.get("signature")}
        hidden = {"redactedContent": block["redactedContent"]} if "redactedContent" in block else {}
        _, detail = state_of(hidden or {"reasoningText": told}, self._model)
        if detail is not None:
            self._choice.detail(detail)

    def _finish(self, event: Event) -> None:
        reason = event.get("stopReason")
        if reason in FAILURES and not self.chunks.text:
            self.close()
            raise failure_of(str(reason), self.attempt)
        self._choice.finish(finish_of(FINISHES, reason, calls=self._choice.calls > 0))

    def _count(self, event: Event) -> None:
        self.usage = usage_of(event.get("usage")) or self.usage

    def _block(self, event: Event) -> Event:
        """The block that an event is about; text and reasoning begin with their first piece."""
        return self._blocks.setdefault(self._index(event), {})

    def _index(self, event: Event) -> int:
        index = event.get("contentBlockIndex")
        if not isinstance(index, int):
            self.fail("an event of its stream names no block")
        return index


def _event(message: Message) -> bytes:
    headers = message.headers
    if headers.get(":message-type") == "event":
        return b'{"%b":%b}' % (str(headers.get(":event-type")).encode(), message.payload or b"{}")
    kind = str(headers.get(":exception-type") or headers.get(":error-code") or "")
    told = message.payload or orjson.dumps({"message": str(headers.get(":error-message") or "")})
    return b'{"%b%b":%b}' % (_EXCEPTION.encode(), kind.encode(), told)


def _object(event: Event, name: str) -> Event:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _text(holder: Event, name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
