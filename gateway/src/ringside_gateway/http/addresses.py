# SPDX-License-Identifier: Apache-2.0
"""Whose address a request comes from: the peer's, or what proxies that the operator trusts say."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from ringside_gateway.domain.addresses import parse


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
