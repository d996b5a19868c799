# SPDX-License-Identifier: Apache-2.0
"""Accounts: one row for live and one for test mode."""

from __future__ import annotations

from typing import Any

import peewee

from ringside_gateway.domain.accounts import Account
from ringside_gateway.storage.database import POSTGRESQL, Table, Transaction


class Accounts(Table):
    """The accounts table."""

    id = peewee.TextField()
    livemode = peewee.IntegerField()
    name = peewee.TextField()
    balance_nano = peewee.BigIntegerField(null=True)
    held_nano = peewee.BigIntegerField(default=0)
    markup_ppm = peewee.BigIntegerField(default=0)
    rate_limit_rpm = peewee.BigIntegerField(null=True)
    rate_limit_tpm = peewee.BigIntegerField(null=True)
    customer_rate_limit_rpm = peewee.BigIntegerField(null=True)
    customer_rate_limit_tpm = peewee.BigIntegerField(null=True)
    auto_create_customers = peewee.IntegerField(default=1)
    created_at = peewee.BigIntegerField()

    class Meta:
        table_name = "accounts"
        primary_key = peewee.CompositeKey("id", "livemode")


def insert(tx: Transaction, account: Account, now: int) -> None:
    """Writes one mode of a new account."""
    Accounts.insert(**_columns(account), created_at=now).execute()


def find(tx: Transaction, account_id: str, livemode: bool) -> Account | None:
    """One mode of an account, or None."""
    row = Accounts.select().where((Accounts.id == account_id) & (Accounts.livemode == int(livemode))).first()
    return None if row is None else _account(row)


def first(tx: Transaction, livemode: bool) -> Account | None:
    """The oldest account of this installation in this mode, or None."""
    row = Accounts.select().where(Accounts.livemode == int(livemode)).order_by(Accounts.id).first()
    return None if row is None else _account(row)


def update(tx: Transaction, account_id: str, livemode: bool, changes: dict[str, Any]) -> None:
    """Changes settings of one mode (not balances: those belong to the books)."""
    await_calls(tx)
    where = (Accounts.id == account_id) & (Accounts.livemode == int(livemode))
    Accounts.update(**changes).where(where).execute()


def await_calls(tx: Transaction) -> None:
    """Before a first wallet or limit: calls do not lock an account that has none, so those under way must end first."""
    if tx.dialect == POSTGRESQL:
        tx.later("LOCK TABLE accounts IN EXCLUSIVE MODE")


def _columns(account: Account) -> dict[str, Any]:
    values = {name: getattr(account, name) for name in Account.__slots__}
    return values | {"livemode": int(account.livemode), "auto_create_customers": int(account.auto_create_customers)}


def _account(row: Accounts) -> Account:
    values = {name: getattr(row, name) for name in Account.__slots__}
    values |= {"livemode": bool(row.livemode), "auto_create_customers": bool(row.auto_create_customers)}
    return Account(**values)


def listened_until(tx: Transaction, account_id: str, livemode: bool) -> int:
    """Until when somebody is taken to listen to the account's events."""
    sql = "SELECT listened_until FROM accounts WHERE id = ? AND livemode = ?"
    return int(tx.execute(sql, (account_id, int(livemode))).fetchone()[0])


def note_listening(tx: Transaction, account_id: str, livemode: bool, until: int) -> None:
    """Notes until when somebody listens, if nobody has noted a later moment."""
    sql = "UPDATE accounts SET listened_until = ? WHERE id = ? AND livemode = ? AND listened_until < ?"
    tx.execute(sql, (until, account_id, int(livemode), until))
