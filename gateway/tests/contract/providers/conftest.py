# SPDX-License-Identifier: Apache-2.0
"""An upstream that follows a script, byte by byte, over a real socket."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import gevent
import pytest

#: A step is bytes to send, seconds to stay silent, "reset", or "wait" (until the client has gone).
Step = bytes | float | str


class ScriptedUpstream:
    """Answers each request with the next script; keeps what it received and how often it was connected to."""

    def __init__(self) -> None:
        self.scripts: list[Sequence[Step]] = []
        self.requests: list[bytes] = []
        self.connections = 0
        self.client_left = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        self.url = f"{self.base}/chat/completions"
        threading.Thread(target=self._accept, daemon=True).start()

    def answers(self, *scripts: Sequence[Step]) -> None:
        """What the next requests get, in order."""
        self.scripts.extend(scripts)

    def close(self) -> None:
        """Stops listening; the shutdown wakes the thread that accepts."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with sock:
            try:
                while request := _request(sock):
                    self.requests.append(request)
                    self._play(sock, self.scripts.pop(0))
            except (OSError, IndexError):
                pass
        self.client_left.set()

    def _play(self, sock: socket.socket, script: Sequence[Step]) -> None:
        for step in script:
            if isinstance(step, bytes):
                sock.sendall(step)
            elif isinstance(step, (int, float)):
                time.sleep(step)
            elif step == "reset":
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                sock.close()
                raise OSError("reset as the script says")
            elif step == "wait":
                sock.settimeout(10)
                if not sock.recv(1):
                    self.client_left.set()
            elif step == "close":
                raise OSError("closed as the script says")


def _request(sock: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65_536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += sock.recv(65_536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def upstream() -> Iterator[ScriptedUpstream]:
    server = ScriptedUpstream()
    yield server
    server.close()


@pytest.fixture(params=["gevent", "gthread"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def later(kind: str) -> Callable[[float, Callable[[], None]], None]:
    """Runs something a little later: in another greenlet under gevent, else in another thread."""

    def run(seconds: float, action: Callable[[], None]) -> None:
        if kind == "gevent":
            # The loop's clock stands still while no greenlet waits: bring it up to date before counting from it.
            gevent.get_hub().loop.update_now()
            gevent.spawn_later(seconds, action)
        else:
            timer = threading.Timer(seconds, action)
            timer.daemon = True
            timer.start()

    return run
