# SPDX-License-Identifier: Apache-2.0
"""Whose sockets are used: gevent's or meinheld's, where a wait lets others run, or the system's, one thread a call."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Network:
    """The modules `socket` and `ssl` of one kind, its ways to wait, and one to ask whether a socket has something."""

    socket: Any
    ssl: Any
    poll: Any
    pause: Callable[[float], None] = time.sleep
    event: Callable[[], threading.Event] = threading.Event

    def readable(self, sock: Any) -> bool:
        """Whether bytes or an end wait to be read now. An idle connection that is readable is no longer good."""
        watch = self.poll()
        watch.register(sock, select.POLLIN)
        return bool(watch.poll(0))


def network(kind: str) -> Network:
    """For the worker of this kind: gevent, gthread, meinheld. Nothing needs patching or is imported unasked."""
    if kind == "gevent":
        import gevent.monkey
        import gevent.socket
        import gevent.ssl

        # The patched poll would yield to other greenlets in the middle of a take from the pool.
        return Network(gevent.socket, gevent.ssl, gevent.monkey.get_original("select", "poll"))
    if kind == "meinheld":
        from ringside_gateway.providers.transport import meinheld_sockets as cooperative

        return Network(
            cooperative.SocketModule, cooperative.SslModule, select.poll, cooperative.pause, cooperative.Event
        )
    import socket
    import ssl

    return Network(socket, ssl, select.poll)
