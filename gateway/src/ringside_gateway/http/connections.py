# SPDX-License-Identifier: Apache-2.0
"""Notices that a client has gone while nothing is being written to it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Any, Protocol


class Connections(Protocol):
    """Two implementations: with an event loop, and without."""

    def watch(self, environ: Mapping[str, Any], departed: Callable[[], None]) -> Callable[[], None]:
        """Calls `departed` when the client has gone, also while nothing is being written; the result stops it."""


class PlainConnections:
    """For threads: a departure is noticed at the next write."""

    def watch(self, environ: Mapping[str, Any], departed: Callable[[], None]) -> Callable[[], None]:
        """Watches nothing."""
        return lambda: None


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
    """Whether a readable socket is readable because it was closed."""
    try:
        return bool(connection.recv(1, socket.MSG_PEEK) == b"")
    except OSError:
        return True
