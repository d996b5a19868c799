# SPDX-License-Identifier: Apache-2.0
"""Which addresses are the public internet: the special-purpose registries of IANA, and what clouds hide in public ones.

Written out rather than taken from `ipaddress`, whose answers differ between Python versions.
"""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, and Alibaba's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's wire server
        "169.254.0.0/16",  # link-local, and the metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved and broadcast
        "2001::/23",  # protocol assignments, Teredo and ORCHID among them
        "2001:db8::/32",  # documentation
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)
#: All other IPv6 addresses are not given out yet, or mean something of this machine, network or translator.
_GIVEN_OUT = tuple(ipaddress.IPv6Network(network) for network in ("2000::/3", "64:ff9b::/96"))
_LOOPBACK = {4: ipaddress.ip_network("127.0.0.0/8"), 6: ipaddress.ip_network("::1/128")}
#: Where an IPv6 address carries an IPv4 one, and how far its last bit is from the right.
_CARRIERS = tuple(
    (ipaddress.IPv6Network(network), shift) for network, shift in (("64:ff9b::/96", 0), ("2002::/16", 80))
)


def is_public(address: Address) -> bool:
    """Whether a packet to it leaves for the internet; an address that carries another is as public as that one."""
    if address.version == 6 and not any(address in network for network in _GIVEN_OUT):
        return False
    carried = _carried(address)
    if carried is not None and not is_public(carried):
        return False
    return not any(address in network for network in _NOT_PUBLIC if network.version == address.version)


def is_loopback(address: Address) -> bool:
    """Whether it is this machine, in so many words: not inside another address."""
    return address in _LOOPBACK[address.version]


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv6Address):
        for network, shift in _CARRIERS:
            if address in network:
                return ipaddress.IPv4Address((int(address) >> shift) & 0xFFFF_FFFF)
    return None
