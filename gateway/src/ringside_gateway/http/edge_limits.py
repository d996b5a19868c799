# SPDX-License-Identifier: Apache-2.0
"""The first layer: requests per address, in this process's memory (and says so: N processes grant N times)."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Sequence

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.limits import LimitState
from ringside_gateway.domain.windows import bucket_of, oldest_live, wait_for, whole_seconds

#: Addresses remembered; the ones unseen longest are forgotten first.
MAX_ADDRESSES = 100_000


class EdgeLimits:
    """Counts requests per address. `rpm` None switches the layer off."""

    def __init__(self, rpm: int | None, trusted_proxies: Sequence[str] = ()) -> None:
        self._rpm = rpm
        self._trusted = [ipaddress.ip_network(network) for network in trusted_proxies]
        self._windows: OrderedDict[str, dict[int, int]] = OrderedDict()

    def take(self, address: str) -> LimitState | None:
        """Counts one request; 429 `edge_rate_limit_exceeded` when the address has had its share."""
        if self._rpm is None:
            return None
        now = time.time()
        window = self._windows.setdefault(address, {})
        self._windows.move_to_end(address)
        for bucket in [bucket for bucket in window if bucket < oldest_live(now)]:
            del window[bucket]
        wait = wait_for(window, self._rpm, 1, now)
        if wait > 0:
            state = LimitState("edge", self._rpm, 0, whole_seconds(wait))
            raise GatewayError(
                "edge_rate_limit_exceeded", retry_after_seconds=state.reset_s, limit=self._rpm, limit_state=state
            )
        window[bucket_of(now)] = window.get(bucket_of(now), 0) + 1
        if len(self._windows) > MAX_ADDRESSES:
            self._windows.popitem(last=False)
        return LimitState("edge", self._rpm, self._rpm - sum(window.values()), 60)

    def client_address(self, peer: str, forwarded_for: str | None) -> str:
        """The client's address: the peer, or behind trusted proxies the last address they did not add themselves."""
        address = peer
        for hop in reversed([part.strip() for part in (forwarded_for or "").split(",") if part.strip()]):
            if not self._is_trusted(address):
                break
            address = hop
        return address

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted if network.version == parsed.version)
