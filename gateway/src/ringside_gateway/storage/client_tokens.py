# SPDX-License-Identifier: Apache-2.0
"""Client tokens; the JWT itself is never here, only what it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ringside_gateway.domain.client_tokens import ClientToken
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.storage.database import Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = ", ".join(ClientToken.__slots__)


def insert(tx: Transaction, token: ClientToken) -> None:
    """Writes a new token, and its origins for preflights."""
    row = {name: getattr(token, name) for name in ClientToken.__slots__}
    row |= {"livemode": int(token.livemode), "bind_ip": int(token.bind_ip)}
    row |= {"scope": " ".join(token.scope), "origins": " ".join(token.origins)}
    marks = ", ".join("?" * len(row))
    tx.execute(f"INSERT INTO client_tokens ({_COLUMNS}) VALUES ({marks})", tuple(row.values()))
    sql = """INSERT INTO client_token_origins (origin, expires_at) VALUES (?, ?)
        ON CONFLICT (origin) DO UPDATE SET expires_at = excluded.expires_at
        WHERE excluded.expires_at > client_token_origins.expires_at"""
    for origin in token.origins:
        tx.execute(sql, (origin, token.expires_at))


def find(tx: Transaction, customer_id: str, token_id: str) -> ClientToken | None:
    """One customer's token, or None."""
    sql = f"SELECT {_COLUMNS} FROM client_tokens WHERE id = ? AND customer_id = ?"
    row = tx.execute(sql, (token_id, customer_id)).fetchone()
    return None if row is None else _token(row)


def find_living(tx: Transaction, token_id: str) -> ClientToken | None:
    """A token whose customer still exists; revoked and expired ones included, or None."""
    sql = f"""SELECT {_COLUMNS} FROM client_tokens WHERE id = ?
        AND EXISTS (SELECT 1 FROM customers WHERE customers.id = customer_id AND deleted_at IS NULL)"""
    row = tx.execute(sql, (token_id,)).fetchone()
    return None if row is None else _token(row)


def page(tx: Transaction, customer_id: str, request: PageRequest) -> Page[ClientToken]:
    """One customer's tokens, newest first, revoked and expired ones included."""
    return keyset(
        tx, Listing("client_tokens", _COLUMNS, "customer_id = ?", (customer_id,), order="id"), request, _token
    )


def revoke(tx: Transaction, token_id: str, now: int) -> None:
    """Ends a token; the first moment stays."""
    tx.execute("UPDATE client_tokens SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now, token_id))


def bind(tx: Transaction, token_id: str, ip: str) -> str:
    """Binds a token to the first address that uses it, and returns what it is bound to: perhaps another one's."""
    tx.execute("UPDATE client_tokens SET ip = ? WHERE id = ? AND ip IS NULL", (ip, token_id))
    return str(tx.execute("SELECT ip FROM client_tokens WHERE id = ?", (token_id,)).fetchone()[0])


def knows_origin(tx: Transaction, origin: str, now: int) -> bool:
    """Whether a token that has not expired names this origin."""
    sql = "SELECT 1 FROM client_token_origins WHERE origin = ? AND expires_at > ?"
    return tx.execute(sql, (origin, now)).fetchone() is not None


def forget(tx: Transaction, before: int, limit: int) -> int:
    """Deletes some of the tokens that expired before this moment, and returns how many; origins are few."""
    tx.execute("DELETE FROM client_token_origins WHERE expires_at < ?", (before,))
    old = "SELECT id FROM client_tokens WHERE expires_at < ? LIMIT ?"
    return int(tx.execute(f"DELETE FROM client_tokens WHERE id IN ({old})", (before, limit)).rowcount)


def _token(row: Sequence[Any]) -> ClientToken:
    values = dict(zip(ClientToken.__slots__, row, strict=True))
    values |= {"livemode": bool(values["livemode"]), "bind_ip": bool(values["bind_ip"])}
    return ClientToken(**values | {name: tuple(values[name].split()) for name in ("scope", "origins")})
