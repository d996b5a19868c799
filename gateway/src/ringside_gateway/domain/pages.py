# SPDX-License-Identifier: Apache-2.0
"""Keyset pages: newest first, and the cursor is the id of the last object seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ringside_gateway.domain.errors import GatewayError

T = TypeVar("T")
MAX_LIMIT = 100
DEFAULT_LIMIT = 20


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which slice of a list: at most `limit` objects older than `after`, or newer than `before`."""

    limit: int = DEFAULT_LIMIT
    after: str | None = None
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Objects newest first, and whether more follow in the direction asked for."""

    items: Sequence[T]
    has_more: bool


def cut(items: Sequence[T], ids: Sequence[str], request: PageRequest) -> Page[T]:
    """One page of a list that is at hand whole; 400 `invalid_cursor` when a cursor is not among its ids."""
    first, last = 0, len(items)
    if request.after is not None:
        first = _place(ids, "after", request.after) + 1
    if request.before is not None:
        last = _place(ids, "before", request.before)
    if request.before is not None and request.after is None:
        return Page(items[max(first, last - request.limit) : last], last - first > request.limit)
    return Page(items[first : min(last, first + request.limit)], last - first > request.limit)


def _place(ids: Sequence[str], param: str, cursor: str) -> int:
    if cursor not in ids:
        raise GatewayError("invalid_cursor", param=param)
    return ids.index(cursor)
