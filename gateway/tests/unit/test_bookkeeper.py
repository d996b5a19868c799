# SPDX-License-Identifier: Apache-2.0
"""Who waits is decided together, and nobody waits for a leader that has gone."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from ringside_gateway.services.calls import bookkeeper
from ringside_gateway.services.calls.bookkeeper import MAX_BATCH, Bookkeeper

ENTRY: Any = None
CALLERS, POSTS = 32, 4
HERE = Path(__file__).parent


class Slow(Bookkeeper):
    """Commits nothing, but takes its time as a database does."""

    def __init__(self) -> None:
        super().__init__(database=None)  # type: ignore[arg-type]
        self.sizes: list[int] = []

    def _commit(self, batch: Sequence[Any]) -> None:
        self.sizes.append(len(batch))
        time.sleep(0.01)
        for ticket in batch:
            ticket.finished, ticket.result = True, len(self.sizes)


def run(*tasks: Any) -> None:
    threads = [threading.Thread(target=task, daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert not any(thread.is_alive() for thread in threads)


class Patient(Slow):
    """The first transaction ends once so many callers are in it or wait."""

    def __init__(self, callers: int) -> None:
        super().__init__()
        self._callers = callers

    def _commit(self, batch: Sequence[Any]) -> None:
        deadline = time.monotonic() + 10
        while not self.sizes and len(batch) + len(self._waiting) < self._callers and time.monotonic() < deadline:
            time.sleep(0.001)
        super()._commit(batch)


def test_callers_that_come_while_one_commits_share_the_next_transaction() -> None:
    keeper = Patient(CALLERS)
    run(*[lambda: keeper.post(ENTRY)] * CALLERS)
    assert (len(keeper.sizes), sum(keeper.sizes)) == (2, CALLERS)


def test_requests_of_an_event_loop_that_are_ready_at_once_share_a_transaction() -> None:
    program = (
        "from gevent import monkey; monkey.patch_all(); import gevent; from test_bookkeeper import ENTRY, Slow;"
        "keeper = Slow(); gevent.joinall([gevent.spawn(keeper.post, ENTRY) for _ in range(20)], raise_error=True);"
        "print(keeper.sizes)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, check=True)
    assert done.stdout == "[20]\n"


def test_every_post_of_every_caller_is_answered_once() -> None:
    keeper = Slow()

    def caller() -> None:
        for _ in range(POSTS):
            assert keeper.post(ENTRY) is not None

    run(*[caller] * CALLERS)
    assert sum(keeper.sizes) == CALLERS * POSTS
    assert max(keeper.sizes) <= MAX_BATCH


def test_a_caller_alone_waits_for_nobody() -> None:
    keeper = Slow()
    assert [keeper.post(ENTRY) for _ in range(3)] == [1, 2, 3]
    assert keeper.sizes == [1, 1, 1]


def test_a_chosen_leader_that_is_ended_leaves_the_others_another(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(Exception):
        """As a worker ends a request."""

    class EndsInWaiting(threading.Event):
        """The first who waits is ended the moment it is woken."""

        made = 0

        def __init__(self) -> None:
            super().__init__()
            EndsInWaiting.made += 1
            self.mortal = EndsInWaiting.made == 1

        def wait(self, timeout: float | None = None) -> bool:
            woken = super().wait(timeout)
            if self.mortal:
                raise Ended
            return woken

    class Events:
        Event, Lock = EndsInWaiting, threading.Lock

    monkeypatch.setattr(bookkeeper, "threading", Events)
    keeper, ended = Patient(3), []

    def caller() -> None:
        try:
            keeper.post(ENTRY)
        except Ended:
            ended.append(1)

    run(caller, caller, caller)
    assert ended == [1]
    # The one who was ended may have been in a transaction already: then its entry stands, with nobody to tell.
    assert sum(keeper.sizes) in (2, 3)
