# SPDX-License-Identifier: Apache-2.0
"""A loopback HTTP/1.1 server that answers what a test scripts and keeps what it was sent, byte for byte."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

#: Writes bytes to the connection; a fault is just a reply that writes too little or closes early.
Reply = Callable[[socket.socket], None]


@dataclass
class Received:
    """One request as it came: `target` is the raw path with its query."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int

    def header(self, name: str) -> str | None:
        """The header's value; several are a failure of the test."""
        values = self.all(name)
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)


@dataclass
class ScriptedServer:
    """Answers requests in order with the scripted replies; an unscripted one gets 599."""

    requests: list[Received] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: list[socket.socket] = []
        self.closed_early = threading.Event()
        self.connections = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def root(self) -> str:
        """`http://127.0.0.1:<port>`."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def base_url(self) -> str:
        """The root with `/v1`."""
        return f"{self.root}/v1"

    @property
    def last(self) -> Received:
        """The newest request."""
        return self.requests[-1]

    def script(self, *replies: Reply) -> None:
        """Adds replies to what comes next."""
        self.replies.extend(replies)

    def stop(self) -> None:
        """Closes everything."""
        with contextlib.suppress(OSError):  # a second stop
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        reader = connection.makefile("rb")
        try:
            while (request := _read(reader, number)) is not None:
                self.requests.append(request)
                reply = self.replies.pop(0) if self.replies else _unscripted
                reply(connection)
        except (OSError, ValueError):
            self.closed_early.set()
        finally:
            reader.close()
            connection.close()


def _unscripted(connection: socket.socket) -> None:
    body = b'{"error":{"code":"unscripted","message":"The test scripted no answer for this request."}}'
    head = b"HTTP/1.1 599 Unscripted\r\ncontent-type: application/json\r\nx-should-retry: false\r\n"
    connection.sendall(head + b"content-length: %d\r\n\r\n" % len(body) + body)


def _read(reader: Any, number: int) -> Received | None:
    line = reader.readline().decode("latin-1")
    if not line:
        return None
    method, target, _ = line.split(" ", 2)
    headers: list[tuple[str, str]] = []
    while (row := reader.readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = row.partition(":")
        headers.append((name, value.strip()))
    fields = {name.lower(): value for name, value in headers}
    if fields.get("transfer-encoding", "").lower() == "chunked":
        body = _chunks(reader)
    else:
        body = reader.read(int(fields.get("content-length", "0")))
    return Received(method, target, headers, body, number)


def _chunks(reader: Any) -> bytes:
    body = b""
    while size := int(reader.readline().split(b";")[0], 16):
        body += reader.read(size)
        reader.readline()
    reader.readline()
    return body
