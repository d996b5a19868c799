# SPDX-License-Identifier: Apache-2.0
"""A stream: events pass through as bytes; usage, finish, text and failures are picked out on the way."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import orjson

from ringside_gateway.domain.upstream import Attempt, Chunk
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.faults import fault_of_transport, garbled
from ringside_gateway.providers.sse import Events
from ringside_gateway.providers.transport import Response, TransportError
from ringside_gateway.providers.wire.openai.response import text_of, usage_of

_DONE = b"[DONE]"
#: What asking for usage adds to every other chunk; a client that did not ask gets it removed. Inside a JSON string
#: the quotes would be escaped, so neither pattern can hit what a model wrote.
_NULL_USAGE = b',"usage":null'
_SPACED_NULL_USAGE = re.compile(rb',\s*"usage"\s*:\s*null')


class OpenAIStream:
    """The chunks of one answer. A stream that ends without a finish reason was cut, and says so."""

    def __init__(self, response: Response, attempt: Attempt) -> None:
        self.usage: Usage | None = None
        self._response = response
        self._provider = attempt.target.facts.provider
        options = attempt.body.get("stream_options") or {}
        self._wants_usage = bool(options.get("include_usage") or options.get("include_cost"))
        self._events = Events(response.pieces())
        self._text: list[str] = []
        self.finished = self._over = False

    def __iter__(self) -> OpenAIStream:
        return self

    def __next__(self) -> Chunk:
        while True:
            data = self._next_event()
            parsed = self._parsed(data)
            choices = parsed.get("choices")
            if not isinstance(choices, list) or "error" in parsed:
                self._refuse(parsed)
            for choice in choices:
                self._read(choice)
            usage = parsed.get("usage")
            if usage is None:
                return Chunk(data if self._wants_usage else _without_null_usage(data))
            self.usage = usage_of(usage) or self.usage
            if self._wants_usage:
                return Chunk(data, is_usage=not choices)
            if choices:
                del parsed["usage"]
                return Chunk(orjson.dumps(parsed))

    @property
    def ready(self) -> bool:
        """Whether the next chunk is here already, and not the end."""
        return bool(self._events.ready) and not self.finished

    def delivered_text(self) -> str:
        """What was written so far."""
        return "".join(self._text)

    def close(self) -> None:
        """Lets go of the provider at once."""
        self._over = True
        self._response.close()

    def _next_event(self) -> bytes:
        if self._over:
            raise StopIteration
        try:
            data = next(self._events, None)
        except TransportError as error:
            self._over = True
            raise fault_of_transport(error, self._provider) from error
        if data == _DONE or (data is None and self.finished):
            self._over = True
            self._response.finish()
            raise StopIteration
        if data is None:
            self._fail("it ended its answer in the middle")
        return data

    def _read(self, choice: Any) -> None:
        if not isinstance(choice, dict):
            self._fail("an event of its stream has a choice that is none")
        if choice.get("finish_reason"):
            self.finished = True
        if delta := choice.get("delta"):
            self._text.append(text_of(delta))

    def _parsed(self, data: bytes) -> dict[str, Any]:
        try:
            parsed = orjson.loads(data)
        except ValueError:
            self._fail("an event of its stream is not JSON")
        if not isinstance(parsed, dict):
            self._fail("an event of its stream is not an object")
        return parsed

    def _refuse(self, parsed: dict[str, Any]) -> NoReturn:
        """The provider ends its own stream with an error; what it says is shown, cut short."""
        error = parsed.get("error")
        detail = error.get("message") if isinstance(error, dict) else error
        self._fail(str(detail or "an event of its stream has no choices")[:300])

    def _fail(self, reason: str) -> NoReturn:
        self.close()
        raise garbled(self._provider, reason)


def _without_null_usage(data: bytes) -> bytes:
    if _NULL_USAGE in data:
        return data.replace(_NULL_USAGE, b"")
    return _SPACED_NULL_USAGE.sub(b"", data) if b'"usage"' in data else data
