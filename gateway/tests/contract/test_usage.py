# SPDX-License-Identifier: Apache-2.0
"""Usage is read from what an index finds, and a late correction is no second request."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import ROUND_UP, Decimal
from typing import Any

import pytest
from money_calls import admitted, an_ask, call, died_in_mid_stream, settled
from plans import plan_of
from ringside_gateway.domain import usage as tokens
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.pages import PageRequest
from ringside_gateway.domain.pricing import Price
from ringside_gateway.domain.settlement import Consumption
from ringside_gateway.domain.usage_reports import UsageQuery
from ringside_gateway.http.resources.usage import render_one
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.settlement import Settle
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.usage import Usage
from ringside_gateway.storage import usage_events
from ringside_gateway.storage.database import Database

MANY = 3000
_MANY_EVENTS = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    INSERT INTO usage_events (id, request_id, attempt, kind, account_id, livemode, customer_id, operation,
    model_requested, model, provider, input_tokens, cached_input_tokens, output_tokens, reasoning_tokens, cost_nano,
    billable_nano, usage_source, status, stream, tags, latency_ms, created_at)
    SELECT 'ue_' || i, 'req_' || i, 1, 'call', 'acct', 0, 'cus_' || (i - i / 300 * 300), 'o', 'm', 'm', 'p', 1, 0, 1, 0,
    1, 1, 'provider', 'completed', 0, '[]', 1, 1700000000 + i / 10 FROM n"""


def test_a_page_of_usage_is_read_from_an_index_and_not_sorted_out_of_all_of_it(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(_MANY_EVENTS, (MANY,))
        if tx.dialect != "sqlite":
            tx.execute("ANALYZE usage_events")
    for query in (UsageQuery(), UsageQuery(customer="cus_7"), UsageQuery(since=1700000100, customer="cus_7")):
        for page in (PageRequest(5), PageRequest(5, after="ue_1507"), PageRequest(5, before="ue_1507")):
            plan = plan_of(database, lambda tx: usage_events.page(tx, "acct", False, query, page))  # noqa: B023
            assert not [sorts for sorts in ("TEMP B-TREE", "->  Sort  ") if sorts in plan], plan
            assert ("usage_events_by_customer" in plan) == (query.customer is not None), plan


def test_pages_of_usage_go_on_within_a_second_both_ways(database: Database, caller: Caller) -> None:
    made, moment = Customers(database).create(caller, {"external_id": "steady"}).id, time.time()
    keeper = Bookkeeper(database, clock=lambda: moment)
    for number in range(7):
        call(keeper, an_ask(caller, made, number))
    usage, query = Usage(database), UsageQuery(customer=made)
    first = usage.list_events(caller, query, PageRequest(3))
    rest = usage.list_events(caller, query, PageRequest(9, after=first.items[-1].id))
    shown = [event.request_id for event in (*first.items, *rest.items)]
    assert shown == [f"req_{number}" for number in range(6, -1, -1)]
    assert usage.list_events(caller, query, PageRequest(3, before=rest.items[0].id)).items == first.items


def test_a_late_correction_is_no_second_request_and_its_request_is_shown_as_it_was_billed(
    database: Database, caller: Caller
) -> None:
    made, keeper = Customers(database).create(caller, {"external_id": "late"}).id, Bookkeeper(database)
    hold = admitted(keeper, an_ask(caller, made, 1)).hold
    died_in_mid_stream(database, keeper, hold)
    usage, query = Usage(database), UsageQuery("customer", customer=made)
    estimated = usage.retrieve_event(caller, "req_1")
    assert (estimated.status, estimated.output_tokens, estimated.cost_nano) == ("expired", 0, 100_000)
    receipt = settled(keeper, hold)
    found = usage.summary(caller, query)
    assert [(row.requests, row.output_tokens) for row in (*found.rows, found.total)] == [(1, 50), (1, 50)]
    billed = usage.retrieve_event(caller, "req_1")
    assert (billed.cost_nano, billed.billable_nano) == (receipt.cost_nano, found.total.billable_nano) == (600_000,) * 2
    assert (billed.usage_source, billed.status, billed.output_tokens) == ("provider", "completed", 50)
    assert billed.id == estimated.id
    listed = usage.list_events(caller, query, PageRequest(5)).items
    assert [event.kind for event in listed] == ["correction", "call"]


RATES = Price(10**9, 10**10, 0, 3 * 10**9, 7 * 10**9, 11 * 10**9, 13 * 10**9, 17 * 10**9, per_request=19)
PARTS = {
    "input": ("cached_input", "cache_write", "audio_input"),
    "output": ("reasoning", "audio_output"),
    "cache_write": ("cache_write_1h",),
}


@pytest.mark.parametrize("rates", [RATES, replace(RATES, cache_write_1h=None, reasoning=None, cached_input=None)])
def test_the_tokens_and_prices_an_event_shows_are_its_bill(database: Database, caller: Caller, rates: Price) -> None:
    made, keeper = Customers(database).create(caller, {"external_id": "reader"}).id, Bookkeeper(database)
    usage = tokens.Usage(1000, 100, 300, 70, 500, 200, 40, 30)
    hold = admitted(keeper, an_ask(caller, made, 1)).hold
    keeper.post(Settle(hold, Consumption("fc:a/b", "a", rates, usage, "completed", 1)))
    event = render_one(Usage(database).retrieve_event(caller, "req_1"))
    price = event["price"]

    def charged(kind: str, rate: Any) -> Decimal:
        """What this kind costs, its parts apart, as a reader of the reference would work it out."""
        own = price[f"{kind}_usd"]
        own = rate if own is None else own
        parts = PARTS.get(kind, ())
        plain = event[f"{kind}_tokens"] - sum(event[f"{part}_tokens"] for part in parts)
        return plain * Decimal(str(own)) + sum(charged(part, own) for part in parts)

    expected = (charged("input", None) + charged("output", None)) / 10**6 + Decimal(str(price["per_request_usd"]))
    assert Decimal(str(event["cost_usd"])) == expected.quantize(Decimal("1e-9"), ROUND_UP)
