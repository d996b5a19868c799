# SPDX-License-Identifier: Apache-2.0
"""The background loop: runs each job at its own pace and survives its failures; deliveries have a loop beside it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from ringside_gateway.services import Services
from ringside_gateway.workers.deliveries import GRACE_S, Deliveries

#: The period of a job that is done when it has succeeded once, and how soon any job is tried again.
NEVER_AGAIN, LONGEST_RETRY_S = 365 * 86_400.0, 5.0
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """Something to do every `period_s` seconds."""

    name: str
    period_s: float
    run: Callable[[], object]
    due: float = 0.0


def jobs(services: Services) -> list[Job]:
    """All background jobs."""
    return [
        Job("bring the database up to date", NEVER_AGAIN, services.bootstrap.upgrade),
        Job("sweep expired holds", 2.0, services.sweeper.sweep),
        Job("seal webhook secrets with the first key", 300.0, services.webhook_secrets.seal_anew),
        Job("write down checksums", 300.0, services.audits.write_checksums),
        Job("forget what is too old", 300.0, services.retention.forget),
    ]


def run(services: Services, stop: threading.Event) -> None:
    """Works until `stop` is set; a job that fails is logged and tried again at its next turn."""
    planned = jobs(services)
    delivering = threading.Thread(target=Deliveries(services.deliver).run, args=(stop,), daemon=True)
    delivering.start()
    while not stop.is_set():
        for job in planned:
            if job.due <= time.monotonic() and not stop.is_set():
                _run_one(job)
        stop.wait(max(0.05, min(job.due for job in planned) - time.monotonic()))
    delivering.join(GRACE_S + 1)


def _run_one(job: Job) -> None:
    try:
        job.run()
        job.due = time.monotonic() + job.period_s
    except Exception:
        _log.exception("background job failed: %s", job.name)
        job.due = time.monotonic() + min(job.period_s, LONGEST_RETRY_S)
