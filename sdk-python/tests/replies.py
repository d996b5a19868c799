# SPDX-License-Identifier: Apache-2.0
"""Replies for the scripted server: answers, refusals, streams and faults."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from typing import Any

from scripted_server import Reply


def raw(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
    """Any status, body and headers."""
    fields = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return lambda connection: connection.sendall(f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1") + body)


def answer(body: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer; header names are written with underscores."""
    text = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return raw(status, text, {name.replace("_", "-"): value for name, value in headers.items()})


def refusal(status: int, code: str, *, headers: Mapping[str, str] | None = None, **facts: Any) -> Reply:
    """An error in the gateway's envelope; retries are vetoed unless the headers say otherwise."""
    error = {
        "type": "invalid_request_error",
        "code": code,
        "message": f"About {code}.",
        "param": None,
        "request_id": "req_body",
        "retry_after_seconds": None,
        **facts,
    }
    fields = {"x-should-retry": "false", "x-request-id": "req_header", **(headers or {})}
    return raw(status, json.dumps({"error": error}).encode(), fields)


def page(ids: Sequence[str], *, more: bool = False, **extra: Any) -> Reply:
    """A list of objects that have nothing but an id."""
    ends = {"first_id": ids[0] if ids else None, "last_id": ids[-1] if ids else None}
    body = {"object": "list", "data": [{"id": one} for one in ids], "has_more": more, **ends}
    return answer({**body, "next_cursor": ends["last_id"] if more else None, **extra})


def events(*payloads: str, headers: Mapping[str, str] | None = None, gap_s: float = 0) -> Reply:
    """Server-sent events, one chunk each."""

    def reply(connection: socket.socket) -> None:
        fields = {"content-type": "text/event-stream", "transfer-encoding": "chunked", **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n".encode())
        for payload in payloads:
            text = f"data: {payload}\n\n".encode()
            connection.sendall(b"%x\r\n%b\r\n" % (len(text), text))
            time.sleep(gap_s)
        connection.sendall(b"0\r\n\r\n")

    return reply


def cut(body: bytes, promised: int) -> Reply:
    """A success whose body ends before its announced length."""

    def reply(connection: socket.socket) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {promised}\r\n\r\n"
        connection.sendall(head.encode() + body)
        connection.shutdown(socket.SHUT_RDWR)

    return reply


def reset(connection: socket.socket) -> None:
    """Resets the connection without a byte."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    raise OSError("reset as scripted")


def stall(seconds: float) -> Reply:
    """Answers nothing for a while, then closes."""

    def reply(connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.shutdown(socket.SHUT_RDWR)

    return reply
