# SPDX-License-Identifier: Apache-2.0
"""Delivers events until told to stop: a thread (a greenlet, where patched) for each attempt under way."""

from __future__ import annotations

import logging
import threading
import time

from ringside_gateway.domain.webhook_deliveries import Answer
from ringside_gateway.services.deliver import Attempt, Deliver

#: How often the database is asked while nothing happens, and while attempts are under way.
IDLE_S, BUSY_S = 0.25, 0.05
#: Answers that come within this time are noted together.
GATHER_S = 0.01
#: Attempts under way when told to stop get this long; the others are tried again when their lease is over.
GRACE_S = 2.0
_log = logging.getLogger(__name__)


class Deliveries:
    """One loop: a step, then a thread for each attempt it handed out."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._done: list[tuple[Attempt, Answer]] = []
        self._woken = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set, and then a moment longer for what is under way."""
        while not stop.is_set():
            self._rest(self._work())
        deadline = time.monotonic() + GRACE_S
        while len(self._done) < self._deliver.under_way and time.monotonic() < deadline:
            time.sleep(BUSY_S)
        self._deliver.finish(self._done)

    def _work(self) -> int:
        """One step; how many attempts it began. One that fails is logged, and the next takes its answers."""
        done, self._done = self._done, []
        try:
            attempts = self._deliver.step(done)
        except Exception:
            _log.exception("a step of webhook deliveries failed")
            return 0
        for attempt in attempts:
            threading.Thread(target=self._send, args=(attempt,), daemon=True).start()
        return len(attempts)

    def _send(self, attempt: Attempt) -> None:
        try:
            answer = self._deliver.send(attempt)
        except Exception:
            _log.exception("a webhook delivery failed inside")
            answer = Answer(0, error="it could not be sent", unsent=True)
        self._done.append((attempt, answer))
        self._woken.set()

    def _rest(self, began: int) -> None:
        busy = began or self._deliver.under_way
        if self._woken.wait(BUSY_S if busy else IDLE_S):
            self._woken.clear()
            time.sleep(GATHER_S)
