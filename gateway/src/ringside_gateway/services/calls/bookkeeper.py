# SPDX-License-Identifier: Apache-2.0
"""Group commit for the money rows: whatever waits is decided in one transaction, each entry with its own answer.

One hot customer with a transaction a call falls to some 400 holds and settlements a second on PostgreSQL; fifty
entries netted into one transaction reach 16,000 (architecture page, Database). The first to arrive does the work
for all who queued meanwhile, so an idle gateway pays nothing for it: no thread, no hand-over.
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
    __slots__ = ("entry", "error", "finished", "result", "since")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.result: Any = None
        self.error: BaseException | None = None
        self.finished = False
        self.since = time.monotonic()


class Bookkeeper:
    """The only writer of balances, holds and windows in this process. `clock` gives unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._turn = threading.Lock()
        self._waiting: list[_Ticket] = []

    def post(self, entry: Entry) -> Any:
        """Commits one entry, alone or with others, and returns or raises its own answer."""
        if len(self._waiting) >= MAX_WAITING:
            raise GatewayError("service_unavailable", retry_after_seconds=1)
        ticket = _Ticket(entry)
        self._waiting.append(ticket)
        while not ticket.finished:
            with self._turn:
                if not ticket.finished:
                    batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                    self._commit(_in_time(batch))
        if ticket.error is not None:
            raise ticket.error
        return ticket.result

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
