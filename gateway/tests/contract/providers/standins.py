# SPDX-License-Identifier: Apache-2.0
"""What a stand-in for a provider may do to a recorded answer: drip, stall, cut it short, and lie about it.

Each gives a script for `ScriptedUpstream.answers`.
"""

from __future__ import annotations

import re

from .conftest import Step

_LENGTH = re.compile(rb"Content-Length: (\d+)\r\n")


def drip(reply: bytes, size: int = 3) -> list[Step]:
    """A few bytes at a time, each in a packet of its own."""
    return [reply[start : start + size] for start in range(0, len(reply), size)]


def chunked(reply: bytes, size: int = 11) -> list[Step]:
    """The same answer in HTTP chunks whose borders heed nothing."""
    head, _, body = reply.partition(b"\r\n\r\n")
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    framed = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
    return [_LENGTH.sub(b"Transfer-Encoding: chunked\r\n", head + b"\r\n") + b"\r\n" + framed + b"0\r\n\r\n"]


def cut(reply: bytes, share: float) -> list[Step]:
    """Part of the body, then the connection is closed although more was promised."""
    return [reply[: _at(reply, share)], "close"]


def reset(reply: bytes, share: float) -> list[Step]:
    """Part of the body, then the connection is reset."""
    return [reply[: _at(reply, share)], 0.02, "reset"]


def stall(reply: bytes, share: float) -> list[Step]:
    """Part of the body, then silence for as long as the client stays."""
    return [reply[: _at(reply, share)], "wait"]


def promise_less(reply: bytes) -> list[Step]:
    """A content length that leaves out the second half of the body."""
    return [_LENGTH.sub(lambda found: b"Content-Length: %d\r\n" % (int(found[1]) // 2), reply), "close"]


def name_another_type(reply: bytes) -> list[Step]:
    """The right body under the name of a web page."""
    return [re.sub(rb"content-type: [^\r]+", b"content-type: text/html", reply)]


def _at(reply: bytes, share: float) -> int:
    body = reply.index(b"\r\n\r\n") + 4
    return body + int((len(reply) - body) * share)
