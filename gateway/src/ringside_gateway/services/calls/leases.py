# SPDX-License-Identifier: Apache-2.0
"""Keeps the holds of living calls alive and notes how far streams have come, so that kill -9 loses little."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ringside_gateway.domain.books import Books, Hold, Selection
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.holds import LEASE_S
from ringside_gateway.storage import holds, idempotency_keys
from ringside_gateway.storage.database import Database, Transaction
from ringside_gateway.storage.idempotency_keys import KeyId

#: Three chances to renew before a lease runs out.
RENEW_S = LEASE_S / 3
_log = logging.getLogger(__name__)


class StartDelivery:
    """The bookkeeper's entry for a stream whose first byte is about to leave; `noted` when its hold is still held."""

    def __init__(self, hold: Hold) -> None:
        self._hold = hold
        self.noted = False

    def selection(self) -> Selection:
        """The hold alone, for no money moves; named so that it is locked in its turn."""
        return Selection(holds=[self._hold.id], complete=True)

    def apply(self, books: Books) -> None:
        """Nothing to decide."""

    def finish(self, tx: Transaction, result: None) -> None:
        """Notes the target and its price with the hold."""
        self.noted = holds.start_delivery(tx, self._hold)


class Leases:
    """All calls under way in this process; one background loop renews what has run longer than a third of a lease."""

    def __init__(self, database: Database, bookkeeper: Bookkeeper) -> None:
        self._database = database
        self._bookkeeper = bookkeeper
        self._calls: dict[str, tuple[Hold, Callable[[], int | None]]] = {}
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def kept(self, hold: Hold, delivered: Callable[[], int | None]) -> Iterator[None]:
        """Renews the hold until the block ends; `delivered` counts output tokens sent so far, None before any."""
        self._calls[hold.id] = (hold, delivered)
        self._ensure_running()
        try:
            yield
        finally:
            self._calls.pop(hold.id, None)

    def start_delivery(self, hold: Hold) -> None:
        """Notes durably, before the first byte leaves, which target delivers and at what price."""
        start = StartDelivery(hold)
        self._bookkeeper.post(start)
        if not start.noted:
            raise GatewayError("service_unavailable", retry_after_seconds=1)

    def _ensure_running(self) -> None:
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="leases", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(RENEW_S)
            try:
                self._renew()
            except Exception:
                # The database may be away for a moment; the next round tries again within the lease.
                _log.warning("holds could not be renewed", exc_info=True)

    def _renew(self) -> None:
        """In the order of ids, as the bookkeeper locks them: two orders would be a deadlock."""
        now = int(time.time())
        old = [
            (hold, _counted(delivered))
            for _, (hold, delivered) in sorted(self._calls.items())
            if hold.created_at <= now - RENEW_S
        ]
        if old:
            with self._database.transaction() as tx:
                for hold, tokens in old:
                    self._renew_one(tx, hold, now + LEASE_S, tokens)

    @staticmethod
    def _renew_one(tx: Transaction, hold: Hold, expires_at: int, tokens: int | None) -> None:
        holds.renew(tx, hold.id, expires_at, tokens)
        if hold.idempotency_key is not None:
            key = KeyId(hold.account_id, hold.livemode, hold.idempotency_key)
            idempotency_keys.renew(tx, key, hold.request_id, expires_at)


def _counted(delivered: Callable[[], int | None]) -> int | None:
    """A stream that cannot be counted must not keep all others from being renewed."""
    try:
        return delivered()
    except Exception:
        _log.warning("a stream could not be counted", exc_info=True)
        return None
