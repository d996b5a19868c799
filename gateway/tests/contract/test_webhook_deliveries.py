# SPDX-License-Identifier: Apache-2.0
"""What the steps of delivery promise, on each dialect: queued once, claimed by one worker, fenced by the attempt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.lanes import PER_ENDPOINT
from ringside_gateway.domain.pages import PageRequest
from ringside_gateway.domain.webhook_deliveries import BACKOFF_S, MOST_AGE_S, Answer
from ringside_gateway.domain.webhook_endpoints import PATIENCE_S
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.egress.webhooks import Webhooks
from ringside_gateway.services.bootstrap import Bootstrap
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.deliver import Attempt, Deliver
from ringside_gateway.services.retention import EVENTS_KEEP_S, Retention
from ringside_gateway.services.webhook_deliveries import WebhookDeliveries
from ringside_gateway.services.webhook_endpoints import WebhookEndpoints
from ringside_gateway.storage.database import Database

TIMEOUT_S = 10.0
KEYRING = Keyring(["k" * 32])
GOOD, BAD = Answer(1, 200, ""), Answer(1, 500, "", "it answered 500")
Clock = Callable[[float], None]


@pytest.fixture
def caller(database: Database) -> Caller:
    account = Bootstrap(database).ensure_account()
    return Caller(account.id, False, "key_1", frozenset(["api:webhooks", "api:write"]))


def worker(database: Database) -> Deliver:
    return Deliver(database, KEYRING, Webhooks(Addresses(True), TIMEOUT_S))


def endpoint(database: Database, caller: Caller, *events: str) -> str:
    made = WebhookEndpoints(database, KEYRING, Addresses(True)).create(
        caller, {"url": "http://127.0.0.1:9/", "events": list(events) or ["*"]}
    )
    return made[0].id


def event(database: Database, caller: Caller, name: str = "a") -> None:
    Customers(database).create(caller, {"external_id": name})


def log(database: Database, caller: Caller, endpoint_id: str) -> list[Any]:
    page = WebhookDeliveries(database).list(caller, endpoint_id, PageRequest(100), status=None, event=None)
    return list(page.items)


def test_an_event_is_queued_once_for_each_endpoint_that_wants_it(database: Database, caller: Caller) -> None:
    wanted = [endpoint(database, caller), endpoint(database, caller, "customer.created")]
    endpoint(database, caller, "wallet.low")
    endpoint(database, replace(caller, livemode=True))
    event(database, caller)
    deliver = worker(database)
    attempts = deliver.step([])
    assert sorted(attempt.endpoint.id for attempt in attempts) == sorted(wanted)
    assert {attempt.body for attempt in attempts} == {attempts[0].body}
    assert [attempt.number for attempt in attempts] == [1, 1]
    assert worker(database).step([]) == deliver.step([]) == []


def test_of_two_workers_at_once_one_gets_a_delivery(database: Database, caller: Caller) -> None:
    endpoint(database, caller)
    for number in range(8):
        event(database, caller, f"c{number}")
    workers = [worker(database) for _ in range(4)]
    claimed: list[Attempt] = []

    def run(deliver: Deliver) -> None:
        for _ in range(3):
            claimed.extend(deliver.step([]))

    threads = [threading.Thread(target=run, args=(deliver,)) for deliver in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 8
    assert len({attempt.delivery.id for attempt in claimed}) == 8


def test_what_a_dead_worker_had_claimed_is_due_after_its_lease_and_its_late_answer_counts_no_more(
    database: Database, caller: Caller, clock: Clock
) -> None:
    endpoint_id = endpoint(database, caller)
    event(database, caller)
    slow, other = worker(database), worker(database)
    (first,) = slow.step([])
    assert other.step([]) == []
    clock(2 * TIMEOUT_S + 1)
    (second,) = other.step([])
    assert (second.delivery.id, second.number) == (first.delivery.id, 2)
    slow.step([(first, BAD)])
    (row,) = log(database, caller, endpoint_id)
    assert (row.status, row.attempts, row.response_status) == ("pending", 2, None)
    other.step([(second, GOOD)])
    slow.step([])
    (row,) = log(database, caller, endpoint_id)
    assert (row.status, row.response_status) == ("delivered", 200)


def test_retries_spread_over_three_days_and_then_the_delivery_is_dead(
    database: Database, caller: Caller, clock: Clock
) -> None:
    endpoint_id = endpoint(database, caller)
    event(database, caller)
    deliver = worker(database)
    (attempt,) = deliver.step([])
    done: list[tuple[Attempt, Answer]] = []
    waited = 0.0
    for pause in (0, *BACKOFF_S):
        assert deliver.step(done) == []
        if pause:
            clock(pause * 0.6)
            assert deliver.step([]) == [], "not before its time"
            clock(pause * 0.4 + 3)
            waited += pause
            (attempt,) = deliver.step([])
        done = [(attempt, BAD)]
    assert 2.9 * 86_400 < waited < MOST_AGE_S
    assert attempt.number == len(BACKOFF_S) + 1 == 14
    assert deliver.step(done) == []
    (row,) = log(database, caller, endpoint_id)
    assert (row.status, row.attempts, row.error) == ("dead", 14, "it answered 500")


def test_an_endpoint_that_failed_for_seven_days_is_disabled_and_an_event_tells_the_others(
    database: Database, caller: Caller, clock: Clock
) -> None:
    failing = endpoint(database, caller, "customer.created")
    listening = endpoint(database, caller, "webhook_endpoint.disabled")
    endpoints = WebhookEndpoints(database, KEYRING, Addresses(True))
    deliver = worker(database)
    for number, days in enumerate((0, 3, 3.9, 0.2)):
        clock(days * 86_400)
        event(database, caller, f"c{number}")
        attempts = deliver.step([])
        told = deliver.step([(attempt, BAD) for attempt in attempts])
        state = endpoints.retrieve(caller, failing)
        assert state.status == ("disabled" if number == 3 else "enabled"), number
        assert state.failing_since is not None
    assert state.disabled_reason == "failing"
    told += deliver.step([])
    assert [attempt.endpoint.id for attempt in told] == [listening]
    assert f'"id":"{failing}"'.encode() in told[0].body
    event(database, caller, "later")
    assert deliver.step([(told[0], GOOD)]) == []
    enabled = endpoints.update(caller, failing, {"status": "enabled"})
    assert (enabled.failing_since, enabled.disabled_reason) == (None, None)
    assert PATIENCE_S == 7 * 86_400


def test_a_success_starts_the_clock_of_failures_anew(database: Database, caller: Caller, clock: Clock) -> None:
    failing = endpoint(database, caller, "customer.created")
    endpoints = WebhookEndpoints(database, KEYRING, Addresses(True))
    deliver = worker(database)
    for number, answer in enumerate((BAD, GOOD, BAD)):
        clock(4 * 86_400)
        event(database, caller, f"c{number}")
        deliver.step([(attempt, answer) for attempt in deliver.step([])])
    state = endpoints.retrieve(caller, failing)
    assert state.status == "enabled" and state.failing_since is not None


def test_a_backlog_of_one_endpoint_leaves_room_for_the_others(database: Database, caller: Caller) -> None:
    slow = endpoint(database, caller, "customer.created")
    for number in range(PER_ENDPOINT + 5):
        event(database, caller, f"c{number}")
    deliver = worker(database)
    assert len(deliver.step([])) == PER_ENDPOINT
    healthy = endpoint(database, caller, "customer.deleted")
    customers = Customers(database)
    customers.delete(caller, "ext:c0")
    assert [attempt.endpoint.id for attempt in deliver.step([])] == [healthy]
    assert all(row.attempts == (number >= 5) for number, row in enumerate(log(database, caller, slow)))


def test_old_events_and_deliveries_are_forgotten(database: Database, caller: Caller, clock: Clock) -> None:
    endpoint_id = endpoint(database, caller)
    event(database, caller)
    deliver = worker(database)
    deliver.step([(attempt, GOOD) for attempt in deliver.step([])])
    Retention(database).forget()
    assert len(log(database, caller, endpoint_id)) == 1
    clock(EVENTS_KEEP_S + 5)
    Retention(database).forget()
    assert log(database, caller, endpoint_id) == []
    clock(MOST_AGE_S)
    Retention(database).forget()
    with database.transaction() as tx:
        assert tx.execute("SELECT COUNT(*) FROM outbox").fetchone()[0] == 0
