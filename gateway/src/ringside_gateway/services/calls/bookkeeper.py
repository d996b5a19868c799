# SPDX-License-Identifier: Apache-2.0
"""Group commit for the money rows: whatever waits is decided in one transaction, each entry with its own answer.

One hot customer with a transaction a call falls to some 400 holds and settlements a second on PostgreSQL; fifty
entries netted into one transaction reach 16,000 (architecture page, Database). Who finds nobody at work leads: lets
everybody speak who is ready to, commits for all who wait, wakes them, and lets one who came meanwhile lead next.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from ringside_gateway.domain.books import Books, Selection
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.storage.books import close_books, open_books
from ringside_gateway.storage.database import Database, Transaction

#: More than this in one transaction gains nothing and makes the last one wait.
MAX_BATCH = 64
#: Longest wait for a turn, and most entries that wait: behind a database that fails, a queue only grows.
MAX_WAIT_S, MAX_WAITING = 5.0, 4000


class Entry(Protocol):
    """One change to the books."""

    def selection(self) -> Selection:
        """Which rows it needs."""

    def apply(self, books: Books) -> Any:
        """Decides in memory; a GatewayError is its answer, not the batch's failure."""

    def finish(self, tx: Transaction, result: Any) -> None:
        """Anything else that must commit with it."""


class _Ticket:
    """A caller's place in the queue; one that does not lead at once is `woken` for its answer or to lead."""

    __slots__ = ("entry", "error", "finished", "result", "since", "woken")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.result: Any = None
        self.error: BaseException | None = None
        self.finished = False
        self.since = time.monotonic()
        self.woken: threading.Event | None = None


class Bookkeeper:
    """The only writer of balances, holds and windows in this process. `clock` gives unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._guard = threading.Lock()
        self._waiting: list[_Ticket] = []
        self._leader: _Ticket | None = None

    def post(self, entry: Entry) -> Any:
        """Commits one entry, alone or with others, and returns or raises its own answer."""
        ticket = _Ticket(entry)
        with self._guard:
            if len(self._waiting) >= MAX_WAITING:
                raise GatewayError("service_unavailable", retry_after_seconds=1)
            self._waiting.append(ticket)
            if self._leader is None:
                self._leader = ticket
            else:
                ticket.woken = threading.Event()
        try:
            if ticket.woken is None:
                # Without this, a worker whose requests only change hands at waits would commit each one alone.
                time.sleep(0)
            else:
                ticket.woken.wait()
        except BaseException:
            self._leave(ticket)
            raise
        if not ticket.finished:
            self._lead()
        if ticket.error is not None:
            raise ticket.error
        return ticket.result

    def _lead(self) -> None:
        """Commits for those at the head of the queue, this caller first among them."""
        with self._guard:
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
        try:
            self._commit(_in_time(batch))
        finally:
            with self._guard:
                self._hand_over()
            for ticket in batch:
                if ticket.woken is not None:
                    ticket.woken.set()

    def _hand_over(self) -> None:
        self._leader = self._waiting[0] if self._waiting else None
        if self._leader is not None and self._leader.woken is not None:
            self._leader.woken.set()

    def _leave(self, ticket: _Ticket) -> None:
        """A caller that is ended while it waits must not leave the others without a leader."""
        with self._guard:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
            if self._leader is ticket:
                self._hand_over()

    def _commit(self, batch: Sequence[_Ticket]) -> None:
        try:
            with self._database.transaction() as tx:
                books = open_books(tx, _union([ticket.entry.selection() for ticket in batch]), self._clock)
                for ticket in batch:
                    try:
                        ticket.result = ticket.entry.apply(books)
                    except GatewayError as refusal:
                        ticket.error = refusal
                close_books(tx, books)
                for ticket in batch:
                    if ticket.error is None:
                        ticket.entry.finish(tx, ticket.result)
        except BaseException as failure:
            if len(batch) > 1 and not isinstance(failure, GatewayError):
                self._one_by_one(batch)
                return
            for ticket in batch:
                ticket.error = failure
        for ticket in batch:
            ticket.finished = True

    def _one_by_one(self, batch: Sequence[_Ticket]) -> None:
        """A fault in one entry must not fail its neighbours: nothing was committed, so each tries alone."""
        for ticket in batch:
            ticket.error = None
            self._commit([ticket])


def _in_time(batch: Sequence[_Ticket]) -> Sequence[_Ticket]:
    """Those that have not waited too long; the others are refused."""
    oldest = time.monotonic() - MAX_WAIT_S
    for ticket in batch:
        if ticket.since < oldest:
            ticket.error, ticket.finished = GatewayError("service_unavailable", retry_after_seconds=1), True
    return [ticket for ticket in batch if not ticket.finished]


def _union(selections: Sequence[Selection]) -> Selection:
    if len(selections) == 1:
        return selections[0]
    return Selection(
        accounts=[key for selection in selections for key in selection.accounts],
        customers=[key for selection in selections for key in selection.customers],
        subjects=[key for selection in selections for key in selection.subjects],
        holds=[key for selection in selections for key in selection.holds],
        complete=all(selection.complete or not selection.holds for selection in selections),
    )
