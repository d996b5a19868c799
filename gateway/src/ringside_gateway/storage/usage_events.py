# SPDX-License-Identifier: Apache-2.0
"""Usage events: written once at settlement, read one by one or summed by group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import orjson

from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.usage_reports import AMOUNTS, UsageEvent, UsageQuery, UsageRow, UsageSummary, corrected
from ringside_gateway.storage.database import POSTGRESQL, Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = f"""id, request_id, account_id, livemode, customer_id, operation, model_requested, model, provider,
    {", ".join(AMOUNTS)}, usage_source, status, stream, tags, latency_ms, created_at, kind, rates"""
_REQUESTS = "CASE WHEN kind = 'call' THEN 1 ELSE 0 END"
_SUMS = ", ".join(
    f"COALESCE(SUM({summed}), 0)"
    for summed in (_REQUESTS, "input_tokens", "output_tokens", "cost_nano", "billable_nano")
)
_ACCOUNT = "account_id = ? AND livemode = ?"
#: SQLite takes two conditions for narrower than one, and would look for a customer in all of the account's history.
_ACCOUNT_NOT_BY_INDEX = "+account_id = ? AND +livemode = ?"
_DAY = {
    "sqlite": "strftime('%Y-%m-%d', created_at, 'unixepoch')",
    "postgresql": "to_char(to_timestamp(created_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}


def append(tx: Transaction, events: Sequence[UsageEvent]) -> None:
    """Writes events; a second call event for the same request breaks a unique index."""
    tx.insert(f"usage_events (attempt, {_COLUMNS})", [(1, *_values(event)) for event in events])
    for event in events:
        for tag in dict.fromkeys(event.tags):
            sql = "INSERT INTO usage_event_tags (event_seq, tag) SELECT seq, ? FROM usage_events WHERE id = ?"
            tx.later(sql, (tag, event.id))


def page(tx: Transaction, account_id: str, livemode: bool, query: UsageQuery, request: PageRequest) -> Page[UsageEvent]:
    """Events of one account and mode, newest first; the cursor is the event's id.

    By moment and then by `seq`: so the indexes that end in the moment, and on SQLite in `seq` unsaid, have them sorted.
    """
    where, params = _scope(tx.dialect, account_id, livemode, query)
    return keyset(tx, Listing("usage_events", _COLUMNS, where, params, order="created_at, seq"), request, _event)


def find(tx: Transaction, account_id: str, livemode: bool, request_id: str) -> UsageEvent | None:
    """The event of one request with its correction, if any, or None."""
    sql = f"SELECT {_COLUMNS} FROM usage_events WHERE {_ACCOUNT} AND request_id = ? ORDER BY seq"
    rows = tx.execute(sql, (account_id, int(livemode), request_id)).fetchall()
    return reduce(corrected, map(_event, rows)) if rows else None


def summary(tx: Transaction, account_id: str, livemode: bool, query: UsageQuery) -> UsageSummary:
    """Sums by group in key order, and over all; a call with two tags is in two groups but once in the total."""
    where, params = _scope(tx.dialect, account_id, livemode, query)
    total = tx.execute(f"SELECT '', {_SUMS} FROM usage_events WHERE {where}", params).fetchone()
    rows: list[UsageRow] = []
    if query.group_by is not None:
        key, source = _grouping(tx.dialect, query.group_by)
        sql = f"SELECT {key}, {_SUMS} FROM {source} WHERE {where} GROUP BY 1 ORDER BY 1"
        rows = [_sum(row) for row in tx.execute(sql, params).fetchall()]
    return UsageSummary(query, rows, _sum(total))


def _grouping(dialect: str, group_by: str) -> tuple[str, str]:
    if group_by == "tag":
        return "tag", "usage_events JOIN usage_event_tags ON event_seq = seq"
    day = _DAY[POSTGRESQL if dialect == POSTGRESQL else "sqlite"]
    return {"day": day, "customer": "COALESCE(customer_id, '')"}.get(group_by, group_by), "usage_events"


def _scope(dialect: str, account_id: str, livemode: bool, query: UsageQuery) -> tuple[str, list[Any]]:
    where, params = [_ACCOUNT], [account_id, int(livemode)]
    if query.customer is not None and dialect != POSTGRESQL:
        where = [_ACCOUNT_NOT_BY_INDEX]
    conditions = (
        ("created_at >= ?", query.since),
        ("created_at < ?", query.until),
        ("customer_id = ?", query.customer),
        ("seq IN (SELECT event_seq FROM usage_event_tags WHERE tag = ?)", query.tag),
    )
    for condition, value in conditions:
        if value is not None:
            where.append(condition)
            params.append(value)
    return " AND ".join(where), params


def _values(event: UsageEvent) -> Sequence[Any]:
    return (
        event.id,
        event.request_id,
        event.account_id,
        int(event.livemode),
        event.customer_id,
        event.operation,
        event.model_requested,
        event.model,
        event.provider,
        *(getattr(event, name) for name in AMOUNTS),
        event.usage_source,
        event.status,
        int(event.stream),
        orjson.dumps(event.tags).decode(),
        event.latency_ms,
        event.created_at,
        event.kind,
        None if event.rates is None else orjson.dumps(event.rates).decode(),
    )


def _sum(row: Sequence[Any]) -> UsageRow:
    return UsageRow(row[0], *(int(value) for value in row[1:]))


def _event(row: Sequence[Any]) -> UsageEvent:
    event = UsageEvent(*row)
    tags, rates = orjson.loads(row[-5]), row[-1] and orjson.loads(row[-1])
    return replace(event, livemode=bool(event.livemode), stream=bool(event.stream), tags=tuple(tags), rates=rates)
