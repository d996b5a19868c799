# SPDX-License-Identifier: Apache-2.0
"""Queries that compare what is stored twice: balances and ledger, spend and usage, holds and what is held."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from ringside_gateway.domain.audits import HOUR_S, LEDGER, USAGE, Checksum, Difference
from ringside_gateway.storage.database import Transaction

_LEDGER = """LEFT JOIN (SELECT owner_id, livemode, SUM(amount_nano) AS total, MAX(seq) AS newest
    FROM wallet_transactions GROUP BY owner_id, livemode) AS l ON l.owner_id = o.id AND l.livemode = o.livemode
    LEFT JOIN wallet_transactions AS w ON w.seq = l.newest"""
#: What must be equal: each query gives where, found and expected, for the rows where it is not.
_EQUAL = {
    "balance is the sum of the ledger": f"""SELECT o.id, COALESCE(o.balance_nano, 0), COALESCE(l.total, 0)
        FROM {{owners}} AS o {_LEDGER} WHERE COALESCE(o.balance_nano, 0) <> COALESCE(l.total, 0)""",
    "balance is the last balance_after": f"""SELECT o.id, COALESCE(o.balance_nano, 0), w.balance_after_nano
        FROM {{owners}} AS o {_LEDGER} WHERE w.balance_after_nano <> COALESCE(o.balance_nano, 0)""",
}
_CHAIN = """SELECT id, balance_after_nano, before + amount_nano FROM (SELECT id, amount_nano, balance_after_nano,
    LAG(balance_after_nano, 1, 0) OVER (PARTITION BY owner_id, livemode ORDER BY seq) AS before
    FROM wallet_transactions) AS chain WHERE balance_after_nano <> before + amount_nano"""
#: Ids begin with their milliseconds. Customers pay the price and accounts the cost, each since it has a wallet:
#: what a request took is all its usage or, where the wallet came while it ran, the usage since then.
_DEBITED = """WITH opened AS (SELECT owner_id, livemode, substr(id, 5, 10) AS moment FROM wallet_transactions
    WHERE seq IN (SELECT MIN(seq) FROM wallet_transactions GROUP BY owner_id, livemode)),
    used AS (SELECT request_id, livemode, customer_id AS owner_id, billable_nano AS nano, substr(id, 4, 10) AS moment
        FROM usage_events WHERE customer_id IS NOT NULL
    UNION ALL SELECT request_id, livemode, account_id, cost_nano, substr(id, 4, 10) FROM usage_events),
    booked AS (SELECT request_id, livemode, owner_id, -amount_nano AS taken, 0 AS used, 0 AS since
        FROM wallet_transactions WHERE request_id IS NOT NULL
    UNION ALL SELECT u.request_id, u.livemode, u.owner_id, 0, u.nano,
        CASE WHEN u.moment > o.moment THEN u.nano ELSE 0 END
        FROM used AS u JOIN opened AS o ON o.owner_id = u.owner_id AND o.livemode = u.livemode)
    SELECT request_id, SUM(taken), SUM(used) FROM booked GROUP BY request_id, livemode, owner_id
    HAVING SUM(taken) <> SUM(used) AND SUM(taken) <> SUM(since)"""
_SPEND = """SELECT c.id, c.spend_nano, COALESCE(u.total, 0) FROM customers AS c LEFT JOIN (SELECT customer_id,
    SUM(billable_nano) AS total FROM usage_events WHERE created_at >= ? AND created_at < ? GROUP BY customer_id) AS u
    ON u.customer_id = c.id WHERE c.spend_month = ? AND c.spend_nano <> COALESCE(u.total, 0)"""
_HELD_CUSTOMERS = """SELECT c.id, c.held_nano, COALESCE(h.total, 0) FROM customers AS c LEFT JOIN (SELECT customer_id,
    SUM(customer_nano) AS total FROM holds WHERE state = 'held' GROUP BY customer_id) AS h ON h.customer_id = c.id
    WHERE c.held_nano <> COALESCE(h.total, 0)"""
_HELD_ACCOUNTS = """SELECT a.id, a.held_nano, COALESCE(h.total, 0) FROM accounts AS a LEFT JOIN (SELECT account_id,
    livemode, SUM(account_nano) AS total FROM holds WHERE state = 'held' GROUP BY account_id, livemode) AS h
    ON h.account_id = a.id AND h.livemode = a.livemode WHERE a.held_nano <> COALESCE(h.total, 0)"""
_OVERDUE = "SELECT id, expires_at, ? FROM holds WHERE state = 'held' AND expires_at < ?"
#: The columns a checksum covers: whoever has the rows can compute it again.
_COVERED = {
    USAGE: ("usage_events", "id, request_id, kind, customer_id, model, cost_nano, billable_nano, created_at"),
    LEDGER: ("wallet_transactions", "id, owner_id, type, amount_nano, balance_after_nano, request_id, created_at"),
}


def differences(tx: Transaction, overdue_before: int) -> Iterator[Difference]:
    """Everything that does not add up. A hold is overdue when its lease ended before that moment (unix seconds)."""
    for what, sql in _EQUAL.items():
        for owners in ("customers", "accounts"):
            yield from _found(tx, f"{owners}: {what}", sql.format(owners=owners))
    yield from _found(tx, "ledger: each balance_after is the one before plus the amount", _CHAIN)
    yield from _found(tx, "ledger: what a request took is what its usage says", _DEBITED)
    yield from _found(tx, "customers: held money is that of open holds", _HELD_CUSTOMERS)
    yield from _found(tx, "accounts: held money is that of open holds", _HELD_ACCOUNTS)
    yield from _found(tx, "holds: none is open after its lease", _OVERDUE, overdue_before, overdue_before)


def spend_differences(tx: Transaction, month: str, since: int, until: int) -> Iterator[Difference]:
    """Month-to-date figures that are not the sum of that month's usage events."""
    yield from _found(tx, f"customers: spend of {month} is the sum of its usage events", _SPEND, since, until, month)


