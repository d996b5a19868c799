# SPDX-License-Identifier: Apache-2.0
"""The default worker: gunicorn's gevent worker with our errors."""

from __future__ import annotations

from gunicorn.workers.ggevent import GeventWorker

from ringside_gateway.worker_errors import EnvelopeErrors


class Worker(EnvelopeErrors, GeventWorker):  # type: ignore[misc]  # gunicorn has no type information
    """One event loop; thousands of streams."""
