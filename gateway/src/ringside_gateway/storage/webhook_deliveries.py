# SPDX-License-Identifier: Apache-2.0
"""Deliveries: queued with their event, claimed by workers for a lease, fenced by the number of the attempt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.webhook_deliveries import WebhookDelivery
from ringside_gateway.storage.database import Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = ", ".join(WebhookDelivery.__slots__)
#: More rows a statement gain nothing, and SQLite takes no more than 32,766 values.
_ROWS_A_STATEMENT = 400


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


def _values(delivery: WebhookDelivery) -> list[Any]:
    values = [getattr(delivery, name) for name in WebhookDelivery.__slots__]
    return [int(value) if isinstance(value, bool) else value for value in values]


def _delivery(row: Sequence[Any]) -> WebhookDelivery:
    values = dict(zip(WebhookDelivery.__slots__, row, strict=True))
    return WebhookDelivery(**values | {"livemode": bool(values["livemode"])})
