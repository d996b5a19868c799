# SPDX-License-Identifier: Apache-2.0
"""Cohere's stream in OpenAI's shape: a plan, calls one after the other, text and thoughts in blocks."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.transport import Response
from ringside_gateway.providers.wire.cohere.errors import FAILED, fault_inside
from ringside_gateway.providers.wire.cohere.response import FINISHES, logprobs_of, thought_of, usage_of
from ringside_gateway.providers.wire.pivot.completions import finish_of
from ringside_gateway.providers.wire.pivot.schemas import ANSWER_TOOL
from ringside_gateway.providers.wire.pivot.streams import TranslatedStream


class CohereStream(TranslatedStream):
    """The chunks of one message."""

    def __init__(self, response: Response, attempt: Attempt) -> None:
        super().__init__(response, attempt)
        self._choice = self.chunks.choice()
        self._thoughts: list[str] = []
        self._call: int | None = None
        self._answering = self._streamed = False
        self._events_by_type = {
            "message-start": self._begin,
            "content-start": self._content,
            "content-delta": self._content,
            "content-end": self._thought,
            "tool-plan-delta": self._plan,
            "tool-call-start": self._start_call,
            "tool-call-delta": self._arguments,
            "tool-call-end": self._end_call,
            "citation-start": self._citation,
            "message-end": self._finish,
        }

    def read(self, event: dict[str, Any]) -> None:
        """One event; kinds that are not known yet say nothing."""
        kind = event.get("type")
        known = self._events_by_type.get(kind) if isinstance(kind, str) else None
        if known is not None:
            known(event)
        elif kind is None and isinstance(event.get("message"), str):
            self.close()
            raise fault_inside(500, event["message"], self.attempt)

    def _begin(self, event: dict[str, Any]) -> None:
        self.chunks.begin(event.get("id"), self.attempt.target.facts.upstream_name)

    def _content(self, event: dict[str, Any]) -> None:
        content = _object(_message(event), "content")
        text, thinking = content.get("text"), content.get("thinking")
        if isinstance(thinking, str) and thinking:
            self._thoughts.append(thinking)
            self._choice.thought(thinking)
        if isinstance(text, str):
            scored = event.get("logprobs")
            self._choice.content(text, logprobs_of([scored]) if isinstance(scored, dict) else None)

    def _thought(self, _event: dict[str, Any]) -> None:
        if self._thoughts:
            self._choice.detail(thought_of("".join(self._thoughts)))
            self._thoughts = []

    def _plan(self, event: dict[str, Any]) -> None:
        plan = _message(event).get("tool_plan")
        if isinstance(plan, str):
            self._choice.content(plan)

    def _start_call(self, event: dict[str, Any]) -> None:
        call = _object(_message(event), "tool_calls")
        function = _object(call, "function")
        name, arguments = _text(function, "name"), _text(function, "arguments")
        self._streamed = bool(arguments)
        self._answering = name == ANSWER_TOOL
        if self._answering:
            self._choice.content(arguments)
        else:
            self._call = self._choice.call(_text(call, "id"), name, arguments)

    def _arguments(self, event: dict[str, Any]) -> None:
        piece = _text(_object(_object(_message(event), "tool_calls"), "function"), "arguments")
        if self._answering:
            self._choice.content(piece)
        elif self._call is None:
            self.fail("its stream goes on with a tool call that never began")
        else:
            self._streamed = self._streamed or bool(piece)
            self._choice.arguments(self._call, piece)

    def _end_call(self, _event: dict[str, Any]) -> None:
        if self._call is not None and not self._streamed:
            self._choice.arguments(self._call, "{}")
        self._call, self._answering = None, False

    def _citation(self, event: dict[str, Any]) -> None:
        self._choice.citation(_object(_message(event), "citations"))

    def _finish(self, event: dict[str, Any]) -> None:
        delta = _object(event, "delta")
        self.usage = usage_of(delta.get("usage")) or self.usage
        reason = delta.get("finish_reason")
        if isinstance(reason, str) and reason in FAILED:
            self.close()
            raise fault_inside(FAILED[reason], delta.get("error"), self.attempt)
        if reason is not None:
            self._choice.finish(finish_of(FINISHES, reason, calls=self._choice.calls > 0))


def _message(event: dict[str, Any]) -> dict[str, Any]:
    return _object(_object(event, "delta"), "message")


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    return value if isinstance(value, dict) else {}


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
