# SPDX-License-Identifier: Apache-2.0
"""The thread worker: for debugging, and where C clients do not yield."""

from __future__ import annotations

from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from ringside_gateway.http.paced_sockets import PacedSocket
from ringside_gateway.worker_errors import EnvelopeErrors


class Worker(EnvelopeErrors, ThreadWorker):  # type: ignore[misc]  # gunicorn has no type information
    """One thread a request."""

    def handle(self, conn: Any) -> Any:
        """Serves the request that waits on a connection."""
        if not isinstance(conn.sock, PacedSocket):
            conn.sock = PacedSocket(conn.sock, self.app.settings.head_deadline_s)
        return super().handle(conn)

    def handle_request(self, req: Any, conn: Any) -> bool:
        """Serves one request; False ends the connection."""
        conn.sock.begin(req)
        keep = super().handle_request(req, conn)
        return bool(conn.sock.finish() and keep)
