# SPDX-License-Identifier: Apache-2.0
"""A stream: events pass through as bytes; usage, finish and failures are picked out on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import orjson

from ringside_gateway.domain.upstream import Attempt, Chunk, UpstreamFault
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.sse import events
from ringside_gateway.providers.transport import Response, TransportError
from ringside_gateway.providers.wire.openai.errors import fault_of_transport
from ringside_gateway.providers.wire.openai.response import text_of, usage_of

_DONE = b"[DONE]"
#: What asking for usage adds to every other chunk; a client that did not ask gets it removed.
_NULL_USAGE = b',"usage":null'


class OpenAIStream:
    """The chunks of one answer. A stream that ends without a finish reason was cut, and says so."""

    def __init__(self, response: Response, attempt: Attempt) -> None:
        self.usage: Usage | None = None
        self._response = response
        self._provider = attempt.target.facts.provider
        options = attempt.body.get("stream_options") or {}
        self._wants_usage = bool(options.get("include_usage") or options.get("include_cost"))
        self._events: Iterator[bytes] = events(response.pieces())
        self._unread: list[bytes] = []
        self._text: list[str] = []
        self._finished = self._closed = False

    def __iter__(self) -> OpenAIStream:
        return self

    def __next__(self) -> Chunk:
        while True:
            data = self._next_event()
            if b'"usage":{' in data or b'"usage": {' in data:
                chunk = self._usage_chunk(data)
                if chunk is None:
                    continue
                return chunk
            if data.startswith((b'{"error"', b'{ "error"')) or b'"choices"' not in data:
                self._refuse(data)
            if b'"finish_reason":"' in data or b'"finish_reason": "' in data:
                self._finished = True
            self._unread.append(data)
            return Chunk(data if self._wants_usage else data.replace(_NULL_USAGE, b""))

    def delivered_text(self) -> str:
        """What was written so far; events are parsed only when somebody asks."""
        unread, self._unread = self._unread, []
        for data in unread:
            try:
                choices = orjson.loads(data).get("choices") or []
            except (ValueError, AttributeError):
                continue
            self._text += [text_of(choice.get("delta") or {}) for choice in choices]
        return "".join(self._text)

    def close(self) -> None:
        """Lets go of the provider at once."""
        self._closed = True
        self._response.close()

    def _next_event(self) -> bytes:
        try:
            data = next(self._events, None)
        except TransportError as error:
            raise fault_of_transport(error, self._provider) from error
        if data == _DONE or (data is None and self._finished):
            self._response.close() if self._closed else self._drain()
            raise StopIteration
        if data is None:
            self._fail("it ended its answer in the middle")
        return data

    def _drain(self) -> None:
        """Reads to the end, so that the connection can serve the next call."""
        try:
            for _ in self._events:
                pass
        except TransportError:
            self._response.close()

    def _usage_chunk(self, data: bytes) -> Chunk | None:
        parsed = self._parsed(data)
        self.usage = usage_of(parsed.get("usage")) or self.usage
        if not parsed.get("choices"):
            return Chunk(data, is_usage=True) if self._wants_usage else None
        if any((choice or {}).get("finish_reason") for choice in parsed["choices"]):
            self._finished = True
        self._unread.append(data)
        if self._wants_usage:
            return Chunk(data)
        del parsed["usage"]
        return Chunk(orjson.dumps(parsed))

    def _parsed(self, data: bytes) -> dict[str, Any]:
        try:
            parsed = orjson.loads(data)
        except ValueError:
            self._fail("an event of its stream is not JSON")
        if not isinstance(parsed, dict):
            self._fail("an event of its stream is not an object")
        return parsed

    def _refuse(self, data: bytes) -> None:
        error = self._parsed(data).get("error")
        detail = error.get("message") if isinstance(error, dict) else error
        self._fail(str(detail or "an event of its stream has no choices")[:300])

    def _fail(self, reason: str) -> NoReturn:
        self._response.close()
        raise UpstreamFault("upstream_error", retryable=True, provider=self._provider, reason=reason)
