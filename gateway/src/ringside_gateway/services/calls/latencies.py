# SPDX-License-Identifier: Apache-2.0
"""How fast each model answered lately, as this process saw it; for slots with the strategy `fastest`."""

from __future__ import annotations

import time
from collections.abc import Callable

#: Weight of the newest time in the moving average.
NEWEST = 0.3
#: A time this old says nothing any more; its model is tried first again, and so measured anew.
FORGET_S = 300.0


class Latencies:
    """A moving average of the time to the first byte, per model ref."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[float, float]] = {}

    def note(self, ref: str, seconds: float) -> None:
        """Adds one measured time; a failed attempt counts with the time it wasted and more."""
        average = self.of(ref) or seconds
        self._seen[ref] = (average + NEWEST * (seconds - average), self._clock())

    def of(self, ref: str) -> float:
        """The average in seconds; 0 for a model not measured lately."""
        average, at = self._seen.get(ref, (0.0, 0.0))
        return average if self._clock() - at < FORGET_S else 0.0
