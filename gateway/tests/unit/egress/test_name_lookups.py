# SPDX-License-Identifier: Apache-2.0
"""How long and how often name servers are asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence

import pytest
from ringside_gateway.egress.name_lookups import MOST_UNDER_WAY, NameLookups


class NameServer:
    """Says nothing until it is told to speak."""

    def __init__(self) -> None:
        self.asked = 0
        self.speaks = threading.Event()

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        assert self.speaks.wait(30)
        if host == "none.example":
            raise socket.gaierror("no such name")
        return ["93.184.216.34"]


@pytest.fixture
def server() -> Iterator[NameServer]:
    made = NameServer()
    yield made
    made.speaks.set()


def test_silent_name_servers_hold_nobody_up_and_only_so_many_are_asked(server: NameServer) -> None:
    lookups = NameLookups(server)
    for number in range(MOST_UNDER_WAY + 3):
        with pytest.raises(TimeoutError):
            lookups.find(f"{number}.example", 443, 0.02)
    assert server.asked == MOST_UNDER_WAY
    server.speaks.set()
    assert lookups.find("later.example", 443, 10) == ["93.184.216.34"]


def test_failures_leave_room_for_others(server: NameServer) -> None:
    server.speaks.set()
    lookups = NameLookups(server)
    for _ in range(MOST_UNDER_WAY + 1):
        with pytest.raises(socket.gaierror):
            lookups.find("none.example", 443, 10)
