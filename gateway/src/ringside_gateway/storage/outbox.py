# SPDX-License-Identifier: Apache-2.0
"""The outbox: events wait here, committed with the change they report, until they are delivered."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import orjson

from ringside_gateway.domain.books import PendingEvent
from ringside_gateway.storage.database import Transaction


def append(tx: Transaction, events: Sequence[PendingEvent], dispatched_at: int | None = None) -> None:
    """Writes events in the caller's transaction; `dispatched_at` where no other endpoint is to get them."""
    rows = [
        (
            event.id,
            event.account_id,
            int(event.livemode),
            event.type,
            orjson.dumps(event.data, default=_exact).decode(),
            event.created_at,
            dispatched_at,
        )
        for event in events
    ]
    into = "outbox (id, account_id, livemode, type, data, created_at, dispatched_at)"
    tx.insert(into, rows, "ON CONFLICT (id) DO NOTHING")


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} cannot be an event's data")
