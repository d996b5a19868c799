# SPDX-License-Identifier: Apache-2.0
# pyright: reportPrivateUsage=false
"""Cursor pages. Iterating over one walks all pages; a gateway that repeats itself is noticed, not followed."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from typing_extensions import Self

from ._compat import BaseAsyncPage, BasePage, BaseSyncPage, PageInfo
from ._status_errors import RingsideError

Item = TypeVar("Item")


class _CursorPage(BasePage[Item], Generic[Item]):
    """What the sync and the async page have in common."""

    object: str = "list"
    data: list[Item]
    has_more: bool = False
    next_cursor: str | None = None
    first_id: str | None = None
    last_id: str | None = None

    #: Marks the page as one of ours, so that the money inside is read exactly.
    money_fields: ClassVar[frozenset[str]] = frozenset()

    def _get_page_items(self) -> list[Item]:
        if isinstance(getattr(self, "data", None), list):
            return self.data
        raise RingsideError("The gateway answered without the list object that is promised here.")

    def has_next_page(self) -> bool:
        """Whether another page follows; an empty page with more behind it is not the end."""
        return self.next_page_info() is not None

    def next_page_info(self) -> PageInfo | None:
        """The query of the next page in the direction of this one; None on the last."""
        self._get_page_items()
        direction = self._direction()
        cursor = self.first_id if direction == "before" else self.next_cursor
        return PageInfo(params={direction: cursor}) if self.has_more and cursor else None

    def _direction(self) -> str:
        return "before" if isinstance(self._options.params.get("before"), str) else "after"

    def _seen_with_next(self) -> frozenset[str]:
        """The cursors followed so far and the next. Raises RingsideError when that one was among them."""
        direction = self._direction()
        info = self.next_page_info()
        params: Any = info.params if info else {}
        cursor = str(params.get(direction))
        seen: frozenset[str] = getattr(self, "_seen", None) or frozenset({str(self._options.params.get(direction))})
        if cursor in seen:
            raise RingsideError(f'The list repeats itself: cursor "{cursor}" was handed out twice.')
        return seen | {cursor}


class SyncCursorPage(_CursorPage[Item], BaseSyncPage[Item], Generic[Item]):
    """One page of a list. `for item in page` walks this and all later pages, `page.iter_pages()` goes page by page."""

    _seen: frozenset[str]

    def get_next_page(self) -> Self:
        """The next page. Raises RingsideError when the list repeats itself."""
        seen = self._seen_with_next() if self.has_next_page() else frozenset[str]()
        page = super().get_next_page()
        page._seen = seen
        return page


class AsyncCursorPage(_CursorPage[Item], BaseAsyncPage[Item], Generic[Item]):
    """One page of a list. `async for item in page` walks this and all later pages."""

    _seen: frozenset[str]

    async def get_next_page(self) -> Self:
        """The next page. Raises RingsideError when the list repeats itself."""
        seen = self._seen_with_next() if self.has_next_page() else frozenset[str]()
        page = await super().get_next_page()
        page._seen = seen
        return page
