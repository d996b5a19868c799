# SPDX-License-Identifier: Apache-2.0
"""Waiting in the meinheld worker: sockets, TLS and pauses that let its event loop run other requests meanwhile.

meinheld's own sockets are deprecated, cannot do TLS and round every time limit down to whole seconds.
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import socket
import ssl
import threading
import time
from typing import Any

from greenlet import getcurrent
from meinheld import server

#: The loop's timer wheel holds two minutes; a longer wait is several of these.
_LONGEST_WAIT_S = 60.0
#: How late an event is noticed that somebody else sets.
_NOTICE_S = 0.05
_UNDER_WAY = (errno.EINPROGRESS, errno.EALREADY, errno.EWOULDBLOCK)
_TLS_BYTES = 65_536


def _wait(fileno: int, timeout_s: float | None, *, write: bool = False) -> None:
    """Returns when the descriptor is ready; TimeoutError after the time limit, rounded up to seconds."""
    deadline = None if timeout_s is None else time.monotonic() + timeout_s
    while True:
        left = _LONGEST_WAIT_S if deadline is None else deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        try:
            server.trampoline(fileno, read=not write, write=write, timeout=math.ceil(min(left, _LONGEST_WAIT_S)))
            return
        except server.timeout:
            continue


def pause(seconds: float) -> None:
    """Sleeps; other requests run meanwhile if this is one."""
    if getcurrent().parent is None:
        time.sleep(seconds)
        return
    if seconds <= 0:
        return
    timer = _timer(seconds)
    try:
        _wait(timer, None)
    finally:
        os.close(timer)


class Event(threading.Event):
    """An event whose `wait` lets other requests run."""

    def wait(self, timeout: float | None = None) -> bool:
        """Whether it was set in time."""
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        while not self.is_set() and (left := deadline - time.monotonic()) > 0:
            pause(min(left, _NOTICE_S))
        return self.is_set()


class Socket:
    """What the transport uses of a TCP socket."""

    def __init__(self, family: int, kind: int, protocol: int = 0) -> None:
        self._socket = socket.socket(family, kind, protocol)
        self._socket.setblocking(False)
        self._timeout_s: float | None = None

    def fileno(self) -> int:
        """For polling."""
        return self._socket.fileno()

    def setsockopt(self, level: int, name: int, value: int) -> None:
        """As the system's."""
        self._socket.setsockopt(level, name, value)

    def settimeout(self, seconds: float | None) -> None:
        """0 never waits, None waits for ever."""
        self._timeout_s = seconds

    def connect(self, address: Any) -> None:
        """Waits until connected."""
        failure = self._socket.connect_ex(address)
        if failure in _UNDER_WAY:
            _wait(self.fileno(), self._timeout_s, write=True)
            failure = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failure:
            raise OSError(failure, os.strerror(failure))

    def recv(self, size: int) -> bytes:
        """Some bytes, or none at the end."""
        while True:
            try:
                return self._socket.recv(size)
            except BlockingIOError:
                if self._timeout_s == 0:
                    raise
            _wait(self.fileno(), self._timeout_s)

    def sendall(self, data: bytes) -> None:
        """Sends everything."""
        view = memoryview(data)
        while view:
            try:
                view = view[self._socket.send(view) :]
            except BlockingIOError:
                _wait(self.fileno(), self._timeout_s, write=True)

    def shutdown(self, how: int) -> None:
        """As the system's."""
        self._socket.shutdown(how)

    def close(self) -> None:
        """Also takes the descriptor off the loop: its number will be somebody else's."""
        if self.fileno() >= 0 and getcurrent().parent is not None:
            server.cancel_wait(self.fileno())
        self._socket.close()


class TlsSocket:
    """TLS over memory buffers: OpenSSL never sees the socket, so it never blocks on it."""

    def __init__(self, context: ssl.SSLContext, sock: Socket, server_hostname: str) -> None:
        self._socket = sock
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_hostname)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def do_handshake(self) -> None:
        """Agrees on keys and checks the certificate."""
        self._driven(self._tls.do_handshake)

    def recv(self, size: int) -> bytes:
        """Some bytes, or none at the end."""
        try:
            return bytes(self._driven(lambda: self._tls.read(size)))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def sendall(self, data: bytes) -> None:
        """Sends everything."""
        view = memoryview(data)
        while view:
            view = view[self._driven(lambda part=view: self._tls.write(part)) :]

    def _driven(self, step: Any) -> Any:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                received = self._socket.recv(_TLS_BYTES)
                if received:
                    self._incoming.write(received)
                else:
                    self._incoming.write_eof()
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if pending := self._outgoing.read():
            self._socket.sendall(pending)


class SocketModule:
    """Stands where the transport expects the module `socket`."""

    SOCK_STREAM, IPPROTO_TCP, TCP_NODELAY = socket.SOCK_STREAM, socket.IPPROTO_TCP, socket.TCP_NODELAY
    SOL_SOCKET, SO_KEEPALIVE = socket.SOL_SOCKET, socket.SO_KEEPALIVE
    #: Blocks the worker while a name is looked up.
    getaddrinfo = staticmethod(socket.getaddrinfo)
    socket = Socket


class _Context:
    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    def wrap_socket(self, sock: Socket, *, server_hostname: str, do_handshake_on_connect: bool) -> TlsSocket:
        """As `SSLContext.wrap_socket`, the handshake always left to the caller."""
        return TlsSocket(self._context, sock, server_hostname)


class SslModule:
    """Stands where the transport expects the module `ssl`."""

    @staticmethod
    def create_default_context(cafile: str) -> _Context:
        """As the system's."""
        return _Context(ssl.create_default_context(cafile=cafile))


def _timer(seconds: float) -> int:
    """A descriptor that becomes readable after so long."""
    whole, rest = divmod(seconds, 1)
    setting = (ctypes.c_long * 4)(0, 0, int(whole), max(1, int(rest * 1e9)))
    system = ctypes.CDLL(None, use_errno=True)
    timer = int(system.timerfd_create(time.CLOCK_MONOTONIC, os.O_NONBLOCK | os.O_CLOEXEC))
    if timer < 0 or system.timerfd_settime(timer, 0, ctypes.byref(setting), None) < 0:
        raise OSError(ctypes.get_errno(), "no timer")
    return timer
