# SPDX-License-Identifier: Apache-2.0
"""Server-sent events as OpenAI sends them: `data: …` frames, then `data: [DONE]`; a failure is a last error event."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http.errors import envelope
from ringside_gateway.http.jsons import dump

CONTENT_TYPE = "text/event-stream; charset=utf-8"
#: Proxies must not gather events: nginx and friends read this header.
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
DONE = b"data: [DONE]\n\n"
_log = logging.getLogger("ringside.errors")


def frame(payload: bytes) -> bytes:
    """One event."""
    return b"data: " + payload + b"\n\n"


def recorded(payloads: Iterable[bytes]) -> bytes:
    """A whole stream, as an idempotency key replays it."""
    return b"".join(map(frame, payloads)) + DONE


class EventStream:
    """The body of a streamed answer. The server closes it when the client leaves, which settles the call."""

    def __init__(self, payloads: Any, request_id: str, ended: Callable[[], None]) -> None:
        self._payloads = payloads
        self._request_id = request_id
        self._ended = ended
        self._over = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """What is there: usually one event, several where a provider sent them together."""
        if self._over:
            raise StopIteration
        frames: list[bytes] = []
        try:
            frames.append(frame(next(self._payloads)))
            while self._payloads.ready:
                frames.append(frame(next(self._payloads)))
        except Exception as end:
            self._over = True
            frames.append(self._last(end))
        return b"".join(frames)

    def _last(self, end: Exception) -> bytes:
        if isinstance(end, StopIteration):
            return DONE
        if not isinstance(end, GatewayError):
            _log.error("stream %s failed", self._request_id, exc_info=end)
            end = GatewayError("internal_error")
        return frame(dump(envelope(end, self._request_id)))

    def close(self) -> None:
        """Ends the stream, wherever it is."""
        self._over = True
        self._ended()
        self._payloads.close()
