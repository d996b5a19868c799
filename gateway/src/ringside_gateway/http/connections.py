# SPDX-License-Identifier: Apache-2.0
"""What the edge asks of a client's connection: has it gone, and is it too slow."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol


class Connections(Protocol):
    """Two implementations: with an event loop, and without."""

    def watch(self, environ: Mapping[str, Any], departed: Callable[[], None]) -> Callable[[], None]:
        """Calls `departed` when the client has gone, also while nothing is being written; the result stops it."""

    def time_limit(self, environ: Mapping[str, Any], seconds: float) -> AbstractContextManager[None]:
        """Raises TimeoutError in the block when it takes longer."""


class PlainConnections:
    """For threads: a departure is noticed at the next write, a time limit holds for each read."""

    def watch(self, environ: Mapping[str, Any], departed: Callable[[], None]) -> Callable[[], None]:
        """Watches nothing."""
        return lambda: None

    @contextmanager
    def time_limit(self, environ: Mapping[str, Any], seconds: float):  # type: ignore[no-untyped-def]
        """Limits every single read of the socket."""
        connection = environ.get("gunicorn.socket")
        if connection is not None:
            connection.settimeout(seconds)
        try:
            yield
        finally:
            if connection is not None:
                connection.settimeout(None)


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

    @contextmanager
    def time_limit(self, environ: Mapping[str, Any], seconds: float):  # type: ignore[no-untyped-def]
        """Limits the whole block."""
        import gevent

        with gevent.Timeout(seconds, TimeoutError()):
            yield


def _at_end(connection: Any) -> bool:
    """Whether a readable socket is readable because it was closed."""
    try:
        return bool(connection.recv(1, socket.MSG_PEEK) == b"")
    except OSError:
        return True
