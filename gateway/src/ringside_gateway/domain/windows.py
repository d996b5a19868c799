# SPDX-License-Identifier: Apache-2.0
"""Rate windows: every sliding 60 seconds, counted in small buckets and always conservatively.

A bucket counts in full while any part of it lies within the last 60 seconds, so a window may refuse a
moment early but never admits one call more (product page, Limits).
"""

from __future__ import annotations

import math

WINDOW_S = 60
BUCKET_S = 2


def bucket_of(now: float) -> int:
    """The number of the bucket that holds `now`."""
    return int(now // BUCKET_S)


def oldest_live(now: float) -> int:
    """The oldest bucket that still has a part within the last 60 seconds."""
    return int((now - WINDOW_S) // BUCKET_S)


def wait_for(buckets: dict[int, int], limit: int, amount: int, now: float) -> float:
    """Seconds until `amount` more fits under `limit`, given counts by bucket; 0 when it fits now.

    An amount above the limit itself never fits: the wait is then one whole window.
    """
    used = sum(buckets.values())
    if used + amount <= limit:
        return 0.0
    if amount > limit:
        return float(WINDOW_S)
    for bucket in sorted(buckets):
        used -= buckets[bucket]
        if used + amount <= limit:
            return max(0.0, (bucket + 1) * BUCKET_S + WINDOW_S - now)
    return float(WINDOW_S)


def whole_seconds(wait: float) -> int:
    """A wait as `Retry-After` shows it: rounded up, at least 1."""
    return max(1, math.ceil(wait))
