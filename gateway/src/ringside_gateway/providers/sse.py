# SPDX-License-Identifier: Apache-2.0
"""Splits bytes into server-sent events, whatever pieces they come in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def events(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The `data` of each event. Lines may end in LF or CRLF; comments and other fields are skipped.

    A last event that no blank line ended was cut off and is not given.
    """
    buffer = b""
    data: list[bytes] = []
    for piece in pieces:
        buffer += piece
        if b"\n" not in piece:
            continue
        *lines, buffer = buffer.split(b"\n")
        for line in lines:
            if line.endswith(b"\r"):
                line = line[:-1]
            if not line:
                if data:
                    yield b"\n".join(data)
                    data = []
            elif line.startswith(b"data:"):
                data.append(line[6:] if line[5:6] == b" " else line[5:])
