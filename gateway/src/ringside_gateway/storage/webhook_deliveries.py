# SPDX-License-Identifier: Apache-2.0
"""Deliveries: queued with their event, claimed by workers for a lease, fenced by the number of the attempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.webhook_deliveries import TOO_OLD, Answer, Verdict, WebhookDelivery
from ringside_gateway.storage.database import Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = ", ".join(WebhookDelivery.__slots__)
#: More rows a statement gain nothing, and SQLite takes no more than 32,766 values.
_ROWS_A_STATEMENT = 400
_ENDPOINTS_DUE = """WITH RECURSIVE waiting (endpoint_id) AS (
    SELECT (SELECT MIN(endpoint_id) FROM webhook_deliveries WHERE status = 'pending')
    UNION ALL
    SELECT (SELECT MIN(d.endpoint_id) FROM webhook_deliveries d
            WHERE d.status = 'pending' AND d.endpoint_id > waiting.endpoint_id)
    FROM waiting WHERE waiting.endpoint_id IS NOT NULL)
SELECT e.id FROM waiting JOIN webhook_endpoints e ON e.id = waiting.endpoint_id
WHERE e.status = 'enabled' AND ? >= (SELECT MIN(d.due_ms) FROM webhook_deliveries d
    WHERE d.status = 'pending' AND d.endpoint_id = waiting.endpoint_id)"""


def insert(tx: Transaction, deliveries: Sequence[WebhookDelivery]) -> None:
    """Queues deliveries in the caller's transaction."""
    marks = f"({', '.join('?' * len(WebhookDelivery.__slots__))})"
    for start in range(0, len(deliveries), _ROWS_A_STATEMENT):
        part = deliveries[start : start + _ROWS_A_STATEMENT]
        sql = f"INSERT INTO webhook_deliveries ({_COLUMNS}) VALUES {', '.join([marks] * len(part))}"
        tx.execute(sql, [value for delivery in part for value in _values(delivery)])


def find(tx: Transaction, endpoint_id: str, delivery_id: str) -> WebhookDelivery | None:
    """One endpoint's delivery, or None."""
    sql = f"SELECT {_COLUMNS} FROM webhook_deliveries WHERE id = ? AND endpoint_id = ?"
    row = tx.execute(sql, (delivery_id, endpoint_id)).fetchone()
    return None if row is None else _delivery(row)


def page(
    tx: Transaction, endpoint_id: str, request: PageRequest, *, status: str | None, event: str | None
) -> Page[WebhookDelivery]:
    """One endpoint's deliveries, newest first."""
    given = [(name, value) for name, value in (("status", status), ("event_id", event)) if value is not None]
    filters = "".join(f" AND {name} = ?" for name, _ in given)
    listing = Listing(
        "webhook_deliveries", _COLUMNS, "endpoint_id = ?", (endpoint_id,), filters, [value for _, value in given]
    )
    return keyset(tx, listing, request, _delivery)


def endpoints_due(tx: Transaction, now_ms: int) -> list[str]:
    """Enabled endpoints with something due. Jumps from endpoint to endpoint in the index: a backlog costs nothing."""
    return [row[0] for row in tx.execute(_ENDPOINTS_DUE, (now_ms,)).fetchall()]


def due(tx: Transaction, endpoint_id: str, now_ms: int, limit: int) -> list[WebhookDelivery]:
    """One endpoint's deliveries that wait longest, held until the transaction ends."""
    sql = f"""SELECT {_COLUMNS} FROM webhook_deliveries
        WHERE endpoint_id = ? AND status = 'pending' AND due_ms <= ? ORDER BY due_ms LIMIT ?"""
    rows = tx.execute(sql + tx.for_update_of_the_free(), (endpoint_id, now_ms, limit)).fetchall()
    return [_delivery(row) for row in rows]


def claim(tx: Transaction, ids: Sequence[str], lease_over_ms: int) -> None:
    """Begins the next attempt of each; until the lease is over nobody else begins one."""
    for start in range(0, len(ids), _ROWS_A_STATEMENT):
        part = ids[start : start + _ROWS_A_STATEMENT]
        sql = f"""UPDATE webhook_deliveries SET attempts = attempts + 1, due_ms = ?
            WHERE id IN ({", ".join("?" * len(part))})"""
        tx.execute(sql, (lease_over_ms, *part))


def record(tx: Transaction, delivery_id: str, attempt: int, answer: Answer, verdict: Verdict, now: int) -> None:
    """Notes what an attempt came to, unless a later attempt has begun meanwhile."""
    sql = """UPDATE webhook_deliveries SET status = ?, due_ms = ?, response_status = ?, response_body = ?,
        duration_ms = ?, error = ?, last_attempt_at = ? WHERE id = ? AND attempts = ? AND status = 'pending'"""
    told = (answer.status, answer.body, answer.duration_ms, answer.error)
    tx.execute(sql, (verdict.status, verdict.due_ms, *told, now, delivery_id, attempt))


def bury(tx: Transaction, ids: Sequence[str], error: str) -> None:
    """Ends deliveries that will not be tried again."""
    for delivery_id in ids:
        tx.execute("UPDATE webhook_deliveries SET status = 'dead', error = ? WHERE id = ?", (error, delivery_id))


def bury_waiting(tx: Transaction, before: int, limit: int) -> int:
    """Ends some deliveries queued before this moment that wait for disabled endpoints, and returns how many."""
    waiting = """SELECT d.seq FROM webhook_endpoints e JOIN webhook_deliveries d ON d.endpoint_id = e.id
        WHERE e.status = 'disabled' AND d.status = 'pending' AND d.created_at < ? LIMIT ?"""
    sql = f"UPDATE webhook_deliveries SET status = 'dead', error = ? WHERE status = 'pending' AND seq IN ({waiting})"
    return int(tx.execute(sql, (TOO_OLD, before, limit)).rowcount)


def forget(tx: Transaction, before: int, limit: int) -> int:
    """Deletes some of the deliveries queued before this moment, and returns how many."""
    old = "SELECT seq FROM webhook_deliveries WHERE created_at < ? LIMIT ?"
    return int(tx.execute(f"DELETE FROM webhook_deliveries WHERE seq IN ({old})", (before, limit)).rowcount)


def _values(delivery: WebhookDelivery) -> list[Any]:
    values = [getattr(delivery, name) for name in WebhookDelivery.__slots__]
    return [int(value) if isinstance(value, bool) else value for value in values]


def _delivery(row: Sequence[Any]) -> WebhookDelivery:
    values = dict(zip(WebhookDelivery.__slots__, row, strict=True))
    return WebhookDelivery(**values | {"livemode": bool(values["livemode"])})
