# SPDX-License-Identifier: Apache-2.0
"""How many deliveries each endpoint may have under way, so that slow and failing ones never hold up the others.

Kept by each process for itself: N processes may send N times as many at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

#: Deliveries under way to one endpoint, and to all.
PER_ENDPOINT, IN_ALL = 10, 400
#: After so many failures in a row, an endpoint is left alone for a moment after each.
TROUBLE = 5
REST_S = 2.0


@dataclass(slots=True)
class _Lane:
    under_way: int = 0
    failures: int = 0
    rests_until: float = 0.0


class Lanes:
    """One lane an endpoint; those that are empty and well are forgotten."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}
        self.under_way = 0

    def shares(self, endpoint_ids: Sequence[str], now: float) -> dict[str, int]:
        """How many more each of these may get now; what all may have is divided evenly among them."""
        free = {name: self._free(name, now) for name in endpoint_ids}
        waiting = {name: room for name, room in free.items() if room > 0}
        even = max(1, (IN_ALL - self.under_way) // max(1, len(waiting)))
        shares: dict[str, int] = {}
        left = IN_ALL - self.under_way
        for name, room in waiting.items():
            if left <= 0:
                break
            shares[name] = min(room, even, left)
            left -= shares[name]
        return shares

    def begin(self, endpoint_id: str) -> None:
        """A delivery sets out."""
        self._lanes.setdefault(endpoint_id, _Lane()).under_way += 1
        self.under_way += 1

    def finish(self, endpoint_id: str, succeeded: bool, now: float) -> None:
        """A delivery came back."""
        lane = self._lanes[endpoint_id]
        lane.under_way -= 1
        self.under_way -= 1
        lane.failures = 0 if succeeded else lane.failures + 1
        lane.rests_until = now + REST_S if lane.failures >= TROUBLE else 0.0
        if lane == _Lane():
            del self._lanes[endpoint_id]

    def _free(self, endpoint_id: str, now: float) -> int:
        lane = self._lanes.get(endpoint_id)
        if lane is None:
            return PER_ENDPOINT
        return 0 if lane.rests_until > now else PER_ENDPOINT - lane.under_way
