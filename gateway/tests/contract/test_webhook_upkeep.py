# SPDX-License-Identifier: Apache-2.0
"""Events that are no news: made up for a test, sent once more, or too old to be sent at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.pages import PageRequest
from ringside_gateway.domain.webhook_deliveries import MOST_AGE_S, Answer, WebhookDelivery
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.egress.webhooks import Webhooks
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.deliver import Attempt, Deliver
from ringside_gateway.services.events import Events
from ringside_gateway.services.retention import EVENTS_KEEP_S, Retention
from ringside_gateway.services.webhook_deliveries import WebhookDeliveries
from ringside_gateway.services.webhook_endpoints import WebhookEndpoints
from ringside_gateway.storage.database import Database

KEYRING = Keyring(["k" * 32])
GOOD, BAD = Answer(1, 200, ""), Answer(1, 500, "", "it answered 500")
Clock = Callable[[float], None]


def endpoint(database: Database, caller: Caller) -> str:
    url = "https://192.0.1.1/" if caller.livemode else "http://127.0.0.1:9/"
    return WebhookEndpoints(database, KEYRING, Addresses(True)).create(caller, {"url": url})[0].id


def disable(database: Database, caller: Caller, endpoint_id: str, status: str = "disabled") -> None:
    WebhookEndpoints(database, KEYRING, Addresses(True)).update(caller, endpoint_id, {"status": status})


def attempts(database: Database) -> list[Attempt]:
    return Deliver(database, KEYRING, Webhooks(Addresses(True), 5.0)).step([])


def answered(database: Database, answer: Answer) -> None:
    worker = Deliver(database, KEYRING, Webhooks(Addresses(True), 5.0))
    worker.finish([(attempt, answer) for attempt in worker.step([])])


def log(database: Database, caller: Caller, endpoint_id: str) -> list[Any]:
    page = WebhookDeliveries(database).list(caller, endpoint_id, PageRequest(100), status=None, event=None)
    return list(page.items)


def feed(database: Database, caller: Caller) -> list[str]:
    return [event.type for event in Events(database).list(caller, PageRequest(100), None).items]


@pytest.mark.parametrize("livemode", [False, True])
def test_a_test_event_says_so_is_of_its_endpoints_mode_and_is_no_event_of_the_account(
    database: Database, caller: Caller, livemode: bool
) -> None:
    caller = replace(caller, livemode=livemode)
    made = endpoint(database, caller)
    WebhookDeliveries(database).test(caller, made, {"event_type": "wallet.topped_up"})
    Customers(database).create(caller, {"external_id": "real"})
    bodies = {event["type"]: event for attempt in attempts(database) for event in [json.loads(attempt.body)]}
    made_up, real = bodies["wallet.topped_up"], bodies["customer.created"]
    assert (made_up["test"], made_up["livemode"], made_up["data"]["object"]["livemode"]) == (True, livemode, livemode)
    inner = made_up["data"]["object"]["transactions"]["data"]
    assert inner
    assert {transaction["livemode"] for transaction in inner} == {livemode}
    assert "test" not in real
    assert feed(database, caller) == ["customer.created"]


def sent_again_on_its_last_day(database: Database, caller: Caller, clock: Clock) -> tuple[str, WebhookDelivery]:
    """The endpoint, and the new delivery of an event that was delivered a minute less than a week ago."""
    made = endpoint(database, caller)
    Customers(database).create(caller, {"external_id": "a"})
    answered(database, GOOD)
    clock(EVENTS_KEEP_S - 60)
    return made, WebhookDeliveries(database).redeliver(caller, made, log(database, caller, made)[0].id)


def test_an_event_that_is_kept_no_longer_is_not_sent_again_and_the_refusal_names_it(
    database: Database, caller: Caller, clock: Clock
) -> None:
    made, again = sent_again_on_its_last_day(database, caller, clock)
    clock(120)
    Retention(database).forget()
    with pytest.raises(GatewayError, match="not_found") as refused:
        WebhookDeliveries(database).redeliver(caller, made, again.id)
    assert refused.value.facts["object"] == "event"


def test_an_event_sent_again_on_its_last_day_is_tried_for_three_days(
    database: Database, caller: Caller, clock: Clock
) -> None:
    sent_again_on_its_last_day(database, caller, clock)
    answered(database, BAD)
    clock(MOST_AGE_S - 120)
    Retention(database).forget()
    assert [attempt.number for attempt in attempts(database)] == [2]
    clock(300)
    Retention(database).forget()
    with database.reading() as tx:
        assert tx.execute("SELECT COUNT(*) FROM outbox").fetchone()[0] == 0


def test_what_waits_for_a_disabled_endpoint_is_dead_after_three_days_and_says_why(
    database: Database, caller: Caller, clock: Clock
) -> None:
    made, other = endpoint(database, caller), endpoint(database, caller)
    Customers(database).create(caller, {"external_id": "a"})
    answered(database, BAD)
    disable(database, caller, made)
    clock(MOST_AGE_S - 60)
    Retention(database).forget()
    assert [row.status for row in log(database, caller, made)] == ["pending"]
    clock(120)
    Retention(database).forget()
    (row,) = log(database, caller, made)
    assert (row.status, "disabled" in row.error) == ("dead", True)
    assert [row.status for row in log(database, caller, other)] == ["pending"], "its own attempts decide"
    disable(database, caller, made, "enabled")
    WebhookDeliveries(database).redeliver(caller, made, row.id)
    assert made in [attempt.endpoint.id for attempt in attempts(database)]
