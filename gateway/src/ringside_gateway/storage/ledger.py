# SPDX-License-Identifier: Apache-2.0
"""The append-only ledger: every change of a balance is a row here, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from ringside_gateway.domain.ledger import Transaction as LedgerRow
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.storage.database import Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = """id, owner_id, type, amount_nano, balance_after_nano, created_at, description, request_id,
    refunded_transaction_id, metadata"""


def append(tx: Transaction, rows: Sequence[tuple[LedgerRow, str, bool]]) -> None:
    """Appends rows, each with its account and mode. One debit a request: a second one breaks a unique index."""
    values = [
        (
            account_id,
            int(livemode),
            None if row.request_id is None else 1,
            row.id,
            row.owner_id,
            row.type,
            row.amount_nano,
            row.balance_after_nano,
            row.created_at,
            row.description,
            row.request_id,
            row.refunded_transaction_id,
            orjson.dumps(row.metadata or {}).decode(),
        )
        for row, account_id, livemode in rows
    ]
    tx.insert(f"wallet_transactions (account_id, livemode, attempt, {_COLUMNS})", values)


def page(tx: Transaction, owner_id: str, livemode: bool, request: PageRequest) -> Page[LedgerRow]:
    """An owner's transactions, newest first."""
    scope, values = "owner_id = ? AND livemode = ?", (owner_id, int(livemode))
    return keyset(tx, Listing("wallet_transactions", _COLUMNS, scope, values), request, _row)


def find(tx: Transaction, owner_id: str, livemode: bool, transaction_id: str) -> LedgerRow | None:
    """One transaction of this owner, or None."""
    sql = f"SELECT {_COLUMNS} FROM wallet_transactions WHERE id = ? AND owner_id = ? AND livemode = ?"
    row = tx.execute(sql, (transaction_id, owner_id, int(livemode))).fetchone()
    return None if row is None else _row(row)


def refundable_nano(tx: Transaction, charge: LedgerRow, livemode: bool) -> int:
    """What is left of a call's debit and its later correction, less all that was given back of either."""
    calls = "SELECT id FROM wallet_transactions WHERE owner_id = ? AND livemode = ? AND request_id = ?"
    sql = f"""SELECT COALESCE(SUM(amount_nano), 0) FROM wallet_transactions
        WHERE id IN ({calls}) OR refunded_transaction_id IN ({calls})"""
    call = (charge.owner_id, int(livemode), charge.request_id)
    return -int(tx.execute(sql, call * 2).fetchone()[0])


def _row(row: Sequence[Any]) -> LedgerRow:
    values = [*row[:-1], orjson.loads(row[-1])]
    return LedgerRow(*values)
