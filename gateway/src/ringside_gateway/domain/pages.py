# SPDX-License-Identifier: Apache-2.0
"""Keyset pages: newest first, and the cursor is the id of the last object seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

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
