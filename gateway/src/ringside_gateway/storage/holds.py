# SPDX-License-Identifier: Apache-2.0
"""Holds: what calls under way may cost at most. One is closed only while it is held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from ringside_gateway.domain.books import Hold
from ringside_gateway.domain.identifiers import first_id
from ringside_gateway.storage.database import Transaction

COLUMNS = """id, request_id, account_id, livemode, customer_id, account_nano, customer_nano, tokens, bucket, subjects,
    facts, created_at, expires_at, delivered_tokens, state, idempotency_key"""


def insert(tx: Transaction, placed: Sequence[Hold]) -> None:
    """Writes new holds."""
    rows = [
        (
            hold.id,
            hold.request_id,
            hold.account_id,
            int(hold.livemode),
            hold.customer_id,
            hold.account_nano,
            hold.customer_nano,
            hold.tokens,
            hold.bucket,
            " ".join(hold.subjects),
            orjson.dumps(hold.facts).decode(),
            hold.created_at,
            hold.expires_at,
            hold.delivered_tokens,
            hold.state,
            hold.idempotency_key,
        )
        for hold in placed
    ]
    tx.insert(f"holds ({COLUMNS})", rows)


def load(tx: Transaction, ids: Sequence[str]) -> list[Hold]:
    """The holds of these ids, locked, in whatever state they are."""
    if not ids:
        return []
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT {COLUMNS} FROM holds WHERE id IN ({marks}) ORDER BY id" + tx.for_update()
    return [from_row(row) for row in tx.execute(sql, sorted(ids)).fetchall()]


def close(tx: Transaction, closed: Sequence[Hold]) -> None:
    """Moves holds to their new state; the old one was read under the lock this transaction has on them."""
    for hold in closed:
        sql = "UPDATE holds SET state = ?, facts = ? WHERE id = ? AND state <> 'settled'"
        tx.later(sql, (hold.state, orjson.dumps(hold.facts).decode(), hold.id))


def renew(tx: Transaction, hold_id: str, expires_at: int, delivered_tokens: int | None) -> bool:
    """Extends a lease and notes what was delivered so far; False when the hold is no longer held.

    None, counted before delivery began, does not take back that it began meanwhile.
    """
    sql = """UPDATE holds SET expires_at = ?, delivered_tokens = COALESCE(?, delivered_tokens)
        WHERE id = ? AND state = 'held'"""
    return bool(tx.execute(sql, (expires_at, delivered_tokens, hold_id)).rowcount)


def start_delivery(tx: Transaction, hold: Hold) -> bool:
    """Notes, before the first byte leaves, which target delivers and at what price; False when no longer held."""
    sql = "UPDATE holds SET delivered_tokens = 0, facts = ? WHERE id = ? AND state = 'held'"
    return bool(tx.execute(sql, (orjson.dumps(hold.facts).decode(), hold.id)).rowcount)


def expired(tx: Transaction, now: float, limit: int) -> list[str]:
    """Ids of open holds whose lease has run out, oldest first."""
    sql = "SELECT id FROM holds WHERE state = 'held' AND expires_at <= ? ORDER BY expires_at LIMIT ?"
    return [row[0] for row in tx.execute(sql, (int(now), limit)).fetchall()]


def is_held(tx: Transaction, request_id: str) -> bool:
    """Whether a request's hold is still open."""
    sql = "SELECT 1 FROM holds WHERE state = 'held' AND request_id = ?"
    return tx.execute(sql, (request_id,)).fetchone() is not None


def count_open(tx: Transaction) -> int:
    """How many calls are under way."""
    return int(tx.execute("SELECT COUNT(*) FROM holds WHERE state = 'held'").fetchone()[0])


def forget(tx: Transaction, before: int, limit: int) -> int:
    """Deletes some of the closed holds that were placed before this moment, and returns how many.

    Usage and ledger keep the lasting record. Ids tell the age: an index for it would cost every settlement.
    """
    old = "SELECT id FROM holds WHERE state <> 'held' AND id < ? ORDER BY id LIMIT ?"
    return int(tx.execute(f"DELETE FROM holds WHERE id IN ({old})", (first_id("hold", before), limit)).rowcount)


def from_row(row: Sequence[Any]) -> Hold:
    """A hold from its columns."""
    values = list(row)
    values[3] = bool(values[3])
    values[9] = tuple(values[9].split())
    values[10] = orjson.loads(values[10])
    return Hold(*values)
