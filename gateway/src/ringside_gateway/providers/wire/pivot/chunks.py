# SPDX-License-Identifier: Apache-2.0
"""A stream in OpenAI's shape: role in the first delta, stable tool indexes, one finish reason, usage when asked for."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt, Chunk
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.wire.pivot.completions import completion_id
from ringside_gateway.providers.wire.pivot.states import packed_id
from ringside_gateway.providers.wire.pivot.usages import usage_object


class Chunks:
    """Collects the chunks of one answer in `ready`; `text` is everything the model wrote."""

    def __init__(self, attempt: Attempt) -> None:
        options = attempt.body.get("stream_options") or {}
        self.ready: deque[Chunk] = deque()
        self.text: list[str] = []
        self._wants_usage = bool(options.get("include_usage") or options.get("include_cost"))
        self._tail = b',"usage":null}' if self._wants_usage else b"}"
        self._choices: dict[int, ChoiceChunks] = {}
        self._head = b""
        self.begin(None, attempt.target.facts.upstream_name)

    def begin(self, provider_id: Any, model: Any) -> None:
        """Takes id and model from the provider's first event."""
        head = {"id": completion_id(provider_id), "object": "chat.completion.chunk", "created": int(time.time())}
        self._head = orjson.dumps({**head, "model": str(model)})[:-1] + b',"choices":['

    def choice(self, index: int = 0) -> ChoiceChunks:
        """The writer of one choice."""
        found = self._choices.get(index)
        if found is None:
            found = self._choices[index] = ChoiceChunks(self, index)
        return found

    @property
    def finished(self) -> bool:
        """Whether every choice has its finish reason."""
        return bool(self._choices) and all(choice.finished for choice in self._choices.values())

    def delta(self, index: int, delta: bytes, finish: bytes = b"null", logprobs: bytes = b"null") -> None:
        """One chunk with one choice."""
        self.ready.append(
            Chunk(
                b'%b{"index":%d,"delta":%b,"logprobs":%b,"finish_reason":%b}]%b'
                % (self._head, index, delta, logprobs, finish, self._tail)
            )
        )

    def usage(self, usage: Usage | None) -> None:
        """The last chunk, if it was asked for and the provider told its usage."""
        if self._wants_usage and usage is not None:
            data = b'%b],"usage":%b}' % (self._head, orjson.dumps(usage_object(usage)))
            self.ready.append(Chunk(data, is_usage=True))


class ChoiceChunks:
    """Writes the deltas of one choice."""

    def __init__(self, chunks: Chunks, index: int) -> None:
        self._chunks, self._index = chunks, index
        self._begun = False
        self._details: list[dict[str, Any]] = []
        self._carried = self._detailed = 0
        self._characters = 0
        self.calls = 0
        self.finished = False

    def begin(self) -> None:
        """The role, once; every other delta sees to it."""
        if not self._begun:
            self._begun = True
            self._chunks.delta(self._index, b'{"role":"assistant","content":""}')

    def content(self, text: str, logprobs: Any = None) -> None:
        """A piece of the answer."""
        if text:
            self.begin()
            self._characters += len(text)
            self._chunks.text.append(text)
            scored = b"null" if logprobs is None else orjson.dumps(logprobs)
            self._chunks.delta(self._index, b'{"content":%b}' % orjson.dumps(text), logprobs=scored)

    def refusal(self, text: str) -> None:
        """Why the model does not answer."""
        self._piece("refusal", text)

    def thought(self, text: str) -> None:
        """A piece of reasoning."""
        self._piece("reasoning_content", text)

    def citation(self, citation: dict[str, Any]) -> None:
        """A source of what was written, in the provider's own words."""
        self._plain({"citations": [citation]})

    def detail(self, detail: dict[str, Any]) -> None:
        """The state that gives a finished piece of reasoning back to the provider."""
        place = {"after_text": self._characters, "after_calls": self.calls}
        whole = {**detail, "index": self._detailed, **place}
        self._detailed += 1
        self._details.append(whole)
        self._plain({"reasoning_details": [whole]})

    def call(self, call_id: str, name: str, arguments: str = "") -> int:
        """Begins a tool call, whose id carries the reasoning since the call before; its index for `arguments`."""
        index, self.calls = self.calls, self.calls + 1
        carried, self._details = self._details, []
        self._chunks.text += [name, arguments]
        function = {"name": name, "arguments": arguments}
        call = {"index": index, "id": packed_id(call_id, carried), "type": "function", "function": function}
        self._plain({"tool_calls": [call]})
        return index

    def arguments(self, index: int, text: str) -> None:
        """A piece of a call's arguments."""
        if text:
            self._chunks.text.append(text)
            written = b'{"tool_calls":[{"index":%d,"function":{"arguments":%b}}]}' % (index, orjson.dumps(text))
            self._chunks.delta(self._index, written)

    def finish(self, reason: str) -> None:
        """The finish reason; a second one is not passed on."""
        if not self.finished:
            self.begin()
            self.finished = True
            self._chunks.delta(self._index, b"{}", finish=orjson.dumps(reason))

    def _piece(self, name: str, text: str) -> None:
        if text:
            self._chunks.text.append(text)
            self._plain({name: text})

    def _plain(self, delta: dict[str, Any]) -> None:
        self.begin()
        self._chunks.delta(self._index, orjson.dumps(delta))
