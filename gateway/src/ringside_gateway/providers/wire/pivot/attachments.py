# SPDX-License-Identifier: Apache-2.0
"""Images and files behind a URL, fetched for providers that take bytes only."""

from __future__ import annotations

import base64
from typing import Any

from ringside_gateway.domain.attachments import Fetch, UnfetchableError
from ringside_gateway.providers.wire.pivot.parts import sniffed
from ringside_gateway.providers.wire.pivot.refusals import invalid

#: What is fetched for one request at most, all its parts together; providers take less.
MAX_FETCHED_BYTES, MAX_FETCHED_PARTS = 20 * 1024 * 1024, 20

#: Kind of part -> (field, key of its URL, what the fetched type must begin with).
_FETCHED = {"image_url": ("image_url", "url", "image/"), "file": ("file", "file_data", "")}


def with_bytes(body: dict[str, Any], fetch: Fetch | None, deadline: float) -> dict[str, Any]:
    """The body in which every http(s) URL of an image or file is a data URL; 400 names the part that cannot be."""
    fetcher = _Fetcher(fetch, deadline)
    messages = [fetcher.message(message, f"messages[{number}]") for number, message in enumerate(body["messages"])]
    return {**body, "messages": messages} if fetcher.fetched else body


class _Fetcher:
    def __init__(self, fetch: Fetch | None, deadline: float) -> None:
        self._fetch, self._deadline = fetch, deadline
        self._left_bytes, self.fetched = MAX_FETCHED_BYTES, 0

    def message(self, message: dict[str, Any], where: str) -> dict[str, Any]:
        """The message with bytes for URLs."""
        parts = message.get("content")
        if not isinstance(parts, list) or not any(map(_url, parts)):
            return message
        written = [self._part(part, f"{where}.content[{number}]") for number, part in enumerate(parts)]
        return {**message, "content": written}

    def _part(self, part: Any, where: str) -> Any:
        url = _url(part)
        if not url:
            return part
        field, key, wanted = _FETCHED[part["type"]]
        place = f"{where}.{field}.{key}"
        data = self._data(url, place)
        kind = data.partition(";")[0].removeprefix("data:")
        if not kind.startswith(wanted):
            raise invalid(place, f"is not an image but {kind[:60]}")
        return {**part, field: {**part[field], key: data}}

    def _data(self, url: str, place: str) -> str:
        self.fetched += 1
        if self._fetch is None:
            raise invalid(place, "is a URL, and this model takes bytes only: send a data URL")
        if self.fetched > MAX_FETCHED_PARTS:
            raise invalid(place, f"is one URL too many; at most {MAX_FETCHED_PARTS} are fetched for this model")
        try:
            got = self._fetch(url, limit_bytes=self._left_bytes, deadline=self._deadline)
        except UnfetchableError as error:
            raise invalid(place, f"cannot be fetched: {error}") from error
        self._left_bytes -= len(got.content)
        data = base64.b64encode(got.content).decode()
        return f"data:{sniffed(data) or got.media_type or 'application/octet-stream'};base64,{data}"


def _url(part: Any) -> str:
    field, key, _ = _FETCHED.get(str(part.get("type")), ("", "", "")) if isinstance(part, dict) else ("", "", "")
    inner = part.get(field) if field else None
    url = inner.get(key) if isinstance(inner, dict) else None
    return url if isinstance(url, str) and url.startswith(("http://", "https://")) else ""
