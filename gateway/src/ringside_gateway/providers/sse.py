# SPDX-License-Identifier: Apache-2.0
"""Splits bytes into server-sent events, whatever pieces they come in."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from ringside_gateway.providers.transport import TransportError

#: An event longer than this is no answer of a model; images and audio in one event stay far below it.
MAX_EVENT_BYTES = 32 * 1024 * 1024


class Events:
    """The `data` of each event. Lines may end in LF or CRLF; comments and other fields are skipped.

    A last event that no blank line ended was cut off and is not given. TransportError above the limit.
    """

    def __init__(self, pieces: Iterable[bytes], max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._pieces = iter(pieces)
        self._max_event_bytes = max_event_bytes
        #: Events that have come whole and were not taken yet.
        self.ready: deque[bytes] = deque()
        self._rest: list[bytes] = []
        self._data: list[bytes] = []
        self._size = 0

    def __iter__(self) -> Events:
        return self

    def __next__(self) -> bytes:
        while not self.ready:
            self._take(next(self._pieces))
        return self.ready.popleft()

    def _take(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size > self._max_event_bytes:
            raise TransportError("too_large", f"an event has more than {self._max_event_bytes} bytes")
        if b"\n" not in piece:
            self._rest.append(piece)
            return
        lines = b"".join([*self._rest, piece]).split(b"\n") if self._rest else piece.split(b"\n")
        rest = lines.pop()
        for line in lines:
            self._line(line)
        self._rest = [rest]
        self._size = max(self._size, len(rest)) if self._data else len(rest)

    def _line(self, line: bytes) -> None:
        if line.endswith(b"\r"):
            line = line[:-1]
        if line.startswith(b"data:"):
            self._data.append(line[6:] if line[5:6] == b" " else line[5:])
        elif not line and self._data:
            event = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
            if event:
                self.ready.append(event)
            self._data = []
            self._size = 0
