# SPDX-License-Identifier: Apache-2.0
"""Pages as list objects, and as CSV where a client asks for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from ringside_gateway.domain.pages import Page
from ringside_gateway.http.context import Reply

T = TypeVar("T")


def list_object(page: Page[T], render: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """`{object: list, data, has_more, next_cursor, first_id, last_id}`."""
    data = [render(item) for item in page.items]
    last = data[-1]["id"] if data else None
    return {
        "object": "list",
        "data": data,
        "has_more": page.has_more,
        "next_cursor": last if page.has_more else None,
        "first_id": data[0]["id"] if data else None,
        "last_id": last,
    }


def wants_csv(accept: str) -> bool:
    """Whether the client asked for CSV rather than JSON."""
    return "text/csv" in accept.lower()


def next_link(page: Page[Any], path: str, query: dict[str, Any]) -> dict[str, str]:
    """`Link` to the page after this one (RFC 8288), for answers that have no room for a cursor."""
    if not page.has_more:
        return {}
    following = {**query, "after": page.items[-1].id}
    following.pop("before", None)
    return {"Link": f'<{path}?{urlencode(following)}>; rel="next"'}


def csv_reply(rows: Sequence[dict[str, Any]], columns: Sequence[str], headers: dict[str, str] | None = None) -> Reply:
    """Rows with a header line; lists are joined by blanks, decimals are plain digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return Reply(data=text.getvalue().encode(), content_type="text/csv; charset=utf-8", headers=headers or {})


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return " ".join(map(_guarded, value))
    if isinstance(value, bool):
        return str(value).lower()
    return _guarded(value) if isinstance(value, str) else value


def _guarded(text: str) -> str:
    """A cell that a spreadsheet would run as a formula is quoted: tags and ids are other people's text."""
    return "'" + text if text[:1] in "=+-@\t\r" else text
