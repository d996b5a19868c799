# SPDX-License-Identifier: Apache-2.0
"""API keys; the secret itself is never here, only its SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import peewee

from ringside_gateway.domain.api_keys import ApiKey
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.storage.database import Table, Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = "id, account_id, livemode, name, last4, scopes, created_at, expires_at, revoked_at, last_used_at"


class ApiKeys(Table):
    """The api_keys table."""

    id = peewee.TextField(primary_key=True)
    account_id = peewee.TextField()
    livemode = peewee.IntegerField()
    name = peewee.TextField()
    fingerprint = peewee.TextField()
    last4 = peewee.TextField()
    scopes = peewee.TextField()
    created_at = peewee.BigIntegerField()
    expires_at = peewee.BigIntegerField(null=True)
    revoked_at = peewee.BigIntegerField(null=True)
    last_used_at = peewee.BigIntegerField(null=True)

    class Meta:
        table_name = "api_keys"


def insert(tx: Transaction, key: ApiKey, fingerprint: str) -> None:
    """Writes a new key."""
    values = {name: getattr(key, name) for name in ApiKey.__slots__}
    values |= {"livemode": int(key.livemode), "scopes": " ".join(key.scopes), "fingerprint": fingerprint}
    ApiKeys.insert(**values).execute()


def find_by_fingerprint(tx: Transaction, fingerprint: str) -> ApiKey | None:
    """The key with this digest, in whatever state, or None."""
    row = tx.execute(f"SELECT {_COLUMNS} FROM api_keys WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return None if row is None else _key(row)


def find(tx: Transaction, account_id: str, livemode: bool, key_id: str) -> ApiKey | None:
    """One key of this account and mode, or None."""
    sql = f"SELECT {_COLUMNS} FROM api_keys WHERE id = ? AND account_id = ? AND livemode = ?"
    row = tx.execute(sql, (key_id, account_id, int(livemode))).fetchone()
    return None if row is None else _key(row)


def page(tx: Transaction, account_id: str, livemode: bool, request: PageRequest) -> Page[ApiKey]:
    """Keys of this account and mode, newest first, revoked ones included."""
    scope, values = "account_id = ? AND livemode = ?", (account_id, int(livemode))
    return keyset(tx, Listing("api_keys", _COLUMNS, scope, values, order="id"), request, _key)


def update(tx: Transaction, key_id: str, changes: dict[str, Any]) -> None:
    """Changes columns of one key."""
    if "scopes" in changes:
        changes = changes | {"scopes": " ".join(changes["scopes"])}
    ApiKeys.update(**changes).where(ApiKeys.id == key_id).execute()


def touch(tx: Transaction, key_id: str, now: int) -> None:
    """Notes when the key was last used."""
    ApiKeys.update(last_used_at=now).where(ApiKeys.id == key_id).execute()


def _key(row: Sequence[Any]) -> ApiKey:
    values = list(row)
    values[2], values[5] = bool(values[2]), tuple(values[5].split())
    return ApiKey(*values)