def months(tx: Transaction) -> list[str]:
    """The months that customers' spend figures belong to."""
    sql = "SELECT DISTINCT spend_month FROM customers WHERE spend_month <> '' ORDER BY spend_month"
    return [row[0] for row in tx.execute(sql).fetchall()]


def checksum(tx: Transaction, kind: str, hour: int) -> Checksum:
    """The rows of one hour as they are now: one line a row, its columns joined by commas, in the order of ids."""
    table, columns = _COVERED[kind]
    digest, count = hashlib.sha256(), 0
    sql = f"SELECT {columns} FROM {table} WHERE created_at >= ? AND created_at < ?"
    for row in sorted(tx.execute(sql, (hour, hour + HOUR_S)).fetchall()):
        digest.update(",".join("" if value is None else str(value) for value in row).encode() + b"\n")
        count += 1
    return Checksum(kind, hour, count, digest.hexdigest())


def write(tx: Transaction, checksum: Checksum, now: int) -> None:
    """Keeps a checksum; the first one of an hour stays."""
    values = (checksum.kind, checksum.hour, checksum.count, checksum.digest, now)
    tx.insert("checksums (kind, hour, count, digest, created_at)", [values], "ON CONFLICT (kind, hour) DO NOTHING")


def written(tx: Transaction, since: int, until: int) -> list[Checksum]:
    """What was kept for hours in this range, oldest first."""
    sql = "SELECT kind, hour, count, digest FROM checksums WHERE hour >= ? AND hour < ? ORDER BY hour, kind"
    return [Checksum(*row) for row in tx.execute(sql, (since, until)).fetchall()]


def oldest_hour(tx: Transaction) -> int | None:
    """The hour of the first row of any kind; None while there is none."""
    sql = "SELECT MIN(created_at) FROM (SELECT MIN(created_at) AS created_at FROM usage_events UNION ALL {}) AS firsts"
    first = tx.execute(sql.format("SELECT MIN(created_at) FROM wallet_transactions")).fetchone()[0]
    return None if first is None else int(first) // HOUR_S * HOUR_S


def newest_hour(tx: Transaction) -> int | None:
    """The newest hour with a checksum."""
    newest = tx.execute("SELECT MAX(hour) FROM checksums").fetchone()[0]
    return None if newest is None else int(newest)


def _found(tx: Transaction, what: str, sql: str, *params: object) -> Iterator[Difference]:
    for where, found, expected in tx.execute(sql, params).fetchall():
        yield Difference(what, where, int(found), int(expected))
