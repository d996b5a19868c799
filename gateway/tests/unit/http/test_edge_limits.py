# SPDX-License-Identifier: Apache-2.0
"""The per-address window, and whose address a request counts for."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import pytest
from ringside_gateway.domain.addresses import household, parse
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http.addresses import TrustedProxies
from ringside_gateway.http.edge_limits import EdgeLimits


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_any_sixty_seconds_grant_at_most_the_limit() -> None:
    clock = Clock()
    limits = EdgeLimits(3, clock=clock)
    granted = []
    for _ in range(600):
        try:
            limits.take("10.0.0.1")
            granted.append(clock.now)
        except GatewayError as error:
            assert 1 <= (error.retry_after_seconds or 0) <= 62
        clock.now += 0.5
    assert len(granted) > 9
    assert all(later - earlier >= 60 for earlier, later in zip(granted, granted[3:], strict=False))


class Slow(float):
    """A moment that lets other threads run whenever somebody calculates with it."""

    def __floordiv__(self, other: float) -> float:
        time.sleep(0.0001)
        return float(self) // other


def test_threads_that_come_at_once_share_a_limit_exactly() -> None:
    limits, granted = EdgeLimits(100, clock=lambda: Slow(1_000_000.0)), []

    def ask() -> None:
        for number in range(50):
            with suppress(GatewayError):
                limits.take("10.0.0.1")
                granted.append(number)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 100


def test_addresses_do_not_share_a_window_and_looking_counts_nothing() -> None:
    limits = EdgeLimits(1, clock=Clock())
    limits.take("10.0.0.1")
    limits.take("10.0.0.2")
    state = limits.look("10.0.0.3")
    assert state is not None
    assert (state.remaining, limits.look("10.0.0.1").remaining) == (1, 0)  # type: ignore[union-attr]
    with pytest.raises(GatewayError, match="edge_rate_limit_exceeded"):
        limits.take("10.0.0.1")


def test_only_so_many_addresses_are_remembered() -> None:
    limits = EdgeLimits(1, remembered=100, clock=Clock())
    for number in range(1000):
        limits.take(f"10.0.{number // 250}.{number % 250}")
    assert len(limits._windows) == 100


def test_without_a_limit_nothing_is_counted() -> None:
    limits = EdgeLimits(None)
    assert limits.take("10.0.0.1") is None
    assert limits.look("10.0.0.1") is None


def test_an_ipv6_client_cannot_get_a_new_window_by_changing_its_address() -> None:
    assert household("2001:db8:1:2::1") == household("2001:db8:1:2:ffff::9")
    assert household("2001:db8:1:2::1") != household("2001:db8:1:3::1")
    assert household("::ffff:10.0.0.1") == household("10.0.0.1") == "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "header", "client"),
    [
        ("9.9.9.9", "1.2.3.4", "9.9.9.9"),
        ("10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),
        ("10.0.0.1", "1.2.3.4:5555", "1.2.3.4"),
        ("10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"),
        ("10.0.0.1", "evil", "10.0.0.1"),
        ("10.0.0.1", "1.2.3.4, evil, 10.0.0.7", "10.0.0.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"),
    ],
)
def test_only_what_trusted_proxies_say_is_believed(peer: str, header: str | None, client: str) -> None:
    assert TrustedProxies(["10.0.0.0/8"]).client(peer, header) == client


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1.2.3.4.5", "::1::", "unknown", "[", "1.2.3.4 evil"])
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse(text) is None
