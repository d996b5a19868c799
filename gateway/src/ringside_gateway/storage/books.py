# SPDX-License-Identifier: Apache-2.0
"""Opens the money rows one transaction needs and writes back what rules changed.

Hand-written SQL: these statements run twice per call. All rows come as one value, so that PostgreSQL locks and reads
them in one round trip and gets every change with the COMMIT in a second one. Lock order: holds, customers, accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import orjson

from ringside_gateway.domain.books import AccountBook, Books, CustomerBook, Selection
from ringside_gateway.domain.windows import oldest_live
from ringside_gateway.storage import holds, ledger, outbox, usage_events
from ringside_gateway.storage.database import POSTGRESQL, Transaction, rows_as_json

_CUSTOMER = """id, account_id, livemode, external_id, budget_nano, rate_limit_rpm, rate_limit_tpm,
    wallet_low_threshold_nano, markup_ppm, status, deleted_at, balance_nano, held_nano, last_topup_nano,
    spend_month, spend_nano, budget_alert, wallet_alert, rate_alert_at"""
_ACCOUNT = """id, livemode, balance_nano, held_nano, markup_ppm, rate_limit_rpm, rate_limit_tpm, wallet_alert,
    rate_alert_at, webhook_events, listened_until"""
_WINDOW = "subject, bucket, requests, tokens"
_SAVE_CUSTOMER = """UPDATE customers SET balance_nano = ?, held_nano = ?, last_topup_nano = ?, spend_month = ?,
    spend_nano = ?, budget_alert = ?, wallet_alert = ?, rate_alert_at = ? WHERE id = ?"""
_SAVE_ACCOUNT = """UPDATE accounts SET balance_nano = ?, held_nano = ?, wallet_alert = ?, rate_alert_at = ?
    WHERE id = ? AND livemode = ?"""
_ADD_TO_WINDOW = """ON CONFLICT (subject, bucket) DO UPDATE SET requests = rate_windows.requests + excluded.requests,
    tokens = rate_windows.tokens + excluded.tokens"""
#: An account without wallet and limits changes with no call, so calls do not queue for it.
_CHANGING = "(balance_nano IS NOT NULL OR rate_limit_rpm IS NOT NULL OR rate_limit_tpm IS NOT NULL)"
#: The oldest bucket a window can see: on PostgreSQL by the database's clock, the same for all gateways.
_OLDEST = {"sqlite": "?", "postgresql": "CAST(floor((extract(epoch FROM statement_timestamp()) - 60) / 2) AS BIGINT)"}
_CLOCK = {"sqlite": "NULL", "postgresql": "extract(epoch FROM clock_timestamp())::double precision"}


def open_books(tx: Transaction, selection: Selection, clock: Callable[[], float]) -> Books:
    """The rows named by `selection` (and by its holds), locked until the transaction ends.

    The moment is read when they are: a call that had to wait for them is counted when it runs, not when it came.
    """
    selected = selection if selection.complete or not selection.holds else _completed(tx, selection)
    ids = (
        sorted(set(selected.holds)),
        sorted(set(selected.customers)),
        sorted({account_id for account_id, _ in selected.accounts}),
        sorted(set(selected.subjects)),
    )
    if tx.dialect == POSTGRESQL:
        _lock(tx, ids)
    found_holds, customers, accounts, windows, database_now = _gather(tx, ids, clock)
    now = clock()
    books = Books(now, window_now=now if database_now is None else database_now)
    for row in found_holds:
        books.holds[row[0]] = holds.from_row(row)
    for row in customers:
        values = [*row[:2], bool(row[2]), *row[3:10], row[10] is not None, *row[11:]]
        books.customers[row[0]] = CustomerBook(*values)
    for row in accounts:
        account = AccountBook(row[0], bool(row[1]), *row[2:])
        if account.key in selected.accounts:
            books.accounts[account.key] = account
    _fill_windows(books, windows)
    return books


def close_books(tx: Transaction, books: Books) -> None:
    """Writes every changed row once, and appends what was placed, settled and reported."""
    for customer in books.customers.values():
        if customer.dirty:
            tx.later(_SAVE_CUSTOMER, _changes(customer))
    for account in books.accounts.values():
        if account.dirty:
            values = (account.balance_nano, account.held_nano, account.wallet_alert, account.rate_alert_at)
            tx.later(_SAVE_ACCOUNT, (*values, account.id, int(account.livemode)))
    added = [(w.subject, bucket, *delta) for w in books.windows.values() for bucket, delta in w.added.items()]
    tx.insert(f"rate_windows ({_WINDOW})", added, _ADD_TO_WINDOW)
    holds.insert(tx, books.placed)
    ledger.append(tx, books.ledger)
    usage_events.append(tx, books.usage)
    outbox.append(tx, books.events)
    holds.close(tx, books.closed)


def _completed(tx: Transaction, selection: Selection) -> Selection:
    """Adds what the holds touch, for whoever knows only their ids."""
    found = holds.load(tx, selection.holds)
    return Selection(
        accounts=[*selection.accounts, *((hold.account_id, hold.livemode) for hold in found)],
        customers=[*selection.customers, *(hold.customer_id for hold in found if hold.customer_id)],
        subjects=selection.subjects,
        holds=selection.holds,
    )


def _lock(tx: Transaction, ids: Sequence[Sequence[str]]) -> None:
    for table, chosen in zip(("holds", "customers", "accounts"), ids, strict=False):
        if chosen:
            tx.later(_lock_sql(table, len(chosen)), chosen)


@cache
def _lock_sql(table: str, count: int) -> str:
    condition, order = (_CHANGING, "id, livemode") if table == "accounts" else ("TRUE", "id")
    return f"SELECT 1 FROM {table} WHERE id IN ({_marks(count)}) AND {condition} ORDER BY {order} FOR UPDATE"


def _gather(tx: Transaction, ids: Sequence[Sequence[str]], clock: Callable[[], float]) -> list[Any]:
    """All rows and the database's time, in a statement after the locks, so that it sees what they waited for."""
    params: list[Any] = [value for chosen in ids for value in chosen]
    if ids[3] and tx.dialect != POSTGRESQL:
        params.append(oldest_live(clock()))
    row = tx.execute(_gather_sql(tx.dialect, *map(len, ids)), params).fetchone()
    return [*([] if rows is None else orjson.loads(rows) for rows in row[:4]), row[4]]


