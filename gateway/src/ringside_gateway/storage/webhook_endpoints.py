# SPDX-License-Identifier: Apache-2.0
"""Webhook endpoints; every change also renews what their account's row says about wanted events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.webhook_endpoints import ENABLED, WebhookEndpoint
from ringside_gateway.storage.database import Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = ", ".join(WebhookEndpoint.__slots__)


def insert(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    """Writes a new endpoint."""
    row = _row(endpoint)
    marks = ", ".join("?" * len(row))
    tx.execute(f"INSERT INTO webhook_endpoints ({_COLUMNS}) VALUES ({marks})", tuple(row.values()))
    _renew_wanted(tx, endpoint)


def find(
    tx: Transaction, account_id: str, livemode: bool, endpoint_id: str, *, lock: bool = True
) -> WebhookEndpoint | None:
    """The endpoint of this account and mode, for a change locked until the transaction ends, or None."""
    sql = f"SELECT {_COLUMNS} FROM webhook_endpoints WHERE id = ? AND account_id = ? AND livemode = ?"
    row = tx.execute(sql + (tx.for_update() if lock else ""), (endpoint_id, account_id, int(livemode))).fetchone()
    return None if row is None else _endpoint(row)


def load(tx: Transaction, ids: Sequence[str], *, lock: bool = False) -> dict[str, WebhookEndpoint]:
    """Endpoints by id, those of an account together, for a change locked in this order; what is gone is left out."""
    if not ids:
        return {}
    sql = f"SELECT {_COLUMNS} FROM webhook_endpoints WHERE id IN ({', '.join('?' * len(ids))}) ORDER BY account_id, id"
    return {row[0]: _endpoint(row) for row in tx.execute(sql + (tx.for_update() if lock else ""), ids).fetchall()}


def of_account(tx: Transaction, account_id: str, livemode: bool) -> list[WebhookEndpoint]:
    """All enabled endpoints of an account's mode."""
    sql = f"SELECT {_COLUMNS} FROM webhook_endpoints WHERE account_id = ? AND livemode = ? AND status = '{ENABLED}'"
    return [_endpoint(row) for row in tx.execute(sql, (account_id, int(livemode))).fetchall()]


def page(tx: Transaction, account_id: str, livemode: bool, request: PageRequest) -> Page[WebhookEndpoint]:
    """Endpoints of this account and mode, newest first."""
    scope, values = "account_id = ? AND livemode = ?", (account_id, int(livemode))
    return keyset(tx, Listing("webhook_endpoints", _COLUMNS, scope, values, order="id"), request, _endpoint)


def replace(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    """Writes a changed endpoint."""
    row = _row(endpoint)
    assignments = ", ".join(f"{name} = ?" for name in row)
    tx.execute(f"UPDATE webhook_endpoints SET {assignments} WHERE id = ?", (*row.values(), endpoint.id))
    _renew_wanted(tx, endpoint)


def set_failing_since(tx: Transaction, endpoint_id: str, since: int | None) -> None:
    """Notes the first failure, or the end of failing."""
    tx.execute("UPDATE webhook_endpoints SET failing_since = ? WHERE id = ?", (since, endpoint_id))


@dataclass(frozen=True, slots=True)
class Sealed:
    """The secrets of an endpoint that sign now, sealed."""

    id: str
    secret: str
    previous_secret: str | None

    @property
    def secrets(self) -> tuple[str, ...]:
        """Both, or the only one."""
        return (self.secret,) if self.previous_secret is None else (self.secret, self.previous_secret)


def sealed(tx: Transaction, now: int, after: str, limit: int) -> list[Sealed]:
    """Secrets of the endpoints that follow this id, in any account."""
    sql = """SELECT id, secret, CASE WHEN previous_secret_expires_at > ? THEN previous_secret END
        FROM webhook_endpoints WHERE id > ? ORDER BY id LIMIT ?"""
    return [Sealed(*row) for row in tx.execute(sql, (now, after, limit)).fetchall()]


def seal_anew(tx: Transaction, endpoint_id: str, before: str, after: str) -> None:
    """Writes another seal of the same secret, unless the secret was changed meanwhile."""
    for column in ("secret", "previous_secret"):
        sql = f"UPDATE webhook_endpoints SET {column} = ? WHERE id = ? AND {column} = ?"
        tx.execute(sql, (after, endpoint_id, before))


def delete(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    """Removes an endpoint; its deliveries are never claimed again, and retention forgets them."""
    tx.execute("DELETE FROM webhook_endpoints WHERE id = ?", (endpoint.id,))
    _renew_wanted(tx, endpoint)


def _renew_wanted(tx: Transaction, endpoint: WebhookEndpoint) -> None:
    account = "SELECT id FROM accounts WHERE id = ? AND livemode = ?" + tx.for_update()  # two changes see each other
    tx.execute(account, (endpoint.account_id, int(endpoint.livemode)))
    enabled = of_account(tx, endpoint.account_id, endpoint.livemode)
    wanted = sorted({event_type for found in enabled for event_type in found.events})
    sql = "UPDATE accounts SET webhook_events = ? WHERE id = ? AND livemode = ?"
    tx.execute(sql, (" ".join(wanted), endpoint.account_id, int(endpoint.livemode)))


def _row(endpoint: WebhookEndpoint) -> dict[str, Any]:
    values = {name: getattr(endpoint, name) for name in WebhookEndpoint.__slots__}
    return values | {"livemode": int(endpoint.livemode), "events": " ".join(endpoint.events)}


def _endpoint(row: Sequence[Any]) -> WebhookEndpoint:
    values = dict(zip(WebhookEndpoint.__slots__, row, strict=True))
    return WebhookEndpoint(**values | {"livemode": bool(values["livemode"]), "events": tuple(values["events"].split())})
