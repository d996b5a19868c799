# SPDX-License-Identifier: Apache-2.0
"""A circuit breaker per upstream: one that keeps failing is left alone for a while, then tried with one call."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

#: Failures in a row that open it. Fewer would shut out a provider over one unlucky burst of retries.
FAILURES = 8
#: How long it stays open at first and at most; each failed trial doubles it.
FIRST_REST_S, MAX_REST_S = 5.0, 60.0
CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"


@dataclass(slots=True)
class Breaker:
    """Closed while calls succeed. Only what speaks against the upstream as a whole counts: not 400s, not 429s."""

    clock: Callable[[], float] = time.monotonic
    failures: int = 0
    rest_s: float = FIRST_REST_S
    open_until: float = 0.0
    trial_until: float = 0.0

    def wait_s(self) -> float:
        """Seconds until a call may try; 0 lets this call through (as the one trial, when it was open)."""
        if self.failures < FAILURES:
            return 0.0
        now = self.clock()
        if now < self.open_until:
            return self.open_until - now
        if now < self.trial_until:
            return self.trial_until - now
        # A trial that never reports back (its process was busy elsewhere) must not shut the door for good.
        self.trial_until = now + self.rest_s
        return 0.0

    def state(self) -> tuple[str, float]:
        """`closed`, `open` or `half_open`, and the seconds until a call may try; asking lets nobody through."""
        if self.failures < FAILURES:
            return CLOSED, 0.0
        now = self.clock()
        return (OPEN, self.open_until - now) if now < self.open_until else (HALF_OPEN, 0.0)

    def succeeded(self) -> None:
        """The upstream answered."""
        self.failures, self.rest_s, self.trial_until = 0, FIRST_REST_S, 0.0

    def failed(self) -> None:
        """The upstream failed; the eighth time in a row, or in a trial, it is left alone."""
        again = self.failures >= FAILURES
        self.failures += 1
        if self.failures < FAILURES:
            return
        now = self.clock()
        if again and now < self.open_until:
            return
        self.rest_s = min(self.rest_s * 2, MAX_REST_S) if again else FIRST_REST_S
        self.open_until, self.trial_until = now + self.rest_s, 0.0
