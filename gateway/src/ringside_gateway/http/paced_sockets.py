# SPDX-License-Identifier: Apache-2.0
"""A client's connection that neither reads nor writes for ever: what a slow client may cost is bounded here."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

#: A client that takes nothing for this long has gone, whatever TCP still hopes.
STALL_S = 60.0
#: What is thrown away of a body nobody read, so that the connection can serve the next request.
_LEFTOVER_BYTES, _LEFTOVER_S = 64 * 1024, 2.0
#: What is swallowed before a connection is closed whose client is still sending.
_LINGER_BYTES = 16 * 1024 * 1024


class HeadTooSlow(Exception):
    """A request's line and headers did not arrive in time; `seconds` is how long they had."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the head of a request took longer than {seconds:g} s")
        self.seconds = seconds


class PacedSocket:
    """Wraps the socket a worker accepted; everything not named here is the socket's own.

    Between requests it waits as long as the worker likes; the first byte of a request starts the head's clock.
    """

    def __init__(self, connection: Any, head_s: float) -> None:
        self._socket = connection
        self._head_s = head_s
        self._deadline: float | None = None
        self.request: Any = None
        #: The head of the answer, kept until its body comes: together they are one packet.
        self._head: bytes | None = None
        #: Nothing of a request has arrived: the connection may be closed without losing one.
        self.idle = True
        #: We ended it while it looked idle; a request that was on its way then is cut off through no fault of its own.
        self.hung_up = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Bytes; TimeoutError past the deadline of a body, HeadTooSlow past that of a head."""
        if flags:
            return bytes(self._socket.recv(size, flags))
        if self._deadline is not None:
            return self._recv_in_time(size)
        data: bytes = self._socket.recv(size)
        if data and self.idle:
            self.idle = False
            self._deadline = time.monotonic() + self._head_s
        return data

    def sendall(self, data: bytes) -> None:
        """Sends everything; a client that takes nothing for a minute counts as gone."""
        if self._head is None and data.endswith(b"\r\n\r\n") and b"\r\ncontent-length: " in data.lower():
            self._head = data
            return
        view = memoryview(self._head + data if self._head else data)
        self._head = b""
        if self._socket.gettimeout() != STALL_S:
            self._socket.settimeout(STALL_S)
        try:
            while view:
                view = view[self._socket.send(view) :]
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the client stopped reading") from error

    def begin(self, request: Any) -> None:
        """The head of `request` has been read: its clock stops."""
        self.request = request
        self.idle = False
        self._deadline = None
        self._head = None

    def finish(self) -> bool:
        """The request was answered; False when too much of its body is left unread for another one to follow."""
        try:
            if self._head:
                self.sendall(b"")
            with self.reading(_LEFTOVER_S):
                reusable = self._skip(self.request.body.read, _LEFTOVER_BYTES)
        except Exception:  # a broken body says all sorts of things; none of them can be answered any more
            reusable = False
        if not reusable:
            self._linger()
        self._socket.settimeout(None)
        self.request = None
        self.idle = reusable
        return reusable

    def last_request(self) -> None:
        """No request can follow this one: its answer says so."""
        if self.request is not None:
            self.request.force_close()

    @contextmanager
    def reading(self, seconds: float) -> Iterator[None]:
        """Everything read in the block must arrive within so many seconds; TimeoutError otherwise."""
        self._deadline = time.monotonic() + seconds
        try:
            yield
        finally:
            self._deadline = None

    def hang_up(self) -> None:
        """Lets a reader that waits for the next request see the end of the connection."""
        self.hung_up = True
        try:
            self._socket.shutdown(socket.SHUT_RD)
        except OSError:
            self.idle = False

    def _recv_in_time(self, size: int) -> bytes:
        assert self._deadline is not None
        remaining = self._deadline - time.monotonic()
        before = self._socket.gettimeout()
        try:
            if remaining <= 0:
                raise TimeoutError
            self._socket.settimeout(remaining)
            return bytes(self._socket.recv(size))
        except TimeoutError as error:
            if self.request is None:
                raise HeadTooSlow(self._head_s) from error
            raise
        finally:
            self._socket.settimeout(before)

    def _linger(self) -> None:
        """Ends our side and swallows what is still under way: a reset could overtake the answer."""
        try:
            self._socket.shutdown(socket.SHUT_WR)
            with self.reading(_LEFTOVER_S):
                self._skip(self.recv, _LINGER_BYTES)
        except (OSError, HeadTooSlow):
            self._deadline = None

    def _skip(self, read: Callable[[int], bytes], most: int) -> bool:
        """Whether the end was reached before `most` bytes."""
        while most > 0:
            piece = read(8192)
            if not piece:
                return True
            most -= len(piece)
        return False


def reading(environ: Mapping[str, Any], seconds: float) -> AbstractContextManager[None]:
    """The time limit for a request's body; none under a server that hands out its plain socket."""
    connection = environ.get("gunicorn.socket")
    return connection.reading(seconds) if isinstance(connection, PacedSocket) else nullcontext()


def hung_up(environ: Mapping[str, Any]) -> bool:
    """Whether this server ended the connection itself, because it stops."""
    connection = environ.get("gunicorn.socket")
    return isinstance(connection, PacedSocket) and connection.hung_up


def last_request(environ: Mapping[str, Any]) -> None:
    """Tells the server that the request's body was not read to its end."""
    connection = environ.get("gunicorn.socket")
    if isinstance(connection, PacedSocket):
        connection.last_request()