@cache
def _gather_sql(dialect: str, *counts: int) -> str:
    tables = (
        ("holds", holds.COLUMNS, "id IN ({})"),
        ("customers", _CUSTOMER, "id IN ({})"),
        ("accounts", _ACCOUNT, "id IN ({})"),
        ("rate_windows", _WINDOW, f"subject IN ({{}}) AND bucket >= {_OLDEST[dialect]}"),
    )
    parts = [
        f"(SELECT {rows_as_json(dialect, columns)} FROM {table} WHERE {where.format(_marks(count))})"
        for (table, columns, where), count in zip(tables, counts, strict=True)
    ]
    parts = [part if count else "NULL" for part, count in zip(parts, counts, strict=True)]
    return f"SELECT {', '.join(parts)}, {_CLOCK[dialect]}"


def _changes(customer: CustomerBook) -> Sequence[Any]:
    return (
        customer.balance_nano,
        customer.held_nano,
        customer.last_topup_nano,
        customer.spend_month,
        customer.spend_nano,
        customer.budget_alert,
        customer.wallet_alert,
        customer.rate_alert_at,
        customer.id,
    )


def _fill_windows(books: Books, rows: Sequence[Sequence[Any]]) -> None:
    oldest = oldest_live(books.window_now)
    for subject, bucket, requests, tokens in rows:
        if bucket >= oldest:
            window = books.window(subject)
            window.requests[bucket] = requests
            window.tokens[bucket] = tokens


def _marks(count: int) -> str:
    return ", ".join("?" * count)
