# SPDX-License-Identifier: Apache-2.0
"""The whole package against a real gateway: `make run` at the root, then RINGSIDE_TEST_GATEWAY and FC_API_KEY."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openai
import pytest

from ringside import AsyncRingside, Model, Ringside, errors, is_ringside_error, meta, types

HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
MINI = Model.fc("openai", "gpt-4o-mini")


@pytest.fixture
def live(gateway: tuple[str, str]) -> Iterator[Ringside]:
    """A client of the gateway."""
    with Ringside(base_url=gateway[0], api_key=gateway[1]) as made:
        yield made


@pytest.fixture
def customer(live: Ringside) -> Iterator[types.Customer]:
    """A customer of its own for the test."""
    made = live.customers.create(external_id=f"e2e/{uuid.uuid4()}?#%", name="Zoë 🥊", metadata={"a": "ß"})
    yield made
    live.customers.delete(made.id)


def test_a_match_ref_is_served_and_the_headers_say_by_whom(live: Ringside, customer: types.Customer) -> None:
    ref = Model.match("anthropic", "sonnet").min_version(4).build()
    mine = live.for_customer(customer.id, tags=["e2e", "b c"])
    raw = mine.chat.completions.with_raw_response.create(model=ref, messages=HELLO)
    facts = meta(raw)
    assert raw.parse().choices[0].message.content
    assert (facts.model_resolved or "").startswith("fc:anthropic/")
    assert (facts.request_id or "").startswith("req_")
    assert facts.rate_limit_remaining is not None
    assert live.models.resolve(ref=ref).resolved == facts.model_resolved
    event = live.usage.retrieve_event(facts.request_id or "")
    assert (event.customer, event.tags, event.model_requested) == (customer.id, ["e2e", "b c"], ref)
    assert event.cost_usd == facts.cost


def test_a_stream_says_the_same_as_the_whole_answer(live: Ringside, customer: types.Customer) -> None:
    chats = live.for_customer(customer.id).chat.completions
    stream = chats.create(model=MINI, messages=HELLO, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == chats.create(model=MINI, messages=HELLO).choices[0].message.content
    assert chunks[-1].usage is not None


def test_customers_are_found_changed_and_listed(live: Ringside, customer: types.Customer) -> None:
    address = f"ext:{customer.external_id}"
    assert live.customers.retrieve(address).id == customer.id
    changed = live.customers.update(address, budget_usd=Decimal("1000.123456789"), metadata={"b": "c"})
    assert (changed.budget_usd, changed.metadata, changed.name) == (Decimal("1000.123456789"), {"b": "c"}, "Zoë 🥊")
    assert live.customers.update(customer.id, budget_usd=None).budget_usd is None
    assert [found.id for found in live.customers.list(external_id=customer.external_id)] == [customer.id]
    assert live.customers.get_or_create(external_id=customer.external_id).id == customer.id


def test_pages_are_walked_in_both_directions(live: Ringside, customer: types.Customer) -> None:
    wallet = live.customers.wallet
    made = [wallet.topup(customer.id, amount_usd=number).id for number in (1, 2, 3)]
    forward = [row.id for row in wallet.list_transactions(customer.id, limit=1)]
    assert forward == made[::-1]
    backward = {row.id for row in wallet.list_transactions(customer.id, limit=1, before=made[0])}
    assert backward == set(made[1:])


def test_money_is_exact_from_top_up_to_refund(live: Ringside, customer: types.Customer) -> None:
    wallet, key = live.customers.wallet, str(uuid.uuid4())
    first = wallet.topup(customer.id, amount_usd=Decimal("0.123456789"), idempotency_key=key)
    again = wallet.topup(customer.id, amount_usd=Decimal("0.123456789"), idempotency_key=key)
    assert first.id == again.id
    raw = live.for_customer(customer.id).chat.completions.with_raw_response.create(model=MINI, messages=HELLO)
    facts = meta(raw)
    assert facts.wallet_balance is not None
    assert facts.wallet_deducted is not None
    assert facts.wallet_balance + facts.wallet_deducted == Decimal("0.123456789")
    debit = next(iter(wallet.list_transactions(customer.id)))
    assert (debit.type, debit.amount_usd, debit.request_id) == ("debit", -facts.wallet_deducted, facts.request_id)
    wallet.refund(customer.id, transaction_id=debit.id)
    wallet.adjust(customer.id, amount_usd=Decimal("-0.000000001"), reason="rounding")
    assert wallet.retrieve(customer.id).balance_usd == Decimal("0.123456788")
    live.chat.completions.create(model=MINI, messages=HELLO, extra_headers={"FC-Customer": customer.id})
    usage = live.usage.retrieve(customer=customer.id, group_by="model")
    assert (usage.total_requests, len(usage.data)) == (2, 1)
    assert usage.total_cost_usd == 2 * facts.wallet_deducted


def test_usage_comes_as_csv_too(live: Ringside, customer: types.Customer) -> None:
    live.for_customer(customer.id).chat.completions.create(model=MINI, messages=HELLO)
    raw = live.usage.with_raw_response.list_events(customer=customer.id, extra_headers={"Accept": "text/csv"})
    head, row = raw.text.strip().splitlines()
    assert "cost_usd" in head
    assert customer.id in row


def test_the_same_key_with_another_body_is_refused(live: Ringside, customer: types.Customer) -> None:
    key = str(uuid.uuid4())
    live.customers.wallet.topup(customer.id, amount_usd=1, idempotency_key=key)
    with pytest.raises(errors.IdempotencyKeyReusedError):
        live.customers.wallet.topup(customer.id, amount_usd=2, idempotency_key=key)


def test_refusals_are_typed(live: Ringside, customer: types.Customer) -> None:
    with pytest.raises(errors.InvalidModelRefError) as bare:
        live.chat.completions.create(model="gpt-4o", messages=HELLO)
    assert isinstance(bare.value, openai.BadRequestError)
    assert (bare.value.param, bare.value.should_retry) == ("model", False)
    assert (bare.value.request_id or "").startswith("req_")
    with pytest.raises(errors.ExternalIdTakenError):
        live.customers.create(external_id=customer.external_id)
    with pytest.raises(errors.ObjectNotFoundError):
        live.customers.retrieve("ext:never/made")
    with pytest.raises(errors.InvalidCursorError):
        list(live.customers.list(after="cus_nothing"))
    with pytest.raises(errors.InvalidRequestError, match="amount_usd"):
        live.customers.wallet.topup(customer.id, amount_usd=0)
    with pytest.raises(errors.InvalidApiKeyError):
        live.with_options(api_key="sk_test_wrong").models.list()


def test_a_customer_without_budget_is_refused(live: Ringside, customer: types.Customer) -> None:
    live.customers.update(customer.id, budget_usd=0)
    with pytest.raises(errors.CustomerBudgetExceededError) as refusal:
        live.for_customer(customer.id).chat.completions.create(model=MINI, messages=HELLO)
    assert (refusal.value.resets_at or 0) > customer.created_at
    assert is_ringside_error(refusal.value, "customer_budget_exceeded")


def test_the_async_client_does_the_same(gateway: tuple[str, str]) -> None:
    async def calls() -> None:
        async with AsyncRingside(base_url=gateway[0], api_key=gateway[1]) as client:
            name = f"e2e-{uuid.uuid4()}"
            raced = await asyncio.gather(*[client.customers.get_or_create(external_id=name) for _ in range(4)])
            assert len({found.id for found in raced}) == 1
            mine = client.for_customer(raced[0].id)
            stream = await mine.chat.completions.create(model=MINI, messages=HELLO, stream=True)
            assert [chunk async for chunk in stream]
            events = [event async for event in client.usage.list_events(customer=raced[0].id, limit=1)]
            assert [event.stream for event in events] == [True]
            assert (await client.customers.delete(raced[0].id)).deleted

    asyncio.run(calls())


def test_an_endpoint_is_made_by_the_published_call_and_managed_by_its_own_resource(live: Ringside) -> None:
    made = live.webhooks.create(url="https://192.0.1.1/hooks", events=["wallet.low"])
    assert made.secret is not None
    assert made.events == ["wallet.low"]
    delivery = live.webhook_endpoints.test(made.id)
    assert [found.id for found in live.webhook_endpoints.deliveries.list(made.id)] == [delivery.id]
    assert live.webhook_endpoints.delete(made.id).deleted
