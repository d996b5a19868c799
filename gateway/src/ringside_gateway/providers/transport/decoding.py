# SPDX-License-Identifier: Apache-2.0
"""Undoes a Content-Encoding that was sent although none was asked for."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ringside_gateway.providers.transport import TransportError

#: What one decoded piece may hold at most: a small body that unpacks to gigabytes comes in many pieces, not in one.
PIECE_BYTES = 1 << 20


def decoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The pieces unpacked; TransportError for an encoding nobody asked for and nobody knows, or a broken one."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return pieces
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _unpacked(pieces)
    raise TransportError("protocol", f"Content-Encoding {encoding[:40]!r}")


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        for piece in pieces:
            while piece:
                out = unpacker.decompress(piece, PIECE_BYTES)
                if out:
                    yield out
                if unpacker.eof:
                    break
                piece = unpacker.unconsumed_tail
    except zlib.error as error:
        raise TransportError("protocol", "its compressed answer is broken") from error
    if not unpacker.eof:
        raise TransportError("truncated", "its compressed answer ended early")
