# SPDX-License-Identifier: Apache-2.0
"""Claude's stream in OpenAI's shape: content blocks by index, usage as running totals, errors in the middle."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.transport import Response
from ringside_gateway.providers.wire.anthropic.errors import fault_inside
from ringside_gateway.providers.wire.anthropic.reasoning import detail_of
from ringside_gateway.providers.wire.anthropic.response import FINISHES, explanation_of
from ringside_gateway.providers.wire.anthropic.usages import merged, usage_of
from ringside_gateway.providers.wire.pivot.completions import finish_of
from ringside_gateway.providers.wire.pivot.schemas import ANSWER_TOOL
from ringside_gateway.providers.wire.pivot.streams import TranslatedStream


@dataclass(slots=True)
class _Block:
    """A content block under way. `call` is the index of its tool call; `answers` marks the answer's own tool."""

    raw: dict[str, Any]
    kind: str
    thinking: list[str] = field(default_factory=list)
    signature: str = ""
    call: int | None = None
    answers: bool = False
    streamed: bool = False


class AnthropicStream(TranslatedStream):
    """The chunks of one message."""

    def __init__(self, response: Response, attempt: Attempt) -> None:
        super().__init__(response, attempt)
        self._model = attempt.target.facts.upstream_name
        self._blocks: dict[int, _Block] = {}
        self._counts: dict[str, Any] = {}
        self._choice = self.chunks.choice()
        self._events_by_type = {
            "content_block_delta": self._delta,
            "content_block_start": self._start,
            "content_block_stop": self._stop,
            "message_start": self._message,
            "message_delta": self._finish,
        }

    def read(self, event: dict[str, Any]) -> None:
        """One event; pings and kinds that are not known yet say nothing."""
        kind = event.get("type")
        known = self._events_by_type.get(kind) if isinstance(kind, str) else None
        if known is not None:
            known(event)
        elif kind == "message_stop":
            self._over_and_out()
        elif kind == "error" or "error" in event:
            self.close()
            raise fault_inside(event, self.attempt)

    def _message(self, event: dict[str, Any]) -> None:
        message = _object(event, "message")
        self._count(message.get("usage"))
        self.chunks.begin(message.get("id"), message.get("model") or self._model)

    def _start(self, event: dict[str, Any]) -> None:
        raw = _object(event, "content_block")
        block = self._blocks[self._index(event)] = _Block(raw, _text(raw, "type"))
        self._choice.begin()
        if block.kind == "tool_use":
            block.answers = raw.get("name") == ANSWER_TOOL
            block.call = None if block.answers else self._choice.call(_text(raw, "id"), _text(raw, "name"))
        elif block.kind == "text":
            self._choice.content(_text(raw, "text"))
        elif block.kind == "thinking":
            self._think(block, _text(raw, "thinking"))

    def _delta(self, event: dict[str, Any]) -> None:
        block = self._blocks.get(self._index(event))
        if block is None:
            self.fail("its stream goes on with a block that never began")
        delta = _object(event, "delta")
        kind = delta.get("type")
        if kind == "text_delta":
            self._choice.content(_text(delta, "text"))
        elif kind == "input_json_delta":
            self._arguments(block, _text(delta, "partial_json"))
        elif kind == "thinking_delta":
            self._think(block, _text(delta, "thinking"))
        elif kind == "signature_delta":
            block.signature += _text(delta, "signature")
        elif kind == "citations_delta":
            self._choice.citation(_object(delta, "citation"))

    def _think(self, block: _Block, piece: str) -> None:
        block.thinking.append(piece)
        self._choice.thought(piece)

    def _arguments(self, block: _Block, piece: str) -> None:
        if block.answers:
            self._choice.content(piece)
        elif block.call is not None and piece:
            block.streamed = True
            self._choice.arguments(block.call, piece)

    def _stop(self, event: dict[str, Any]) -> None:
        block = self._blocks.pop(self._index(event), None)
        if block is None:
            return
        if block.kind in ("thinking", "redacted_thinking"):
            signature = block.signature or block.raw.get("signature")
            whole = {**block.raw, "thinking": "".join(block.thinking), "signature": signature}
            detail = detail_of(whole, self._model)
            if detail is not None:
                self._choice.detail(detail)
        elif block.call is not None and not block.streamed:
            # A tool without parameters streams nothing, or its whole input with the start.
            self._choice.arguments(block.call, orjson.dumps(_object(block.raw, "input")).decode())

    def _finish(self, event: dict[str, Any]) -> None:
        delta = _object(event, "delta")
        self._count(event.get("usage"))
        self._choice.refusal(explanation_of(delta) or "")
        if delta.get("stop_reason") is not None:
            self._choice.finish(finish_of(FINISHES, delta["stop_reason"], calls=self._choice.calls > 0))

    def _over_and_out(self) -> None:
        if not self.chunks.finished:
            self.fail("it ended its answer without a reason")
        self.end()

    def _count(self, raw: Any) -> None:
        self._counts = merged(self._counts, raw)
        self.usage = usage_of(self._counts)

    def _index(self, event: dict[str, Any]) -> int:
        index = event.get("index")
        if not isinstance(index, int):
            self.fail("an event of its stream names no block")
        return index


def _object(event: dict[str, Any], name: str) -> dict[str, Any]:
    value = event.get(name)
    return value if isinstance(value, dict) else {}


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
