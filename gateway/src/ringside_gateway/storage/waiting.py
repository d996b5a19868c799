# SPDX-License-Identifier: Apache-2.0
"""How psycopg2 waits for the server: other greenlets run meanwhile, and a server that falls silent is given up.

The one place where the driver meets the event loop (psycogreen's callback does the same, without an end).
"""

from __future__ import annotations

import select
from collections.abc import Callable

import psycopg2
from psycopg2 import extensions

#: A server that says nothing for this long was stopped or cut off: while it lives, its own statement limit comes first.
SILENCE_S = 6.0


class Silence(psycopg2.OperationalError):  # type: ignore[misc]  # psycopg2 has no type information
    """The server said nothing for as long as we wait; psycopg2 drops the connection."""


class Connection(extensions.connection):  # type: ignore[misc]  # psycopg2 has no type information
    """A connection with its own patience, which long work (migrations, reports) may raise."""

    patience_s = SILENCE_S


def install() -> None:
    """Makes every connection of this process wait our way."""
    if extensions.get_wait_callback() is not None:
        return
    ready = _ready()

    def wait(connection: extensions.connection) -> None:
        while (state := connection.poll()) != extensions.POLL_OK:
            patience_s = getattr(connection, "patience_s", SILENCE_S)
            if not ready(connection.fileno(), state == extensions.POLL_READ, patience_s):
                raise Silence(f"no sign of the database for {patience_s:g} s")

    extensions.set_wait_callback(wait)


def _ready() -> Callable[[int, bool, float], bool]:
    """Waits until a socket can be read (or written), at most so many seconds; False when it could not."""
    from gevent import monkey

    return _gevent if monkey.is_module_patched("socket") else _poll


def _poll(descriptor: int, reading: bool, timeout_s: float) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN if reading else select.POLLOUT)
    return bool(poll.poll(timeout_s * 1000))


def _gevent(descriptor: int, reading: bool, timeout_s: float) -> bool:
    from gevent.socket import wait_read, wait_write

    try:
        (wait_read if reading else wait_write)(descriptor, timeout=timeout_s)
    except TimeoutError:
        return False
    return True
