# SPDX-License-Identifier: Apache-2.0
"""Forgets what has served its time: closed holds, old keys, expired tokens, rate buckets no window sees, events."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from ringside_gateway.domain.webhook_deliveries import MOST_AGE_S
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
#: Events and their deliveries can be looked at and sent again for a week; what is sent again needs its event longer.
EVENTS_KEEP_S = 7 * 24 * 3600
#: Where there may be millions of rows, and how many a transaction ends at most.
_MANY = (
    (idempotency_keys.forget, KEEP_S),
    (holds.forget, HOLDS_KEEP_S),
    (client_tokens.forget, TOKENS_KEEP_S),
    (webhook_deliveries.bury_waiting, MOST_AGE_S),
    (webhook_deliveries.forget, EVENTS_KEEP_S),
    (outbox.forget, EVENTS_KEEP_S + MOST_AGE_S),
)
_AT_ONCE = 2000
#: Takes the transaction, the moment before which things are too old, and where there may be many, how many at most.
_Forget = Callable[..., Any]
_log = logging.getLogger(__name__)


class Retention:
    """Short transactions, so that nothing waits long; a kind that cannot be forgotten is in no other's way."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self) -> None:
        """Deletes what is too old; what goes wrong is logged, and tried again the next time."""
        now = int(time.time())
        self._forget(self._at_once, rate_windows.forget, now)
        for forget, kept_s in _MANY:
            self._forget(self._in_steps, forget, now - kept_s)

    @staticmethod
    def _forget(way: Callable[[_Forget, int], None], forget: _Forget, before: int) -> None:
        try:
            way(forget, before)
        except Exception:
            _log.exception("what is too old stays for now: %s", forget.__module__)

    def _at_once(self, forget: _Forget, before: int) -> None:
        with self._database.transaction() as tx:
            forget(tx, before)

    def _in_steps(self, forget: _Forget, before: int) -> None:
        ended = _AT_ONCE
        while ended == _AT_ONCE:
            with self._database.transaction() as tx:
                ended = forget(tx, before, _AT_ONCE)
