# SPDX-License-Identifier: Apache-2.0
"""AWS's event stream against the messages that AWS's own clients are tested with."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from ringside_gateway.providers.eventstream import MAX_MESSAGE_BYTES, Message, messages
from ringside_gateway.providers.transport import TransportError

TYPES = (
    b"\x00\x00\x00\x62\x00\x00\x00\x52\x03\xb5\xcb\x9c\x010\x00\x011\x01\x012\x02\x02\x013\x03\x00\x03"
    b"\x014\x04\x00\x00\x00\x04\x015\x05\x00\x00\x00\x00\x00\x00\x00\x05\x016\x06\x00\x05bytes\x017\x07\x00\x04utf8"
    b"\x018\x08\x00\x00\x00\x00\x00\x00\x00\x08\x019\x090123456789abcdef\x63\x35\x36\x71"
)
STRING = b"".join(
    [
        b"\x00\x00\x00=\x00\x00\x00 \x07\xfd\x83\x96\x0ccontent-type\x07\x00\x10application/json",
        b"{'foo':'bar'}\x8d\x9c\x08\xb1",
    ]
)
ERROR = (
    b"\x00\x00\x00\x52\x00\x00\x00\x42\xbf\x23\x63\x7e\x0d:message-type\x07\x00\x05error\x0b:error-code\x07\x00\x04code"
    b"\x0e:error-message\x07\x00\x07message\x6b\x6c\xea\x3d"
)
VECTORS: list[tuple[bytes, dict[str, Any], bytes]] = [
    (b"\x00\x00\x00\x10\x00\x00\x00\x00\x05\xc2H\xeb}\x98\xc8\xff", {}, b""),
    (b"\x00\x00\x00\x17\x00\x00\x00\x07)\x86\x01X\x04byte\x02\xff\xc2\xf8i\xdc", {"byte": -1}, b""),
    (b"\x00\x00\x00\x19\x00\x00\x00\tq\x0e\x92>\x05short\x03\xff\xff\xb2|\xb6\xcc", {"short": -1}, b""),
    (b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96", {}, b"{'foo':'bar'}"),
    (STRING, {"content-type": "application/json"}, b"{'foo':'bar'}"),
    (
        TYPES,
        {"0": True, "1": False, "2": 2, "3": 3, "4": 4, "5": 5, "6": b"bytes", "7": "utf8", "8": 8}
        | {"9": b"0123456789abcdef"},
        b"",
    ),
    (ERROR, {":message-type": "error", ":error-code": "code", ":error-message": "message"}, b""),
]
WHOLE = b"".join(data for data, _, _ in VECTORS)
WANTED = [Message(headers, payload) for _, headers, payload in VECTORS]
REFUSED = {
    "length": (b"\x01\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'}\xc3e96", "damaged"),
    "payload": (b"\x00\x00\x00\x1d\x00\x00\x00\x00\xfdR\x8cZ{'foo':'bar'\x8d\xc3e96", "damaged"),
    "headers": (STRING.replace(b"content-type", b"content+type"), "damaged"),
    "header length": (STRING[:4] + b"\xff\x00\x01\x02" + STRING[8:], "damaged"),
    "a header twice": (
        b"\x00\x00\x00\x24\x00\x00\x00\x14\x4b\xb9\x82\xd0\x04test\x04asdf\x04test\x04asdf\xf3\xf4\x75\x63",
        "damaged",
    ),
    "an end in the middle": (STRING[:-1], "truncated"),
}


@pytest.mark.parametrize("size", [1, 7, len(WHOLE)])
def test_messages_are_read_in_pieces_of_any_size(size: int) -> None:
    assert list(messages(WHOLE[at : at + size] for at in range(0, len(WHOLE), size))) == WANTED


def test_a_split_at_any_byte_changes_nothing() -> None:
    for at in range(len(WHOLE) + 1):
        assert list(messages([WHOLE[:at], WHOLE[at:]])) == WANTED


@pytest.mark.parametrize("name", REFUSED)
def test_damage_is_noticed(name: str) -> None:
    data, kind = REFUSED[name]
    with pytest.raises(TransportError) as caught:
        list(messages([data]))
    assert caught.value.kind == kind


def test_every_single_flipped_bit_is_noticed() -> None:
    for bit in range(8 * len(STRING)):
        damaged = bytearray(STRING)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TransportError):
            list(messages([bytes(damaged)]))


def test_a_message_over_the_limit_is_refused_before_it_is_kept() -> None:
    prelude = struct.pack(">II", MAX_MESSAGE_BYTES + 1, 0)
    with pytest.raises(TransportError) as caught:
        list(messages([prelude + struct.pack(">I", zlib.crc32(prelude))]))
    assert caught.value.kind == "too_large"
