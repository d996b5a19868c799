# SPDX-License-Identifier: Apache-2.0
"""Whose address a request comes from: the peer's, or what proxies that the operator trusts say."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class TrustedProxies:
    """The networks whose X-Forwarded-For is believed."""

    def __init__(self, networks: Sequence[str] = ()) -> None:
        self._networks = [ipaddress.ip_network(network) for network in networks]

    def client(self, peer: str, forwarded_for: str | None) -> str:
        """The peer, or behind trusted proxies the last address they did not add themselves.

        What is no address ends the search: from there on the header is a client's own text.
        """
        client = peer
        if not self._networks or forwarded_for is None:
            return client
        for hop in reversed(forwarded_for.split(",")):
            address = parse(hop)
            if address is None or not self._trusts(client):
                break
            client = str(address)
        return client

    def _trusts(self, text: str) -> bool:
        address = parse(text)
        return address is not None and any(
            address in network for network in self._networks if network.version == address.version
        )


def parse(text: str) -> Address | None:
    """An address, also as `[::1]:443` or `10.0.0.1:443` or `::ffff:10.0.0.1`; None for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=4096)
def household(address: str) -> str:
    """What one client is counted as: an IPv4 address, or the /64 that every IPv6 client has to itself."""
    parsed = parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed) if parsed is not None else address
