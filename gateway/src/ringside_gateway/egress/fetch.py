# SPDX-License-Identifier: Apache-2.0
"""Fetches what a user's URL points to: public addresses only, redirects checked like the first URL, and all bounded."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from typing import Any
from urllib.parse import urljoin

import certifi

from ringside_gateway.domain.attachments import Fetched, UnfetchableError
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.egress.addresses import Addresses, Destination

#: One URL takes no longer, whatever the call's own deadline allows.
FETCH_S, CONNECT_S = 10.0, 5.0
MOST_REDIRECTS = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_REQUEST = (
    "GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\nAccept-Encoding: identity\r\n"
    "User-Agent: ringside-gateway\r\nConnection: close\r\n\r\n"
)


class Fetcher:
    """Fetches over connections of its own, one a URL; keeps nothing."""

    def __init__(self, addresses: Addresses, trust: ssl.SSLContext | None = None, *, livemode: bool = True) -> None:
        self._addresses, self._trust, self._livemode = addresses, trust, livemode

    def __call__(self, url: str, *, limit_bytes: int, deadline: float) -> Fetched:
        """What the URL holds; UnfetchableError tells why it cannot be had."""
        deadline = min(deadline, time.monotonic() + FETCH_S)
        try:
            for _ in range(MOST_REDIRECTS + 1):
                destination = self._addresses.parse(url, self._livemode)
                with self._connected(destination, deadline) as connected:
                    response = _asked(connected, destination, deadline)
                    if response.status in _REDIRECTS:
                        url = urljoin(url, response.headers.get("Location", ""))
                        continue
                    return _read(response, limit_bytes)
            raise UnfetchableError(f"it redirects more than {MOST_REDIRECTS} times")
        except GatewayError as refusal:
            raise UnfetchableError(str(refusal.facts.get("reason", refusal.message))) from refusal
        except TimeoutError as error:
            raise UnfetchableError(f"it did not come within {FETCH_S:g} seconds") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise UnfetchableError("its server cannot be reached or does not answer as it should") from error

    def _connected(self, destination: Destination, deadline: float) -> socket.socket:
        failure: OSError | None = None
        for address in self._addresses.look_up(destination, _left(deadline)):
            try:
                connected = socket.create_connection((address, destination.port), min(CONNECT_S, _left(deadline)))
            except OSError as error:
                failure = error
                continue
            return self._secured(connected, destination, deadline) if destination.scheme == "https" else connected
        raise failure or OSError("the name has no address")

    def _secured(self, connected: socket.socket, destination: Destination, deadline: float) -> socket.socket:
        if self._trust is None:
            self._trust = ssl.create_default_context(cafile=certifi.where())
        connected.settimeout(_left(deadline))
        try:
            return self._trust.wrap_socket(connected, server_hostname=destination.host.removesuffix("."))
        except BaseException:
            connected.close()
            raise


class _Stream(io.RawIOBase):
    """The socket as a file in which every read ends at the deadline: a server that drips gains nothing by it."""

    def __init__(self, connected: socket.socket, deadline: float) -> None:
        self._connected, self._deadline = connected, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connected.settimeout(_left(self._deadline))
        return self._connected.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What `http.client` asks of a socket."""
        return io.BufferedReader(self)


def _asked(connected: socket.socket, destination: Destination, deadline: float) -> http.client.HTTPResponse:
    connected.settimeout(_left(deadline))
    connected.sendall(_REQUEST.format(target=destination.target, host=destination.authority).encode("ascii"))
    response = http.client.HTTPResponse(_Stream(connected, deadline), method="GET")  # type: ignore[arg-type]
    response.begin()
    return response


def _read(response: http.client.HTTPResponse, limit_bytes: int) -> Fetched:
    if response.status != 200:
        raise UnfetchableError(f"its server answered {response.status}")
    if (response.length or 0) <= limit_bytes:
        content = response.read(limit_bytes + 1)
        if len(content) <= limit_bytes:
            if response.length:
                raise UnfetchableError("it ended before it was whole")
            return Fetched(response.headers.get_content_type() if "Content-Type" in response.headers else "", content)
    raise UnfetchableError(f"it is larger than {limit_bytes // 1024} KB")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
