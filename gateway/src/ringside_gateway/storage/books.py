# SPDX-License-Identifier: Apache-2.0
"""Opens the money rows one transaction needs and writes back what rules changed.

Hand-written SQL: these statements run twice per call. All rows come as one value, so that PostgreSQL locks and reads
them in one round trip and gets every change with the COMMIT in a second one. Lock order: holds, customers, accounts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from ringside_gateway.domain.books import AccountBook, Books, CustomerBook, Selection, WindowBook
from ringside_gateway.domain.windows import oldest_live
from ringside_gateway.storage import holds, ledger, outbox, usage_events
from ringside_gateway.storage.database import POSTGRESQL, Transaction

_CUSTOMER = """id, account_id, livemode, external_id, budget_nano, rate_limit_rpm, rate_limit_tpm,
    wallet_low_threshold_nano, markup_ppm, status, deleted_at, balance_nano, held_nano, last_topup_nano,
    spend_month, spend_nano, budget_alert, wallet_alert, rate_alert_at"""
_ACCOUNT = """id, livemode, balance_nano, held_nano, markup_ppm, rate_limit_rpm, rate_limit_tpm, wallet_alert,
    rate_alert_at"""
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
    if tx.dialect == POSTGRESQL:
        _lock(tx, selected)
    found_holds, customers, accounts, windows, database_now = _gather(tx, selected, clock)
    now = clock()
    books = Books(now, window_now=now if database_now is None else database_now)
    for row in found_holds:
        books.holds[row[0]] = holds.from_row(row)
    for row in customers:
        values = [*row[:2], bool(row[2]), *row[3:10], row[10] is not None, *row[11:]]
        books.customers[row[0]] = CustomerBook(*values)
    for row in accounts:
        account = AccountBook(row[0], bool(row[1]), *row[2:])
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


def _lock(tx: Transaction, selected: Selection) -> None:
    for table, ids, condition in (
        ("holds", selected.holds, "TRUE"),
        ("customers", selected.customers, "TRUE"),
        ("accounts", [account_id for account_id, _ in selected.accounts], _CHANGING),
    ):
        if ids:
            chosen = sorted(set(ids))
            order = "id, livemode" if table == "accounts" else "id"
            sql = f"SELECT id FROM {table} WHERE id IN ({_marks(chosen)}) AND {condition} ORDER BY {order} FOR UPDATE"
            tx.later(sql, chosen)


def _gather(tx: Transaction, selected: Selection, clock: Callable[[], float]) -> list[Any]:
    """One row of everything: a statement of its own after the locks, so that it sees what they waited for."""
    oldest = _OLDEST[tx.dialect]
    account_ids = sorted({account_id for account_id, _ in selected.accounts})
    parts, params = [], []
    for table, columns, key, values in (
        ("holds", holds.COLUMNS, "id", selected.holds),
        ("customers", _CUSTOMER, "id", selected.customers),
        ("accounts", _ACCOUNT, "id", account_ids),
        ("rate_windows", _WINDOW, "subject", selected.subjects),
    ):
        chosen = sorted(set(values))
        if not chosen:
            parts.append("NULL")
            continue
        where = f"{key} IN ({_marks(chosen)})"
        params += chosen
        if table == "rate_windows":
            where += f" AND bucket >= {oldest}"
            params += [oldest_live(clock())] if oldest == "?" else []
        parts.append(f"(SELECT {tx.rows_as_json(columns)} FROM {table} WHERE {where})")
    row = tx.execute(f"SELECT {', '.join(parts)}, {_CLOCK[tx.dialect]}", params).fetchone()
    wanted = {(account_id, int(livemode)) for account_id, livemode in selected.accounts}
    tables = [[] if part is None else orjson.loads(part) for part in row[:4]]
    tables[2] = [account for account in tables[2] if (account[0], account[1]) in wanted]
    return [*tables, row[4]]


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


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
