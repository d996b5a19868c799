# SPDX-License-Identifier: Apache-2.0
"""The default worker: gunicorn's gevent worker with our errors and paced connections."""

from __future__ import annotations

from typing import Any

from gunicorn.workers.ggevent import GeventWorker

from ringside_gateway.http.paced_sockets import PacedSocket
from ringside_gateway.worker_errors import EnvelopeErrors


class Worker(EnvelopeErrors, GeventWorker):  # type: ignore[misc]  # gunicorn has no type information
    """One event loop; thousands of streams."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connections: set[PacedSocket] = set()

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        """Serves a connection to its end."""
        paced = PacedSocket(client, self.app.settings.head_deadline_s)
        self._connections.add(paced)
        try:
            super().handle(listener, paced, addr)
        finally:
            self._connections.discard(paced)

    def handle_request(self, listener_name: Any, req: Any, sock: PacedSocket, addr: Any) -> None:
        """Serves one request; StopIteration ends the connection."""
        sock.begin(req)
        try:
            super().handle_request(listener_name, req, sock, addr)
        except StopIteration:
            sock.finish()
            raise
        if not sock.finish() or not self.alive:
            raise StopIteration

    def notify(self) -> None:
        """Called every second: a worker that stops lets idle clients go instead of waiting a minute for them."""
        super().notify()
        if not self.alive:
            for connection in [found for found in self._connections if found.idle]:
                connection.hang_up()
