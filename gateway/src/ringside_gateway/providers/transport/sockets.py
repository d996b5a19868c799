# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 over sockets that any other thread or greenlet may close; the parser is geventhttpclient's (llhttp).

Its own client is left aside: it cannot be cancelled while it waits for headers, and knows no deadline.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

from geventhttpclient.response import HTTPParseError, HTTPResponse

from ringside_gateway.providers.transport import Kind, Outgoing, TransportError
from ringside_gateway.providers.transport.connections import Connections, Origin, parse_url
from ringside_gateway.providers.transport.decoding import decoded

BLOCK_BYTES = 16_384
MAX_HEAD_BYTES = 65_536


class SocketTransport:
    """Sends requests over kept connections. Nothing is retried here and no redirect is followed."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def send(self, request: Outgoing) -> Exchange:
        """The response once its headers are there."""
        exchange = Exchange(self._connections, request)
        request.cancellation.on_cancel(exchange.close)
        exchange.start()
        return exchange


class Exchange:
    """One request and its response. `close` works at any moment, from anywhere."""

    def __init__(self, connections: Connections, request: Outgoing) -> None:
        self._connections, self._request = connections, request
        self._parser = HTTPResponse(method="POST")
        self._origin, self._target = parse_url(request.url)
        self._sock: Any = None
        self._closed = self._sent = False
        self._received_bytes = 0
        self.status = 0
        self.headers: Mapping[str, str] = {}

    def start(self) -> None:
        """Sends the request and reads the response's head."""
        with self._translated():
            self._sock = self._connections.take(self._origin)
            if self._sock is None:
                patience = min(self._request.connect_timeout_s, self._left())
                self._connections.open(self._origin, patience, self._hold)
            self._write(_head(self._request, self._origin, self._target, self._connections) + self._request.body)
            while not self._parser.headers_complete or self._parser.get_code() < 200:
                self._receive()
        self.status = self._parser.get_code()
        self.headers = {name.lower(): value for name, value in self._parser.items()}

    def read(self, limit_bytes: int) -> bytes:
        """The whole body."""
        body = bytearray()
        for piece in self.pieces():
            body += piece
            if len(body) > limit_bytes:
                self.close()
                raise TransportError("too_large", f"more than {limit_bytes} bytes")
        return bytes(body)

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives."""
        encoding = self.headers.get("content-encoding", "")
        raw = self._pieces()
        return decoded(raw, encoding) if encoding else raw

    def finish(self) -> None:
        """Gives the connection back; what is left of the body is read when somebody next wants the connection."""
        sock, self._sock = self._sock, None
        if sock is None:
            return
        parser = self._parser
        if parser.message_complete and parser.should_close():
            sock.close()
        else:
            self._connections.give(self._origin, sock, lambda: _settled(parser, sock))

    def close(self) -> None:
        """Drops the connection; a read that waits on it elsewhere ends at once."""
        self._closed = True
        sock, self._sock = self._sock, None
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(2)
            with contextlib.suppress(OSError):
                sock.close()

    def _hold(self, sock: Any) -> None:
        self._sock = sock
        if self._closed:
            self.close()
            raise TransportError("closed", sent=False)

    def _write(self, data: bytes) -> None:
        self._sock.settimeout(self._patience())
        self._sent = True
        try:
            self._sock.sendall(data)
        except ConnectionError:
            # The provider may have refused a large body early: its answer, if there is one, says why.
            if self._closed:
                raise

    def _pieces(self) -> Iterator[bytes]:
        parser = self._parser
        while True:
            if parser._body_buffer:
                piece = bytes(parser._body_buffer)
                parser._body_buffer.clear()
                yield piece
            if parser.message_complete:
                self.finish()
                return
            with self._translated():
                self._receive()

    def _receive(self) -> None:
        sock = self._sock
        if sock is None:
            raise TransportError("closed")
        sock.settimeout(self._patience())
        data = sock.recv(BLOCK_BYTES)
        if not data and not self._received_bytes:
            raise TransportError("closed" if self._closed else "reset", "it closed the connection")
        self._received_bytes += len(data)
        if not self._parser.headers_complete and self._received_bytes > MAX_HEAD_BYTES + len(data):
            raise TransportError("protocol", "its headers do not end")
        self._parser.feed(data)

    def _left(self) -> float:
        left = self._request.ends_at - time.monotonic()
        if left <= 0:
            raise TransportError("timeout", "the deadline has passed", sent=self._sent)
        return left

    def _patience(self) -> float:
        return min(self._request.timeout_s, self._left())

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except TransportError:
            self.close()
            raise
        except Exception as error:
            closed, connected = self._closed, self._sent
            self.close()
            if not isinstance(error, (OSError, HTTPParseError, ValueError)):
                raise
            raise TransportError("closed" if closed else _kind(error, connected), str(error), sent=connected) from error


def _kind(error: Exception, sent: bool) -> Kind:
    if isinstance(error, HTTPParseError):
        return "truncated" if "ncomplete" in str(error) or "EOF" in str(error) else "protocol"
    if not sent:
        return "connect"
    return "timeout" if isinstance(error, TimeoutError) else "reset"


def _head(request: Outgoing, origin: Origin, target: str, connections: Connections) -> bytes:
    lines = {"Host": origin.authority, **request.headers, "Content-Length": str(len(request.body))}
    proxy = connections.proxy(origin) if origin.scheme == "http" else None
    if proxy is not None:
        target = f"http://{origin.authority}{target}"
        lines |= {"Proxy-Authorization": proxy.authorization} if proxy.authorization else {}
    for name, value in lines.items():
        if "\n" in value or "\r" in value:
            raise TransportError("protocol", f"the value of {name} has a line break", sent=False)
    fields = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {target} HTTP/1.1\r\n{fields}\r\n".encode("latin-1")


def _settled(parser: HTTPResponse, sock: Any) -> bool:
    """Whether the last answer has come whole by now; asked without waiting."""
    if not parser.message_complete:
        try:
            sock.settimeout(0)
            data = sock.recv(BLOCK_BYTES)
            if not data:
                return False
            parser.feed(data)
        except (OSError, HTTPParseError):
            return False
    return not parser.should_close()
