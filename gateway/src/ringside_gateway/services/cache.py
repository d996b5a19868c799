# SPDX-License-Identifier: Apache-2.0
"""A small cache of what the database said a moment ago; it is only ever filled from the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Cache(Generic[K, V]):
    """Keeps values for `ttl_s` seconds and at most `size` of them; when full it starts afresh."""

    def __init__(self, ttl_s: float, size: int = 10_000) -> None:
        self._ttl_s = ttl_s
        self._size = size
        self._entries: dict[K, tuple[float, V]] = {}

    def get(self, key: K, load: Callable[[], V]) -> V:
        """The value, loaded anew when it is missing or too old."""
        now = time.monotonic()
        entry = self._entries.get(key)
        if entry is not None and entry[0] > now:
            return entry[1]
        value = load()
        if len(self._entries) >= self._size:
            self._entries.clear()
        self._entries[key] = (now + self._ttl_s, value)
        return value

    def forget(self, key: K) -> None:
        """Drops one value, so that this process sees a change it made at once."""
        self._entries.pop(key, None)
