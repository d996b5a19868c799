# SPDX-License-Identifier: Apache-2.0
"""Images and files behind a URL, fetched for providers that take bytes only."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Protocol

from ringside_gateway.providers.wire.pivot.refusals import invalid

#: The largest image or file that is fetched; providers take less.
MAX_FETCHED_BYTES = 20 * 1024 * 1024
#: Parts of one request that are fetched at most.
MAX_FETCHED_PARTS = 20


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is behind a URL."""

    media_type: str
    content: bytes


class Fetch(Protocol):
    """Gets a public URL safely; raises GatewayError `invalid_url` for one that may not or cannot be had."""

    def __call__(self, url: str, *, limit_bytes: int, deadline: float) -> Fetched: ...


#: Kind of part -> (field, key of its URL, what the fetched type must begin with).
_FETCHED = {"image_url": ("image_url", "url", "image/"), "file": ("file", "file_data", "")}


def with_bytes(body: dict[str, Any], fetch: Fetch | None, deadline: float) -> dict[str, Any]:
    """The body in which every http(s) URL of an image or file is a data URL; 400 names the part that cannot be."""
    fetched = 0
    messages = []
    for number, message in enumerate(body["messages"]):
        parts = message.get("content")
        if isinstance(parts, list):
            written = []
            for position, part in enumerate(parts):
                url = _url(part)
                fetched += bool(url)
                where = f"messages[{number}].content[{position}]"
                if fetched > MAX_FETCHED_PARTS:
                    raise invalid(where, f"is one URL too many; at most {MAX_FETCHED_PARTS} are fetched for this model")
                written.append(_with_bytes(part, url, where, fetch, deadline) if url else part)
            message = {**message, "content": written}
        messages.append(message)
    return {**body, "messages": messages} if fetched else body


def _url(part: Any) -> str:
    field, key, _ = _FETCHED.get(str(part.get("type")), ("", "", "")) if isinstance(part, dict) else ("", "", "")
    inner = part.get(field) if field else None
    url = inner.get(key) if isinstance(inner, dict) else None
    return url if isinstance(url, str) and url.startswith(("http://", "https://")) else ""


def _with_bytes(part: dict[str, Any], url: str, where: str, fetch: Fetch | None, deadline: float) -> dict[str, Any]:
    field, key, wanted = _FETCHED[part["type"]]
    if fetch is None:
        raise invalid(f"{where}.{field}.{key}", "is a URL, and this model takes the bytes only: send a data URL")
    got = fetch(url, limit_bytes=MAX_FETCHED_BYTES, deadline=deadline)
    if not got.media_type.startswith(wanted):
        raise invalid(f"{where}.{field}.{key}", f"is no image: the server calls it {got.media_type[:60]!r}")
    data = f"data:{got.media_type};base64,{base64.b64encode(got.content).decode()}"
    return {**part, field: {**part[field], key: data}}
