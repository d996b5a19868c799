# SPDX-License-Identifier: Apache-2.0
"""Whose sockets are used: gevent's, where a wait lets others run, or the system's, one thread a call."""

from __future__ import annotations

import select
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Network:
    """The modules `socket` and `ssl` of one kind, and a way to ask without waiting whether a socket has something."""

    socket: Any
    ssl: Any
    poll: Any

    def readable(self, sock: Any) -> bool:
        """Whether bytes or an end wait to be read now. An idle connection that is readable is no longer good."""
        watch = self.poll()
        watch.register(sock, select.POLLIN)
        return bool(watch.poll(0))


def network(kind: Literal["gevent", "gthread"] | str) -> Network:
    """gevent's modules need no patching of anything; they are only imported when asked for."""
    if kind == "gevent":
        import gevent.monkey
        import gevent.socket
        import gevent.ssl

        # The patched poll would yield to other greenlets in the middle of a take from the pool.
        return Network(gevent.socket, gevent.ssl, gevent.monkey.get_original("select", "poll"))
    import socket
    import ssl

    return Network(socket, ssl, select.poll)
