# SPDX-License-Identifier: Apache-2.0
"""Receivers of webhooks over real sockets: each notes what came and answers as it is told, byte by byte if need be."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

#: Bytes to send, seconds of silence, or "reset", "close".
Step = bytes | float | str


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer."""
    lines = {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode() + body


OK = answer(200)


@dataclass
class Received:
    """A request as it came, and when."""

    target: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.time)

    @property
    def event(self) -> dict[str, Any]:
        """The body as JSON."""
        return dict(json.loads(self.body))


class Receiver:
    """One listener; `script` says how each request is answered."""

    def __init__(
        self,
        script: Callable[[Received], Sequence[Step]] = lambda _: [OK],
        tls: ssl.SSLContext | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        self.script = script
        self.received: list[Received] = []
        self.connections = 0
        self.departed: Callable[[], None] = lambda: None
        self._tls = tls
        self._listener = socket.create_server((address, 0), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}/hook"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Receiver:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def wait(self, count: int, within_s: float = 60.0) -> list[Received]:
        """What came, once there are so many."""
        deadline = time.monotonic() + within_s
        while len(self.received) < count:
            assert time.monotonic() < deadline, f"{len(self.received)} of {count} came"
            time.sleep(0.01)
        return self.received[:count]

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        try:
            if self._tls is not None:
                sock = self._tls.wrap_socket(sock, server_side=True)
            with sock, sock.makefile("rb") as reader:
                while (request := _request(reader)) is not None:
                    self.received.append(request)
                    _play(sock, self.script(request))
            self.departed()
        except OSError:
            pass


def _request(reader: Any) -> Received | None:
    first = reader.readline().decode("latin-1")
    if not first:
        return None
    headers = {}
    while line := reader.readline().decode("latin-1").rstrip("\r\n"):
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Received(first.split(" ")[1], headers, reader.read(int(headers.get("content-length", "0"))))


def _play(sock: socket.socket, script: Sequence[Step]) -> None:
    for step in script:
        if isinstance(step, bytes):
            sock.sendall(step)
        elif isinstance(step, (int, float)):
            time.sleep(step)
        elif step == "reset":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            sock.close()
            raise OSError("reset as the script says")
        else:
            raise OSError("closed as the script says")
