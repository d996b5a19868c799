# SPDX-License-Identifier: Apache-2.0
"""The first layer: requests per address, in this process's memory (and says so: N processes grant N times)."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from ringside_gateway.domain.addresses import household
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.limits import LimitState
from ringside_gateway.domain.windows import BUCKET_S, WINDOW_S, bucket_of, oldest_live, wait_for, whole_seconds

#: Addresses remembered; the ones unseen longest are forgotten first.
MAX_ADDRESSES = 100_000


class EdgeLimits:
    """Counts requests per address. `rpm` None switches the layer off."""

    def __init__(
        self, rpm: int | None, *, remembered: int = MAX_ADDRESSES, clock: Callable[[], float] = time.time
    ) -> None:
        self._rpm = rpm
        self._remembered = remembered
        self._clock = clock
        self._lock = threading.Lock()  # under gthread requests are threads
        self._windows: OrderedDict[str, dict[int, int]] = OrderedDict()

    def take(self, address: str) -> LimitState | None:
        """Counts one request; 429 `edge_rate_limit_exceeded` when the address has had its share."""
        if self._rpm is None:
            return None
        with self._lock:
            return self._counted(address, self._rpm, self._clock())

    def look(self, address: str) -> LimitState | None:
        """The address's state without counting anything."""
        if self._rpm is None:
            return None
        with self._lock:
            return self._state(self._windows.get(household(address), {}))

    def _counted(self, address: str, rpm: int, now: float) -> LimitState:
        window = self._windows.setdefault(household(address), {})
        self._windows.move_to_end(household(address))
        for bucket in [bucket for bucket in window if bucket < oldest_live(now)]:
            del window[bucket]
        wait = wait_for(window, rpm, 1, now)
        if wait > 0:
            state = LimitState("edge", rpm, 0, whole_seconds(wait))
            raise GatewayError(
                "edge_rate_limit_exceeded", retry_after_seconds=state.reset_s, limit=rpm, limit_state=state
            )
        window[bucket_of(now)] = window.get(bucket_of(now), 0) + 1
        if len(self._windows) > self._remembered:
            self._windows.popitem(last=False)
        return self._state(window)

    def _state(self, window: dict[int, int]) -> LimitState:
        assert self._rpm is not None
        left, now = max(0, self._rpm - sum(window.values())), self._clock()
        reset = whole_seconds((min(window) + 1) * BUCKET_S + WINDOW_S - now) if window else WINDOW_S
        return LimitState("edge", self._rpm, left, reset)
