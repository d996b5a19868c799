# SPDX-License-Identifier: Apache-2.0
"""The outbox: events wait here, committed with the change they report, until they are delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson

from ringside_gateway.domain.books import PendingEvent
from ringside_gateway.domain.events import StoredEvent
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.storage.database import Transaction
from ringside_gateway.storage.pages import Listing, keyset


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
            int(event.test),
        )
        for event in events
    ]
    into = "outbox (id, account_id, livemode, type, data, created_at, dispatched_at, test)"
    tx.insert(into, rows, "ON CONFLICT (id) DO NOTHING")


@dataclass(frozen=True, slots=True)
class Pending:
    """An event that was not yet queued for its endpoints."""

    seq: int
    id: str
    account_id: str
    livemode: bool
    type: str


def pending(tx: Transaction, limit: int) -> list[Pending]:
    """The oldest events nobody has queued, held until the transaction ends."""
    sql = "SELECT seq, id, account_id, livemode, type FROM outbox WHERE dispatched_at IS NULL ORDER BY seq LIMIT ?"
    rows = tx.execute(sql + tx.for_update_of_the_free(), (limit,)).fetchall()
    return [Pending(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]


def mark_dispatched(tx: Transaction, events: Sequence[Pending], now: int) -> None:
    """Notes that these were queued for their endpoints."""
    marks = ", ".join("?" * len(events))
    tx.execute(f"UPDATE outbox SET dispatched_at = ? WHERE seq IN ({marks})", (now, *(event.seq for event in events)))


def bodies(tx: Transaction, ids: Sequence[str]) -> dict[str, bytes]:
    """What is sent for these events, byte for byte the same at every attempt."""
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT id, type, created_at, livemode, test, data FROM outbox WHERE id IN ({marks})"
    return {row[0]: body(*row) for row in tx.execute(sql, ids).fetchall()}


def happened_at(tx: Transaction, event_id: str) -> int | None:
    """When this event happened, unix seconds; None when it is kept no longer."""
    row = tx.execute("SELECT created_at FROM outbox WHERE id = ?", (event_id,)).fetchone()
    return None if row is None else int(row[0])


def body(event_id: str, event_type: str, created_at: int, livemode: int, test: int, data: str) -> bytes:
    """An event as it is sent; `data` is the JSON of its object."""
    mode = ("true" if livemode else "false") + (',"test":true' if test else "")
    head = f'{{"id":"{event_id}","object":"event","type":"{event_type}","created_at":{created_at},"livemode":{mode}'
    return f'{head},"data":{{"object":{data}}}}}'.encode()


def page(
    tx: Transaction, account_id: str, livemode: bool, request: PageRequest, event_type: str | None
) -> Page[StoredEvent]:
    """Events of this account and mode, newest first, without those made up for a test."""
    filters = (" AND type = ?", [event_type]) if event_type is not None else ("", [])
    scope, values = "account_id = ? AND livemode = ? AND test = 0", (account_id, int(livemode))
    listing = Listing("outbox", "id, type, created_at, livemode, data", scope, values, *filters)
    return keyset(tx, listing, request, lambda row: StoredEvent(row[0], row[1], row[2], bool(row[3]), row[4]))


def forget(tx: Transaction, before: int, limit: int) -> int:
    """Deletes some of the events that were queued before this moment, and returns how many."""
    old = "SELECT seq FROM outbox WHERE created_at < ? AND dispatched_at IS NOT NULL LIMIT ?"
    return int(tx.execute(f"DELETE FROM outbox WHERE seq IN ({old})", (before, limit)).rowcount)


def backlog(tx: Transaction) -> int:
    """How many events wait to be handed to deliveries."""
    return int(tx.execute("SELECT COUNT(*) FROM outbox WHERE dispatched_at IS NULL").fetchone()[0])


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} cannot be an event's data")
