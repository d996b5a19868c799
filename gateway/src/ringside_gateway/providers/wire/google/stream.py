# SPDX-License-Identifier: Apache-2.0
"""Gemini's stream in OpenAI's shape: events are pieces of an answer, counts running totals, the end is an end."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.faults import shown
from ringside_gateway.providers.transport import Response
from ringside_gateway.providers.wire.google.errors import fault_inside
from ringside_gateway.providers.wire.google.reasoning import detail_of
from ringside_gateway.providers.wire.google.response import (
    FAILURES,
    call_of,
    candidates_of,
    failure_of,
    finish_of,
    is_call,
    logprobs_of,
    model_of,
    parts_of,
)
from ringside_gateway.providers.wire.google.usages import usage_of
from ringside_gateway.providers.wire.pivot.chunks import ChoiceChunks
from ringside_gateway.providers.wire.pivot.completions import CONTENT_FILTER
from ringside_gateway.providers.wire.pivot.schemas import ANSWER_TOOL
from ringside_gateway.providers.wire.pivot.streams import TranslatedStream


class GoogleStream(TranslatedStream):
    """The chunks of one answer; it ends where the connection says so, after the last usage."""

    def __init__(self, response: Response, attempt: Attempt) -> None:
        super().__init__(response, attempt)
        self._model = attempt.target.facts.upstream_name
        self._id = ""
        self._begun = False

    def read(self, event: dict[str, Any]) -> None:
        """One event: pieces of candidates, counts, or an error."""
        if "error" in event:
            self.close()
            raise fault_inside(event, self.attempt)
        if not self._begun:
            self._begun, self._id = True, str(event.get("responseId") or "")
            self.chunks.begin(event.get("responseId"), model_of(event, self.attempt))
        self.usage = usage_of(event.get("usageMetadata")) or self.usage
        for candidate in candidates_of(event):
            index = candidate.get("index")
            self._candidate(candidate, index if isinstance(index, int) else 0)

    def _candidate(self, candidate: dict[str, Any], index: int) -> None:
        choice, logprobs = self.chunks.choice(index), logprobs_of(candidate)
        for part in parts_of(candidate):
            self._part(part, choice, index, logprobs)
            logprobs = None
        reason = candidate.get("finishReason")
        if not reason:
            return
        if reason in FAILURES and not self.chunks.text:
            self.close()
            raise failure_of(candidate, self.attempt)
        finish = finish_of(reason, calls=choice.calls > 0)
        if finish == CONTENT_FILTER:
            choice.refusal(shown(candidate.get("finishMessage")) or "")
        choice.finish(finish)

    def _part(self, part: dict[str, Any], choice: ChoiceChunks, index: int, logprobs: Any) -> None:
        text = part.get("text")
        if is_call(part):
            self._call(part, choice, index)
        elif isinstance(text, str) and part.get("thought") is True:
            choice.thought(text)
        else:
            choice.content(text if isinstance(text, str) else "", logprobs)
            self._sign(part, choice, "text")

    def _call(self, part: dict[str, Any], choice: ChoiceChunks, index: int) -> None:
        call = call_of(part, self._id, index, choice.calls)
        if call[1] == ANSWER_TOOL:
            choice.content(call[2])
            return
        self._sign(part, choice, "call")
        choice.call(*call)

    def _sign(self, part: dict[str, Any], choice: ChoiceChunks, on: str) -> None:
        detail = detail_of(part.get("thoughtSignature"), self._model, on)
        if detail is not None:
            choice.detail(detail)
