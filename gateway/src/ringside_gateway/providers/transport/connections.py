# SPDX-License-Identifier: Apache-2.0
"""Connections to providers: opened, kept while idle, taken again, never shared by two calls at once."""

from __future__ import annotations

import os
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import certifi

from ringside_gateway.providers.transport import TransportError
from ringside_gateway.providers.transport.network import Network
from ringside_gateway.providers.transport.proxies import Proxy, proxy_for

#: Idle connections kept to one address, and for how long: load balancers drop theirs after a minute.
MAX_IDLE, IDLE_S = 256, 50.0
#: A proxy's answer to CONNECT is a few lines.
MAX_CONNECT_ANSWER_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """The Host header: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=256)
def parse_url(url: str) -> tuple[Origin, str]:
    """Origin and request target of an http(s) address; TransportError for anything else."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
        if not parts.hostname:
            raise ValueError("no host")
    except (ValueError, KeyError) as error:
        raise TransportError("connect", "the provider's base URL is no http(s) address", sent=False) from error
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    return Origin(parts.scheme, parts.hostname, port), target or "/"


@dataclass(slots=True)
class _Idle:
    sock: Any
    since: float
    # Reads what was left of the last answer; a connection is only good again when nothing is.
    settle: Callable[[], bool]


class Connections:
    """Idle connections by origin, newest first. `environment` names proxies and the CA file."""

    def __init__(self, network: Network, environment: Mapping[str, str] = os.environ) -> None:
        self._network = network
        self._environment = environment
        self._idle: dict[Origin, list[_Idle]] = {}

    def proxy(self, origin: Origin) -> Proxy | None:
        """The proxy on the way to an origin."""
        return proxy_for(origin.scheme, origin.host, self._environment)

    def take(self, origin: Origin) -> Any | None:
        """An idle connection that is still good, None when there is none."""
        waiting = self._idle.get(origin)
        while waiting:
            idle = waiting.pop()
            fresh = time.monotonic() - idle.since < IDLE_S
            if fresh and idle.settle() and not self._network.readable(idle.sock):
                return idle.sock
            _drop(idle.sock)
        return None

    def give(self, origin: Origin, sock: Any, settle: Callable[[], bool]) -> None:
        """Keeps a connection for the next call; `settle` says then whether its last answer has come whole."""
        waiting = self._idle.setdefault(origin, [])
        if len(waiting) >= MAX_IDLE:
            _drop(waiting.pop(0).sock)
        waiting.append(_Idle(sock, time.monotonic(), settle))

    def open(self, origin: Origin, timeout_s: float, hold: Callable[[Any], None]) -> Any:
        """A new connection. Each socket is shown to `hold` before it waits, so that it can be closed meanwhile."""
        proxy = self.proxy(origin)
        host, port = (proxy.host, proxy.port) if proxy else (origin.host, origin.port)
        sock = self._connected(host, port, timeout_s, hold)
        if origin.scheme == "http":
            return sock
        if proxy is not None:
            _tunnel(sock, origin, proxy)
        secured = self._tls.wrap_socket(sock, server_hostname=origin.host, do_handshake_on_connect=False)
        hold(secured)
        secured.do_handshake()
        return secured

    def _connected(self, host: str, port: int, timeout_s: float, hold: Callable[[Any], None]) -> Any:
        module = self._network.socket
        failure: OSError | None = None
        for family, kind, protocol, _, address in module.getaddrinfo(host, port, 0, module.SOCK_STREAM):
            sock = module.socket(family, kind, protocol)
            hold(sock)
            sock.settimeout(timeout_s)
            try:
                sock.connect(address)
                sock.setsockopt(module.IPPROTO_TCP, module.TCP_NODELAY, 1)
                sock.setsockopt(module.SOL_SOCKET, module.SO_KEEPALIVE, 1)
                return sock
            except OSError as error:
                failure = error
                _drop(sock)
        raise failure or OSError(f"{host} has no address")

    @cached_property
    def _tls(self) -> Any:
        authorities = self._environment.get("SSL_CERT_FILE") or certifi.where()
        return self._network.ssl.create_default_context(cafile=authorities)


def _tunnel(sock: Any, origin: Origin, proxy: Proxy) -> None:
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    login = f"Proxy-Authorization: {proxy.authorization}\r\n" if proxy.authorization else ""
    sock.sendall(f"CONNECT {host}:{origin.port} HTTP/1.1\r\nHost: {host}:{origin.port}\r\n{login}\r\n".encode("ascii"))
    answer = b""
    while b"\r\n\r\n" not in answer:
        # One byte at a time: what follows the blank line belongs to TLS.
        piece = sock.recv(1)
        if not piece or len(answer) > MAX_CONNECT_ANSWER_BYTES:
            raise OSError("the proxy closed the connection")
        answer += piece
    status = answer.split(b"\r\n", 1)[0].split(b" ")
    if len(status) < 2 or status[1] != b"200":
        raise OSError(f"the proxy answered {b' '.join(status[1:]).decode('latin-1')[:80]}")


def _drop(sock: Any) -> None:
    try:
        sock.close()
    except OSError:
        return
