# SPDX-License-Identifier: Apache-2.0
"""Opens the money rows one transaction needs and writes back what rules changed.

Hand-written SQL: these statements run twice per call. Lock order is customers, then accounts, each by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ringside_gateway.domain.books import AccountBook, Books, CustomerBook, Selection, WindowBook
from ringside_gateway.domain.windows import oldest_live
from ringside_gateway.storage import holds, ledger, outbox, usage_events
from ringside_gateway.storage.database import Transaction

_CUSTOMER = """SELECT id, account_id, livemode, external_id, budget_nano, rate_limit_rpm, rate_limit_tpm,
    wallet_low_threshold_nano, markup_ppm, status, deleted_at, balance_nano, held_nano, last_topup_nano,
    spend_month, spend_nano, budget_alert, wallet_alert FROM customers WHERE id IN ({marks}) ORDER BY id"""
_ACCOUNT = """SELECT id, livemode, balance_nano, held_nano, markup_ppm, rate_limit_rpm, rate_limit_tpm, wallet_alert
    FROM accounts WHERE id IN ({marks}) ORDER BY id, livemode"""
_WINDOW = "SELECT subject, bucket, requests, tokens FROM rate_windows WHERE bucket >= ? AND subject IN ({marks})"
_SAVE_CUSTOMER = """UPDATE customers SET balance_nano = ?, held_nano = ?, last_topup_nano = ?, spend_month = ?,
    spend_nano = ?, budget_alert = ?, wallet_alert = ? WHERE id = ?"""
_SAVE_ACCOUNT = "UPDATE accounts SET balance_nano = ?, held_nano = ?, wallet_alert = ? WHERE id = ? AND livemode = ?"
_ADD_TO_WINDOW = """INSERT INTO rate_windows (subject, bucket, requests, tokens) VALUES (?, ?, ?, ?)
    ON CONFLICT (subject, bucket) DO UPDATE SET requests = rate_windows.requests + excluded.requests,
    tokens = rate_windows.tokens + excluded.tokens"""


def open_books(tx: Transaction, selection: Selection, now: float) -> Books:
    """The rows named by `selection` (and by its holds), locked until the transaction ends."""
    books = Books(now)
    for hold in holds.load(tx, selection.holds):
        books.holds[hold.id] = hold
    customers = {*selection.customers, *(h.customer_id for h in books.holds.values() if h.customer_id)}
    accounts = {*selection.accounts, *((h.account_id, h.livemode) for h in books.holds.values())}
    subjects = {*selection.subjects, *(s for h in books.holds.values() for s in h.subjects)}
    _open_customers(tx, books, sorted(customers))
    _open_accounts(tx, books, accounts)
    _open_windows(tx, books, sorted(subjects - _unlimited(books)))
    return books


def close_books(tx: Transaction, books: Books) -> None:
    """Writes every changed row once, and appends what was placed, settled and reported."""
    for customer in books.customers.values():
        if customer.dirty:
            tx.execute(
                _SAVE_CUSTOMER,
                (
                    customer.balance_nano,
                    customer.held_nano,
                    customer.last_topup_nano,
                    customer.spend_month,
                    customer.spend_nano,
                    customer.budget_alert,
                    customer.wallet_alert,
                    customer.id,
                ),
            )
    for account in books.accounts.values():
        if account.dirty:
            tx.execute(
                _SAVE_ACCOUNT,
                (
                    account.balance_nano,
                    account.held_nano,
                    account.wallet_alert,
                    account.id,
                    int(account.livemode),
                ),
            )
    for window in books.windows.values():
        for bucket, (requests, tokens) in window.added.items():
            tx.execute(_ADD_TO_WINDOW, (window.subject, bucket, requests, tokens))
    holds.insert(tx, books.placed)
    holds.close(tx, books.closed)
    ledger.append(tx, books.ledger)
    usage_events.append(tx, books.usage)
    outbox.append(tx, books.events)


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _open_customers(tx: Transaction, books: Books, ids: Sequence[str]) -> None:
    if not ids:
        return
    rows = tx.execute(_CUSTOMER.format(marks=_marks(ids)) + tx.for_update(), ids).fetchall()
    for row in rows:
        values = [*row[:2], bool(row[2]), *row[3:10], row[10] is not None, *row[11:]]
        books.customers[row[0]] = CustomerBook(*values)


def _open_accounts(tx: Transaction, books: Books, keys: set[tuple[str, bool]]) -> None:
    if not keys:
        return
    ids = sorted({account_id for account_id, _ in keys})
    for row in tx.execute(_ACCOUNT.format(marks=_marks(ids)) + tx.for_update(), ids).fetchall():
        if (row[0], bool(row[1])) in keys:
            account = AccountBook(row[0], bool(row[1]), *row[2:])
            books.accounts[account.key] = account


def _unlimited(books: Books) -> set[str]:
    """Subjects without a limit: nobody will look at their windows."""
    rows: list[tuple[str, AccountBook | CustomerBook]] = [
        (f"{a.id}:{int(a.livemode)}", a) for a in books.accounts.values()
    ]
    rows += [(customer.id, customer) for customer in books.customers.values()]
    return {subject for subject, row in rows if row.rate_limit_rpm is None and row.rate_limit_tpm is None}


def _open_windows(tx: Transaction, books: Books, subjects: Sequence[str]) -> None:
    if not subjects:
        return
    rows = tx.execute(_WINDOW.format(marks=_marks(subjects)), (oldest_live(books.now), *subjects)).fetchall()
    for subject, bucket, requests, tokens in rows:
        window = books.windows.setdefault(subject, WindowBook(subject))
        window.requests[bucket] = requests
        window.tokens[bucket] = tokens
