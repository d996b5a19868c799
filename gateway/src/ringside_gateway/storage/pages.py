# SPDX-License-Identifier: Apache-2.0
"""Keyset paging over columns that sort by age: no OFFSET, stable while rows are inserted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.storage.database import Transaction

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: rows of `table` in `scope`, of which those that pass `filters` are shown, newest first.

    A cursor may name any row in scope, so that paging goes on when the row no longer passes the filters. `order` are
    the columns that follow the scope's in an index, the last one unique.
    """

    table: str
    columns: str
    scope: str
    scope_values: Sequence[Any]
    filters: str = ""
    filter_values: Sequence[Any] = field(default=())
    order: str = "seq"


def keyset(tx: Transaction, listing: Listing, request: PageRequest, build: Callable[[Sequence[Any]], T]) -> Page[T]:
    """One page; 400 `invalid_cursor` when `after` or `before` is not the id of a row in scope."""
    where, columns = listing.scope + listing.filters, listing.order.split(", ")
    values = [*listing.scope_values, *listing.filter_values]
    for param, sign in (("after", "<"), ("before", ">")):
        cursor = getattr(request, param)
        if cursor is not None:
            where += f" AND ({listing.order}) {sign} ({', '.join('?' * len(columns))})"
            values += _position(tx, listing, param, cursor)
    backwards = request.before is not None and request.after is None
    sorting = ", ".join(f"{column} {'ASC' if backwards else 'DESC'}" for column in columns)
    sql = f"SELECT {listing.columns} FROM {listing.table} WHERE {where} ORDER BY {sorting} LIMIT ?"
    rows = tx.execute(sql, (*values, request.limit + 1)).fetchall()
    kept = rows[: request.limit]
    if backwards:
        kept = kept[::-1]
    return Page([build(row) for row in kept], has_more=len(rows) > request.limit)


def _position(tx: Transaction, listing: Listing, param: str, cursor: str) -> Sequence[Any]:
    sql = f"SELECT {listing.order} FROM {listing.table} WHERE {listing.scope} AND id = ?"
    row = tx.execute(sql, (*listing.scope_values, cursor)).fetchone()
    if row is None:
        raise GatewayError("invalid_cursor", param=param)
    return tuple(row)
