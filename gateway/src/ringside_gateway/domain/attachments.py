# SPDX-License-Identifier: Apache-2.0
"""Images and files behind a user's URL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is behind a URL; the media type is the server's word, empty when it gave none."""

    media_type: str
    content: bytes


class UnfetchableError(Exception):
    """The URL may not or cannot be fetched; the text says why, fit for the caller's eyes."""


class Fetch(Protocol):
    """Gets what a public URL holds, of at most `limit_bytes` and until `deadline` (monotonic clock).

    UnfetchableError when that cannot be.
    """

    def __call__(self, url: str, *, limit_bytes: int, deadline: float) -> Fetched: ...
