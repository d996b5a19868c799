# SPDX-License-Identifier: Apache-2.0
"""Connections to receivers between two posts: kept for a moment, a few for each host and a bounded number in all."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections import deque
from dataclasses import replace

from ringside_gateway.egress.addresses import Destination

#: A connection is used for so long at most, so that a name's new address is noticed.
MOST_AGE_S = 60.0
#: And lies idle for less than receivers usually keep one.
MOST_IDLE_S = 4.0
IDLE_PER_HOST, IDLE_IN_ALL = 10, 100


class Connection(http.client.HTTPConnection):
    """Over a socket that is connected already; one that lost its socket is never connected again."""

    auto_open = 0

    def __init__(self, destination: Destination, connected: socket.socket) -> None:
        super().__init__(destination.host, destination.port)
        self.sock = connected
        self.made = self.used = time.monotonic()

    def connect(self) -> None:
        """Never: the name would be looked up a second time, unchecked."""
        raise http.client.NotConnected

    def is_fresh(self, now: float) -> bool:
        """Whether it may be used once more."""
        return now - self.made < MOST_AGE_S and now - self.used < MOST_IDLE_S


class IdleConnections:
    """By host, whatever the path; safe to use from many threads or greenlets at once."""

    def __init__(self) -> None:
        self._by_host: dict[Destination, deque[Connection]] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return sum(len(idle) for idle in self._by_host.values())

    def take(self, destination: Destination) -> Connection | None:
        """The one used last that is still fresh, or None."""
        self.close_old()
        with self._lock:
            idle = self._by_host.get(_host(destination))
            return idle.pop() if idle else None

    def keep(self, destination: Destination, connection: Connection) -> None:
        """For the next post to this host; closed where enough are kept."""
        connection.used = time.monotonic()
        with self._lock:
            idle = self._by_host.setdefault(_host(destination), deque())
            if len(idle) < IDLE_PER_HOST and len(self) < IDLE_IN_ALL:
                idle.append(connection)
                return
        connection.close()

    def close_old(self) -> None:
        """Closes what is not fresh any more, whoever it leads to."""
        now = time.monotonic()
        old: list[Connection] = []
        with self._lock:
            for host, idle in list(self._by_host.items()):
                old += [connection for connection in idle if not connection.is_fresh(now)]
                fresh = deque(connection for connection in idle if connection.is_fresh(now))
                if fresh:
                    self._by_host[host] = fresh
                else:
                    del self._by_host[host]
        for connection in old:
            connection.close()


def _host(destination: Destination) -> Destination:
    """Without the path: `loopback` stays, so that no test mode's connection serves live mode."""
    return replace(destination, target="")
