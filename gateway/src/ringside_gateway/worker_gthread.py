# SPDX-License-Identifier: Apache-2.0
"""The thread worker: for debugging, and where C clients do not yield."""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker

from ringside_gateway.worker_errors import EnvelopeErrors


class Worker(EnvelopeErrors, ThreadWorker):  # type: ignore[misc]  # gunicorn has no type information
    """One thread a request."""
