# SPDX-License-Identifier: Apache-2.0
"""Splits bytes into server-sent events, whatever pieces they come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ringside_gateway.providers.transport import TransportError

#: An event longer than this is no answer of a model; images and audio in one event stay far below it.
MAX_EVENT_BYTES = 32 * 1024 * 1024


def events(pieces: Iterable[bytes], max_event_bytes: int = MAX_EVENT_BYTES) -> Iterator[bytes]:
    """The `data` of each event. Lines may end in LF or CRLF; comments and other fields are skipped.

    A last event that no blank line ended was cut off and is not given. TransportError above the limit.
    """
    rest: list[bytes] = []
    data: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > max_event_bytes:
            raise TransportError("too_large", f"an event has more than {max_event_bytes} bytes")
        if b"\n" not in piece:
            rest.append(piece)
            continue
        lines = b"".join([*rest, piece]).split(b"\n") if rest else piece.split(b"\n")
        rest = [lines.pop()]
        for line in lines:
            if line.endswith(b"\r"):
                line = line[:-1]
            if line.startswith(b"data:"):
                data.append(line[6:] if line[5:6] == b" " else line[5:])
            elif not line and data:
                event = data[0] if len(data) == 1 else b"\n".join(data)
                if event:
                    yield event
                data = []
                size = 0
        size = max(size, len(rest[0])) if data else len(rest[0])
