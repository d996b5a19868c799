# SPDX-License-Identifier: Apache-2.0
"""AWS's binary event stream: messages with headers and two checksums, out of whatever pieces they come in.

Layout (all big-endian): total length, headers length, CRC of these eight bytes; headers; payload; CRC of all before it.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ringside_gateway.providers.transport import TransportError

#: AWS's own limits: 24 MB a message of which 128 kB headers.
MAX_MESSAGE_BYTES, MAX_HEADERS_BYTES = 24 * 1024 * 1024, 128 * 1024
_PRELUDE = struct.Struct(">III")
_CRC = struct.Struct(">I")
_SHORT = struct.Struct(">H")
_OVERHEAD = _PRELUDE.size + _CRC.size


@dataclass(frozen=True, slots=True)
class Message:
    """One message: headers by name, and the payload."""

    headers: dict[str, Any]
    payload: bytes


def messages(pieces: Iterable[bytes]) -> Iterator[Message]:
    """Each message once it is whole; TransportError for a wrong checksum or length, or an end in the middle."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        while (length := _length(buffer)) and len(buffer) >= length:
            yield _message(bytes(buffer[:length]))
            del buffer[:length]
    if buffer:
        raise TransportError("truncated", "the event stream ended inside a message")


def _length(buffer: bytearray) -> int:
    """How long the message at the front is; 0 until its prelude is there."""
    if len(buffer) < _PRELUDE.size:
        return 0
    total, headers, checksum = _PRELUDE.unpack_from(buffer)
    if zlib.crc32(buffer[:8]) != checksum:
        raise TransportError("damaged", "the checksum of an event's prelude is wrong")
    if total > MAX_MESSAGE_BYTES or headers > MAX_HEADERS_BYTES:
        raise TransportError("too_large", f"an event has {total} bytes, {headers} of them headers")
    if total < _OVERHEAD + headers:
        raise TransportError("damaged", "an event is shorter than its headers")
    return int(total)


def _message(data: bytes) -> Message:
    if zlib.crc32(data[:-4]) != _CRC.unpack_from(data, len(data) - 4)[0]:
        raise TransportError("damaged", "the checksum of an event is wrong")
    end = _PRELUDE.size + _PRELUDE.unpack_from(data)[1]
    return Message(_headers(data[_PRELUDE.size : end]), data[end:-4])


def _headers(data: bytes) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    at = 0
    try:
        while at < len(data):
            start, stop = at + 1, at + 1 + data[at]
            name, read = data[start:stop].decode(), _READERS[data[stop]]
            if name in headers:
                raise ValueError(f"{name} is there twice")
            headers[name], at = read(data, stop + 1)
            if at > len(data):
                raise ValueError(f"{name} is cut off")
    except (IndexError, KeyError, ValueError, struct.error) as error:
        raise TransportError("damaged", "the headers of an event make no sense") from error
    return headers


def _constant(value: bool) -> Callable[[bytes, int], tuple[Any, int]]:
    return lambda _, at: (value, at)


def _number(layout: str) -> Callable[[bytes, int], tuple[Any, int]]:
    form = struct.Struct(layout)
    return lambda data, at: (form.unpack_from(data, at)[0], at + form.size)


def _bytes(data: bytes, at: int) -> tuple[Any, int]:
    end = at + 2 + _SHORT.unpack_from(data, at)[0]
    return data[at + 2 : end], end


def _text(data: bytes, at: int) -> tuple[Any, int]:
    value, end = _bytes(data, at)
    return value.decode(), end


#: Type of a header's value -> what reads it: two booleans, four integers, bytes, text, a time (ms), a UUID.
_READERS: dict[int, Callable[[bytes, int], tuple[Any, int]]] = {
    0: _constant(True),
    1: _constant(False),
    2: _number(">b"),
    3: _number(">h"),
    4: _number(">i"),
    5: _number(">q"),
    6: _bytes,
    7: _text,
    8: _number(">q"),
    9: lambda data, at: (data[at : at + 16], at + 16),
}
