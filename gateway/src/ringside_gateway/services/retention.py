# SPDX-License-Identifier: Apache-2.0
"""Forgets what has served its time: closed holds, old keys, expired tokens, rate buckets no window sees, events."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from types import ModuleType

from ringside_gateway.services.idempotency import KEEP_S
from ringside_gateway.storage import (
    client_tokens,
    holds,
    idempotency_keys,
    outbox,
    rate_windows,
    webhook_deliveries,
)
from ringside_gateway.storage.database import Database

#: Closed holds are kept for a day to explain a fresh charge; usage events and the ledger stay for good.
HOLDS_KEEP_S = 24 * 3600
#: Expired client tokens stay in lists for a day, to see who had one.
TOKENS_KEEP_S = 24 * 3600
#: Events and their deliveries can be looked at and sent again for a week.
EVENTS_KEEP_S = 7 * 24 * 3600
#: Where there may be millions of rows, and how many a transaction deletes at most.
_MANY = (
    (idempotency_keys, KEEP_S),
    (holds, HOLDS_KEEP_S),
    (webhook_deliveries, EVENTS_KEEP_S),
    (outbox, EVENTS_KEEP_S),
)
_AT_ONCE = 2000
_log = logging.getLogger(__name__)


class Retention:
    """Short transactions, so that nothing waits long; a kind that cannot be forgotten is in no other's way."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self) -> None:
        """Deletes what is too old; what goes wrong is logged, and tried again the next time."""
        now = int(time.time())
        self._forget(self._at_once, rate_windows, now)
        self._forget(self._at_once, client_tokens, now - TOKENS_KEEP_S)
        for many, kept_s in _MANY:
            self._forget(self._in_steps, many, now - kept_s)

    @staticmethod
    def _forget(way: Callable[[ModuleType, int], None], kind: ModuleType, before: int) -> None:
        try:
            way(kind, before)
        except Exception:
            _log.exception("what is too old stays for now: %s", kind.__name__)

    def _at_once(self, kind: ModuleType, before: int) -> None:
        with self._database.transaction() as tx:
            kind.forget(tx, before)

    def _in_steps(self, kind: ModuleType, before: int) -> None:
        deleted = _AT_ONCE
        while deleted == _AT_ONCE:
            with self._database.transaction() as tx:
                deleted = kind.forget(tx, before, _AT_ONCE)
