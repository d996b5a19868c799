# SPDX-License-Identifier: Apache-2.0
"""Proves the books: what is stored twice agrees, and no hour that is over has changed."""

from __future__ import annotations

import time
from collections.abc import Callable

from ringside_gateway.domain.audits import HOUR_S, LEDGER, USAGE, Checksum, Difference, Proof, last_finished_hour
from ringside_gateway.domain.customers import month_bounds
from ringside_gateway.storage import audits
from ringside_gateway.storage.database import Database

#: Ten million ledger rows are read in minutes, not in the seconds a call may take.
PATIENCE_S = 3600
#: The sweeper looks every two seconds; a hold this long past its lease was forgotten.
OVERDUE_S = 60
#: Hours written down in one turn of the background job.
HOURS_A_TURN = 24


class Audits:
    """Reconcile, and write down and compare checksums. `clock` gives unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def reconcile(self) -> list[Difference]:
        """Every figure that does not add up, from one state of the data; calls go on meanwhile."""
        with self._database.reading() as tx:
            tx.take_time(PATIENCE_S)
            found = list(audits.differences(tx, int(self._clock()) - OVERDUE_S))
            for month in audits.months(tx):
                found += audits.spend_differences(tx, month, *month_bounds(month))
        return found

    def proofs(self, since: int | None = None, until: int | None = None) -> list[Proof]:
        """Both kinds of rows for each finished hour from `since` up to `until` (unix seconds), oldest first."""
        with self._database.reading() as tx:
            tx.take_time(PATIENCE_S)
            oldest, end = audits.oldest_hour(tx), last_finished_hour(self._clock()) + HOUR_S
            if oldest is None:
                return []
            first = max(oldest, (since or 0) // HOUR_S * HOUR_S)
            last = min(end, until or end)
            kept = {(checksum.kind, checksum.hour): checksum for checksum in audits.written(tx, first, last)}
            return [
                Proof(audits.checksum(tx, kind, hour), kept.get((kind, hour)))
                for hour in range(first, last, HOUR_S)
                for kind in (USAGE, LEDGER)
            ]

    def write_checksums(self) -> int:
        """Writes down the finished hours that are not yet, a day of them at most; returns how many."""
        with self._database.reading() as tx:
            tx.take_time(PATIENCE_S)
            newest, oldest = audits.newest_hour(tx), audits.oldest_hour(tx)
            if oldest is None:
                return 0
            first, end = oldest if newest is None else newest + HOUR_S, last_finished_hour(self._clock()) + HOUR_S
            hours = range(first, min(end, first + HOURS_A_TURN * HOUR_S), HOUR_S)
            found: list[Checksum] = [audits.checksum(tx, kind, hour) for hour in hours for kind in (USAGE, LEDGER)]
        if found:
            with self._database.transaction() as tx:
                for checksum in found:
                    audits.write(tx, checksum, int(self._clock()))
        return len(hours)
