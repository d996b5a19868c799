# SPDX-License-Identifier: Apache-2.0
"""Looks names up within bounds: a silent name server holds up neither its caller nor everybody else's look-ups."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence

#: Every address of a name; OSError when it has none.
Resolve = Callable[[str, int], Sequence[str]]
#: A look-up cannot be interrupted, and gevent has ten threads for all of them: providers' names need some too.
MOST_UNDER_WAY = 4


def system_addresses(host: str, port: int) -> Sequence[str]:
    """What the system's resolver says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class NameLookups:
    """Asks `resolve`, so many at a time; one that is given up on counts until its name server answers or it fails."""

    def __init__(self, resolve: Resolve = system_addresses) -> None:
        self._resolve = resolve
        self._free = threading.BoundedSemaphore(MOST_UNDER_WAY)

    def find(self, host: str, port: int, within_s: float) -> Sequence[str]:
        """Every address of the name; OSError when it has none, of which TimeoutError when that is not known in time."""
        deadline = time.monotonic() + within_s
        found: list[Sequence[str]] = []
        failures: list[Exception] = []

        def ask() -> None:
            try:
                found.append(self._resolve(host, port))
            except Exception as error:
                failures.append(error)
            finally:
                self._free.release()

        if self._free.acquire(timeout=within_s):
            asking = threading.Thread(target=ask, daemon=True)
            asking.start()
            asking.join(max(0.0, deadline - time.monotonic()))
        if failures:
            raise failures[0]
        if not found:
            raise TimeoutError("the name was not looked up in time")
        return found[0]
