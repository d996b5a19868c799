# SPDX-License-Identifier: Apache-2.0
"""Rate windows in Redis: all layers or none, corrected and given back; nothing it suffers makes a limit softer."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from leave_outs import leave_out
from money_calls import an_ask, settled
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.admission import Admitted, Ask
from ringside_gateway.domain.customers import Customer
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.holds import Holds
from ringside_gateway.services.calls.limits import FrontLimits
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.wallet import Wallet
from ringside_gateway.storage import accounts, redis_windows
from ringside_gateway.storage.database import Database
from ringside_gateway.storage.redis_windows import RedisWindows


@pytest.fixture
def server() -> Iterator[redis.Redis]:
    url = os.environ.get("RINGSIDE_TEST_REDIS_URL")
    if url is None:
        leave_out("RINGSIDE_TEST_REDIS_URL is not set: run `make services` and source build/services/env")
    connected = redis.Redis.from_url(url)
    connected.flushdb()
    yield connected
    connected.flushdb()


class Gate:
    """Admission behind Redis, as one gateway does it; `fallbacks` counts what Redis did not answer."""

    def __init__(self, database: Database, url: str) -> None:
        self.fallbacks = 0
        self.keeper = Bookkeeper(database)
        self.windows = RedisWindows(url, self._fell_back)
        self.front = FrontLimits(database, self.keeper, self.windows)
        self._holds = Holds(self.keeper, front=self.front)

    def admit(self, ask: Ask) -> Admitted:
        return self._holds._admitted(ask)

    def _fell_back(self) -> None:
        self.fallbacks += 1


@pytest.fixture
def gate(database: Database, server: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setattr(redis_windows, "TIMEOUT_S", 5)  # a busy machine is not what is tested
    return Gate(database, os.environ["RINGSIDE_TEST_REDIS_URL"])


def a_customer(database: Database, caller: Caller, **limits: Any) -> Customer:
    return Customers(database).create(caller, {"external_id": "limited", **limits})


def counted(server: redis.Redis, subject: str) -> tuple[int, int]:
    """Requests and tokens in Redis."""
    (key,) = server.keys(f"*:{subject}")
    fields = server.hgetall(key)
    return tuple(sum(int(n) for name, n in fields.items() if name.startswith(kind)) for kind in (b"r", b"t"))  # type: ignore[return-value]


def test_a_refusal_by_one_layer_takes_nothing_from_the_others(
    database: Database, caller: Caller, gate: Gate, server: redis.Redis
) -> None:
    with database.transaction() as tx:
        accounts.update(tx, caller.account_id, False, {"rate_limit_rpm": 100})
    customer = a_customer(database, caller, rate_limit_rpm=2)
    for number in range(2):
        gate.admit(an_ask(caller, customer.id, number))
    with pytest.raises(GatewayError, match="customer_rate_limit_exceeded") as refused:
        gate.admit(an_ask(caller, customer.id, 3))
    assert 58 <= refused.value.retry_after_seconds <= 62  # type: ignore[operator]
    assert counted(server, f"{caller.account_id}:0")[0] == counted(server, customer.id)[0] == 2


def test_what_money_refuses_is_given_back(database: Database, caller: Caller, gate: Gate, server: redis.Redis) -> None:
    customer = a_customer(database, caller, rate_limit_rpm=5, rate_limit_tpm=10_000)
    Wallet(database).adjust(caller, customer.id, {"amount_usd": -1, "reason": "empty"})
    with pytest.raises(GatewayError, match="customer_wallet_empty"):
        gate.admit(an_ask(caller, customer.id, 1))
    assert counted(server, customer.id) == (0, 0)


def test_settlement_puts_the_real_tokens_in_place_of_the_estimate(
    database: Database, caller: Caller, gate: Gate, server: redis.Redis
) -> None:
    customer = a_customer(database, caller, rate_limit_tpm=10_000)
    hold = gate.admit(an_ask(caller, customer.id, 1)).hold
    assert counted(server, customer.id) == (1, 200)
    settled(gate.keeper, hold, output_tokens=50)
    gate.front.correct(hold, 150)
    assert counted(server, customer.id) == (1, 150)


def test_an_output_nobody_asked_for_is_lowered_to_what_the_window_leaves(
    database: Database, caller: Caller, gate: Gate
) -> None:
    customer = a_customer(database, caller, rate_limit_tpm=250)
    granted = gate.admit(an_ask(caller, customer.id, 1, explicit_max=False, max_output_tokens=4000))
    assert (granted.max_output_tokens, granted.clamped) == (150, True)


def test_a_redis_that_forgets_everything_makes_no_limit_softer(
    database: Database, caller: Caller, gate: Gate, server: redis.Redis
) -> None:
    customer = a_customer(database, caller, rate_limit_rpm=3)
    for number in range(3):
        gate.admit(an_ask(caller, customer.id, number))
    server.flushdb()
    with pytest.raises(GatewayError, match="customer_rate_limit_exceeded"):
        gate.admit(an_ask(caller, customer.id, 4))
    assert counted(server, customer.id) == (0, 0)


def test_a_refusal_by_redis_is_reported_once_a_minute(database: Database, caller: Caller, gate: Gate) -> None:
    customer = a_customer(database, caller, rate_limit_rpm=1)
    gate.admit(an_ask(caller, customer.id, 1))
    for number in (2, 3):
        with pytest.raises(GatewayError, match="customer_rate_limit_exceeded"):
            gate.admit(an_ask(caller, customer.id, number))
    with database.transaction() as tx:
        events = tx.execute("SELECT data FROM outbox WHERE type = 'rate_limit.exceeded'").fetchall()
    assert len(events) == 1


def test_a_redis_that_says_nothing_costs_one_call_a_moment_and_the_others_nothing(
    database: Database, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = a_customer(database, caller, rate_limit_rpm=3)
    monkeypatch.setattr(redis_windows, "REST_S", 60)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        gate = Gate(database, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        for number in range(3):
            gate.admit(an_ask(caller, customer.id, number))
        assert not gate.front.available
        began = time.monotonic()
        with pytest.raises(GatewayError, match="customer_rate_limit_exceeded"):
            gate.admit(an_ask(caller, customer.id, 4))
        assert time.monotonic() - began < 2
    assert gate.fallbacks >= 4


def test_redis_is_used_again_when_it_is_back(
    database: Database, caller: Caller, gate: Gate, server: redis.Redis
) -> None:
    customer = a_customer(database, caller, rate_limit_rpm=10)
    gate.windows._resting_until = time.monotonic() + 0.2
    gate.admit(an_ask(caller, customer.id, 1))
    assert (gate.fallbacks, server.keys("*")) == (1, [])
    time.sleep(0.25)
    gate.admit(an_ask(caller, customer.id, 2))
    assert gate.front.available
    assert counted(server, customer.id)[0] == 1
