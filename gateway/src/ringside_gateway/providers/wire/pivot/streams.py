# SPDX-License-Identifier: Apache-2.0
"""A translated stream: a provider's events in, OpenAI's chunks out. A wire writes what one event means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import orjson

from ringside_gateway.domain.upstream import Attempt, Chunk
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.faults import fault_of_transport, garbled
from ringside_gateway.providers.sse import Events
from ringside_gateway.providers.transport import Response, TransportError
from ringside_gateway.providers.wire.pivot.chunks import Chunks

#: How OpenAI, and some who are like it in nothing else, end a stream.
DONE = b"[DONE]"


class TranslatedStream:
    """The chunks of one answer. A stream that ends before its finish reason was cut, and says so.

    A wire overrides `read` (one event), calls `end` at the provider's last one, and may override `split`.
    """

    def __init__(self, response: Response, attempt: Attempt) -> None:
        self.usage: Usage | None = None
        self.attempt = attempt
        self.chunks = Chunks(attempt)
        self._response = response
        self._events = self.split(response)
        self._over = False

    def read(self, event: dict[str, Any]) -> None:
        """Writes what the event means into `chunks`."""
        raise NotImplementedError

    def split(self, response: Response) -> Iterator[bytes]:
        """The JSON of each event."""
        return Events(response.pieces())

    def end(self) -> None:
        """The provider has told everything: the usage chunk, and the connection is free again."""
        if not self._over:
            self._over = True
            self.chunks.usage(self.usage)
            self._response.finish()

    def fail(self, reason: str) -> NoReturn:
        """Lets go of a provider whose stream makes no sense."""
        self.close()
        raise garbled(self.attempt.target.facts.provider, reason)

    def __iter__(self) -> TranslatedStream:
        return self

    def __next__(self) -> Chunk:
        ready = self.chunks.ready
        while not ready:
            if self._over:
                raise StopIteration
            self._advance()
        return ready.popleft()

    @property
    def ready(self) -> bool:
        """Whether the next chunk is here already, and not the end."""
        return bool(self.chunks.ready) and not self.finished

    @property
    def finished(self) -> bool:
        """Whether the model has said its last word."""
        return self.chunks.finished

    def delivered_text(self) -> str:
        """What was written so far."""
        return "".join(self.chunks.text)

    def close(self) -> None:
        """Lets go of the provider at once."""
        self._over = True
        self.chunks.ready.clear()
        self._response.close()

    def _advance(self) -> None:
        try:
            data = next(self._events, None)
        except TransportError as error:
            self._over = True
            raise fault_of_transport(error, self.attempt.target.facts.provider) from error
        if data is None or data == DONE:
            if not self.chunks.finished:
                self.fail("it ended its answer in the middle")
            self.end()
            return
        try:
            event = orjson.loads(data)
        except ValueError:
            self.fail("an event of its stream is not JSON")
        if not isinstance(event, dict):
            self.fail("an event of its stream is not an object")
        self.read(event)
