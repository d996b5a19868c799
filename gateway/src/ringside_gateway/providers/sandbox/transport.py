# SPDX-License-Identifier: Apache-2.0
"""The sandbox behind the transport port: same requests in, same bytes out, no network."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from ringside_gateway.providers.sandbox.cards import CARDS, Played, well_behaved
from ringside_gateway.providers.transport import Outgoing, TransportError


class SandboxResponse:
    """An answer of the sandbox. Closing it ends it, as a dropped connection would."""

    def __init__(self, played: Played, closed: threading.Event) -> None:
        self.status, headers, self._pieces = played
        self.headers: Mapping[str, str] = headers
        self._closed = closed

    def read(self, limit_bytes: int) -> bytes:
        """The whole body."""
        body = b""
        for piece in self.pieces():
            body += piece
            if len(body) > limit_bytes:
                raise TransportError("too_large")
        return body

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes."""
        for piece in self._pieces:
            if self._closed.is_set():
                raise TransportError("closed")
            yield piece

    def finish(self) -> None:
        """Nothing to keep."""

    def close(self) -> None:
        """Ends a wait at once, and the answer at its next piece."""
        self._closed.set()


class SandboxTransport:
    """Answers every request itself; the model's name decides whether it behaves. `event` makes what it waits on."""

    def __init__(self, event: Callable[[], threading.Event] = threading.Event) -> None:
        self._event = event

    def send(self, request: Outgoing) -> SandboxResponse:
        """The answer, or the failure that was asked for."""
        closed = self._event()
        request.cancellation.on_cancel(closed.set)

        def wait(seconds: float) -> None:
            patience = min(request.timeout_s, request.ends_at - time.monotonic())
            if closed.wait(max(0.0, min(seconds, patience))):
                raise TransportError("closed")
            if seconds > patience:
                raise TransportError("timeout")

        body: dict[str, Any] = orjson.loads(request.body)
        play = CARDS.get(request.headers.get("X-Sandbox-Model", ""), well_behaved)
        return SandboxResponse(play(body, wait), closed)
