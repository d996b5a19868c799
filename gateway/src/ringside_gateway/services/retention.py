# SPDX-License-Identifier: Apache-2.0
"""Forgets what has served its time: closed holds, old keys, expired tokens, rate buckets no window sees, events."""

from __future__ import annotations

import time
from collections.abc import Callable

from ringside_gateway.services.idempotency import KEEP_S
from ringside_gateway.storage import (
    client_tokens,
    holds,
    idempotency_keys,
    outbox,
    rate_windows,
    webhook_deliveries,
)
from ringside_gateway.storage.database import Database, Transaction

#: Closed holds are kept for a day to explain a fresh charge; usage events and the ledger stay for good.
HOLDS_KEEP_S = 24 * 3600
#: Expired client tokens stay in lists for a day, to see who had one.
TOKENS_KEEP_S = 24 * 3600
#: Events and their deliveries can be looked at and sent again for a week.
EVENTS_KEEP_S = 7 * 24 * 3600
#: Rows a transaction deletes at most where there may be millions.
_AT_ONCE = 2000


class Retention:
    """One short transaction per kind, so that nothing waits long."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self) -> None:
        """Deletes what is too old."""
        now = time.time()
        with self._database.transaction() as tx:
            rate_windows.forget(tx, now)
        with self._database.transaction() as tx:
            idempotency_keys.forget(tx, int(now) - KEEP_S)
        with self._database.transaction() as tx:
            holds.forget(tx, int(now) - HOLDS_KEEP_S)
        with self._database.transaction() as tx:
            client_tokens.forget(tx, int(now) - TOKENS_KEEP_S)
        for many in (webhook_deliveries, outbox):
            self._forget_many(many.forget, int(now) - EVENTS_KEEP_S)

    def _forget_many(self, forget: Callable[[Transaction, int, int], int], before: int) -> None:
        deleted = _AT_ONCE
        while deleted == _AT_ONCE:
            with self._database.transaction() as tx:
                deleted = forget(tx, before, _AT_ONCE)
