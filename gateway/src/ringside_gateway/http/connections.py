# SPDX-License-Identifier: Apache-2.0
"""Notices that a client has gone while nothing is being written to it."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

#: How often threads' connections are looked at; a departed client's call is let go of within twice as long.
LOOK_S = 0.2


class Connections(Protocol):
    """Three implementations: with an event loop, with threads, and with neither."""

    def watch(self, environ: Mapping[str, Any], departed: Callable[[], None]) -> Callable[[], None]:
        """Calls `departed` when the client has gone, also while nothing is being written; the result stops it."""


class PlainConnections:
    """For servers that hand out no socket: a departure is noticed at the next write."""

    def watch(self, environ: Mapping[str, Any], departed: Callable[[], None]) -> Callable[[], None]:
        """Watches nothing."""
        return lambda: None


class PolledConnections:
    """For threads: one of its own looks after the connections of all calls under way."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._watched: dict[int, tuple[Any, Callable[[], None]]] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def watch(self, environ: Mapping[str, Any], departed: Callable[[], None]) -> Callable[[], None]:
        """Noticed within LOOK_S. Bytes that arrive (a pipelined request) end the watch."""
        connection = environ.get("gunicorn.socket")
        if connection is None:
            return lambda: None
        number = connection.fileno()
        with self._lock:
            self._watched[number] = (connection, departed)
            self._poll.register(number, select.POLLIN)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="connections", daemon=True)
                self._thread.start()

        def stop() -> None:
            with self._lock:
                if self._watched.get(number, (None,))[0] is connection:
                    self._forget(number)

        return stop

    def _run(self) -> None:
        while True:
            time.sleep(LOOK_S)
            with self._lock:
                ready = [(number, *self._watched[number]) for number, _ in self._poll.poll(0)]
                for number, _, _ in ready:
                    self._forget(number)
            for _, connection, departed in ready:
                if _at_end(connection):
                    threading.Thread(target=departed, name="departure", daemon=True).start()

    def _forget(self, number: int) -> None:
        del self._watched[number]
        self._poll.unregister(number)


class GeventConnections:
    """For the event loop."""

    def watch(self, environ: Mapping[str, Any], departed: Callable[[], None]) -> Callable[[], None]:
        """A loop callback, not a greenlet, waits: it costs a call microseconds.

        Bytes that arrive (a pipelined request) end the watch: only reading them could show what is behind.
        """
        import gevent

        connection = environ.get("gunicorn.socket")
        if connection is None:
            return lambda: None
        watcher = gevent.get_hub().loop.io(connection.fileno(), 1)

        def readable() -> None:
            watcher.stop()
            if _at_end(connection):
                gevent.spawn(departed)

        watcher.start(readable)

        def stop() -> None:
            watcher.stop()
            watcher.close()

        return stop


def _at_end(connection: Any) -> bool:
    """Whether a readable socket is readable because the client closed it, and not we ourselves, who are stopping."""
    if getattr(connection, "hung_up", False):
        return False
    try:
        return bool(connection.recv(1, socket.MSG_PEEK) == b"")
    except OSError:
        return True
