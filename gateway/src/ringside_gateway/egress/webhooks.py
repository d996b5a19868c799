# SPDX-License-Identifier: Apache-2.0
"""Posts an event to a URL of a user: to an address that was checked, and to none that was not.

Over `http.client` with connections of our own making: it is given a connected socket and cannot look a name up itself.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

import certifi

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.webhook_deliveries import MOST_ANSWER_LENGTH, Answer
from ringside_gateway.egress.addresses import Addresses, Destination
from ringside_gateway.egress.idle_connections import Connection, IdleConnections

CONNECT_S = 5.0
#: More of an answer is not read.
MOST_BYTES = 4 * MOST_ANSWER_LENGTH


@dataclass(frozen=True, slots=True)
class _Post:
    destination: Destination
    headers: Mapping[str, str]
    body: bytes
    deadline: float


class Webhooks:
    """Keeps connections to receivers; safe to use from many threads or greenlets at once."""

    def __init__(self, addresses: Addresses, timeout_s: float, trust: ssl.SSLContext | None = None) -> None:
        self.addresses = addresses
        self.timeout_s = timeout_s
        self._trust = trust
        self.idle = IdleConnections()
        self._under_way: dict[int, tuple[socket.socket, float]] = {}
        self._lock = threading.Lock()

    def post(self, url: str, livemode: bool, headers: Mapping[str, str], body: bytes) -> Answer:
        """The receiver's answer, or why there is none; never raises. `hang_up_on_overdue` ends it in time."""
        began = time.monotonic()
        try:
            destination = self.addresses.parse(url, livemode)
            post = _Post(destination, {"Host": destination.authority, **headers}, body, began + self.timeout_s)
            status, text, retry_after = self._exchange(post)
        except Exception as error:
            overdue = time.monotonic() >= began + self.timeout_s or isinstance(error, TimeoutError)
            reason = f"no answer within {self.timeout_s:g} s" if overdue else _reason(error)
            return Answer(_since(began), error=reason)
        return Answer(_since(began), status, text, _complaint(status), retry_after)

    def hang_up_on_overdue(self) -> None:
        """Ends whatever takes longer than an attempt may: a receiver that drips holds nobody up for longer.

        Lets go of idle connections too, for a host may never be posted to again.
        """
        self.idle.close_old()
        now = time.monotonic()
        with self._lock:
            overdue = [connected for connected, deadline in self._under_way.values() if deadline <= now]
        for connected in overdue:
            with contextlib.suppress(OSError):  # it ended by itself
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    def _exchange(self, post: _Post) -> tuple[int, str, int | None]:
        kept = self.idle.take(post.destination)
        if kept is not None:
            try:
                return self._ask(kept, post)
            except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                pass  # the receiver had let go of the idle connection
        return self._ask(self._connected(post), post)

    def _ask(self, connection: Connection, post: _Post) -> tuple[int, str, int | None]:
        connected = connection.sock
        self._watch(connected, post.deadline)
        try:
            connection.request("POST", post.destination.target, post.body, post.headers)
            response = connection.getresponse()
            self._left(post, CONNECT_S)  # hung up on, the end of the headers is where they were cut
            body = _beginning(response)
            retry_after = response.getheader("Retry-After", "")
            whole = response.isclosed() or response.length == 0
            response.close()
            if whole and connection.sock is not None:
                self.idle.keep(post.destination, connection)
            else:
                connection.close()
            text = body.decode("utf-8", "replace").replace("\0", "\ufffd")[:MOST_ANSWER_LENGTH]
            return response.status, text, int(retry_after) if retry_after.isdecimal() else None
        except BaseException:
            connection.close()
            raise
        finally:
            self._unwatch(connected)

    def _connected(self, post: _Post) -> Connection:
        destination = post.destination
        failure: OSError | None = None
        for address in self.addresses.look_up(destination):
            try:
                connected = socket.create_connection((address, destination.port), self._left(post, CONNECT_S))
            except OSError as error:
                failure = error
                continue
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if destination.scheme == "https":
                connected = self._secured(connected, post)
            connected.settimeout(self._left(post, self.timeout_s))
            return Connection(destination, connected)
        raise failure or OSError("the name has no address")

    def _secured(self, connected: socket.socket, post: _Post) -> ssl.SSLSocket:
        name = post.destination.host.removesuffix(".")
        if self._trust is None:
            self._trust = ssl.create_default_context(cafile=certifi.where())
        secured = self._trust.wrap_socket(connected, server_hostname=name, do_handshake_on_connect=False)
        self._watch(secured, post.deadline)
        try:
            secured.do_handshake()
        except BaseException:
            secured.close()
            raise
        finally:
            self._unwatch(secured)
        return secured

    def _left(self, post: _Post, most: float) -> float:
        left = post.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, most)

    def _watch(self, connected: socket.socket, deadline: float) -> None:
        with self._lock:
            self._under_way[id(connected)] = (connected, deadline)

    def _unwatch(self, connected: socket.socket) -> None:
        with self._lock:
            self._under_way.pop(id(connected), None)


def _beginning(response: http.client.HTTPResponse) -> bytes:
    """The first bytes of the body. The status is the answer: a body that breaks off changes nothing about it."""
    body = b""
    try:
        while len(body) < MOST_BYTES and (piece := response.read1(MOST_BYTES - len(body))):
            body += piece
    except (OSError, http.client.HTTPException, ValueError):
        response.length = None
    return body


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


def _complaint(status: int) -> str | None:
    if 200 <= status < 300:
        return None
    return f"it answered {status}" + ("; redirects are not followed" if 300 <= status < 400 else "")


def _reason(error: Exception) -> str:
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (ssl.SSLCertVerificationError, "its certificate is not one that is trusted for this name"),
        (ssl.SSLError, "TLS could not be agreed on"),
        (socket.gaierror, "its name has no address"),
        (ConnectionRefusedError, "the connection was refused"),
        (OSError, "the connection was lost"),
        (http.client.HTTPException, "it did not answer in HTTP"),
    )
    if isinstance(error, GatewayError):
        return str(error.facts.get("reason", error.message))
    return next((text for kind, text in reasons if isinstance(error, kind)), "it could not be sent")
