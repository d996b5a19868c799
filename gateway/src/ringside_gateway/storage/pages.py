# SPDX-License-Identifier: Apache-2.0
"""Keyset paging over a `seq` or sortable `id` column: no OFFSET, stable while rows are inserted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.storage.database import Transaction

T = TypeVar("T")


def keyset(
    tx: Transaction,
    table: str,
    columns: str,
    scope: tuple[str, list[Any]],
    request: PageRequest,
    build: Callable[[Sequence[Any]], T],
    *,
    order: str = "seq",
    filters: tuple[str, list[Any]] = ("", []),
) -> Page[T]:
    """One page of the rows in `scope` (a WHERE text and its values) that pass `filters`, newest first by `order`.

    400 `invalid_cursor` when `after` or `before` is not the id of a row in this scope.
    """
    where, params = scope[0] + filters[0], [*scope[1], *filters[1]]
    backwards = request.before is not None and request.after is None
    for param, sign in (("after", "<"), ("before", ">")):
        value = getattr(request, param)
        if value is not None:
            where += f" AND {order} {sign} ?"
            params.append(_position(tx, table, scope, order, (param, value)))
    direction = "ASC" if backwards else "DESC"
    sql = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order} {direction} LIMIT ?"
    rows = tx.execute(sql, (*params, request.limit + 1)).fetchall()
    kept = rows[: request.limit]
    if backwards:
        kept = kept[::-1]
    return Page([build(row) for row in kept], has_more=len(rows) > request.limit)


def _position(
    tx: Transaction, table: str, scope: tuple[str, list[Any]], order: str, cursor: tuple[str, str]
) -> Any:
    sql = f"SELECT {order} FROM {table} WHERE {scope[0]} AND id = ?"
    row = tx.execute(sql, (*scope[1], cursor[1])).fetchone()
    if row is None:
        raise GatewayError("invalid_cursor", param=cursor[0])
    return row[0]
