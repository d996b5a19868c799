# SPDX-License-Identifier: Apache-2.0
"""What applications write, compiled by two strict checkers and never run."""

from __future__ import annotations

from collections.abc import Awaitable
from decimal import Decimal
from typing import Any

import openai
from openai import OpenAI
from openai.types.chat import ChatCompletion
from typing_extensions import assert_type

from ringside import (
    AsyncCursorPage,
    AsyncRingside,
    Model,
    Ringside,
    RingsideStatusError,
    SyncCursorPage,
    TokenSource,
    errors,
    events,
    meta,
    types,
    webhooks,
)


def builders() -> None:
    """Refs are plain text, usable wherever the host takes a model."""
    assert_type(Model.match("anthropic", "sonnet").min_version(4).needs("vision").sort("cheapest").build(), str)
    assert_type(Model.fc("openai", "gpt-4o-mini"), str)
    assert_type(Model.slot("fast"), str)


def clients() -> None:
    """A Ringside is an OpenAI; derived clients keep their class."""
    client = Ringside(api_key="sk_test_x", customer="cus_1", tags=["a"], timeout=3.0, max_retries=1)
    host: OpenAI = client
    assert_type(host.api_key, str)
    assert_type(client.for_customer("cus_2", tags="b"), Ringside)
    assert_type(client.with_options(timeout=openai.Timeout(5)), Ringside)
    Ringside(client_token=TokenSource(lambda: "a.b.c"))

    async def mint() -> str:
        return "a.b.c"

    assert_type(AsyncRingside(client_token=mint).for_customer("cus_1"), AsyncRingside)


def chat(client: Ringside) -> None:
    """OpenAI's surface keeps its types."""
    reply = client.chat.completions.create(model=Model.slot("fast"), messages=[{"role": "user", "content": "Hello"}])
    assert_type(reply, ChatCompletion)
    raw = client.chat.completions.with_raw_response.create(model="slot:fast", messages=[])
    assert_type(meta(raw).cost, "Decimal | None")
    assert_type(raw.parse(), ChatCompletion)


def customers(client: Ringside) -> None:
    """Ours have theirs: models out, keywords in."""
    made = client.customers.create(external_id="u1", name=None, budget_usd=Decimal("1.5"), metadata={"a": "b"})
    assert_type(made, types.Customer)
    assert_type(made.budget_usd, "Decimal | None")
    assert_type(made.spend_usd_mtd, Decimal)
    assert_type(made.metadata, "dict[str, str]")
    assert_type(made.created_at, int)
    client.customers.create(external_id="u1", budget_usd=1, timeout=2.5, idempotency_key="k", extra_headers={"A": "b"})
    params: types.CustomerCreateParams = {"external_id": "u1", "rate_limit_rpm": 60}
    assert_type(client.customers.get_or_create(**params), types.Customer)
    listed = client.customers.list(limit=5)
    assert_type(listed, SyncCursorPage[types.Customer])
    for customer in listed:
        assert_type(customer, types.Customer)
    for row in client.customers.wallet.list_transactions("cus_1"):
        assert_type(row.amount_usd, Decimal)
    assert_type(client.customers.delete("cus_1").deleted, bool)
    assert_type(client.customers.with_raw_response.retrieve("cus_1").parse(), types.Customer)
    with client.customers.with_streaming_response.retrieve("cus_1") as response:
        assert_type(response.parse(), types.Customer)
    assert_type(client.usage.retrieve(group_by="model").total_cost_usd, Decimal)
    assert_type(client.models.resolve(ref="slot:fast").candidates, "list[str]")
    assert_type(client.models.retrieve("fc:a/b").id, str)


async def twins(client: AsyncRingside) -> None:
    """The async client gives the same to await."""
    assert_type(await client.customers.retrieve("cus_1"), types.Customer)
    page = await client.customers.list()
    assert_type(page, AsyncCursorPage[types.Customer])
    async for customer in client.customers.list():
        assert_type(customer, types.Customer)
    raw = await client.customers.with_raw_response.retrieve("cus_1")
    assert_type(raw.parse(), types.Customer)
    waiting: Awaitable[types.Wallet] = client.customers.wallet.retrieve("cus_1")
    await waiting


def refusals(client: Ringside) -> None:
    """Facts are typed, and ours are the host's too."""
    try:
        client.customers.retrieve("cus_1")
    except errors.CustomerBudgetExceededError as error:
        assert_type(error.resets_at, "int | None")
        assert_type(error.retry_after_seconds, "int | None")
    except RingsideStatusError as error:
        host: openai.APIStatusError = error
        assert_type(host.request_id, "str | None")
        assert_type(error.should_retry, "bool | None")


def deliveries(client: Ringside, body: bytes, headers: dict[str, str]) -> None:
    """Events are told apart by class."""
    event = client.webhooks.verify(body, headers)
    assert_type(event.id, str)
    match event:
        case events.WalletLowEvent() | events.WalletEmptyEvent():
            assert_type(event.data.object.held_usd, Decimal)
        case events.ChatCompletionFinishedEvent():
            assert_type(event.data.object.cost_usd, Decimal)
        case events.UnknownEvent():
            assert_type(event.data.object, "dict[str, Any]")
        case _:
            pass
    assert_type(webhooks.verify(body, "t=1,v1=", secret=["a", "b"], tolerance="none"), events.Event)


def mistakes(client: Ringside) -> None:
    """Each line is an error for both checkers; an ignore that is not needed is one too."""
    Ringside(api_key="k", custommer="cus_1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.customers.create(name="Zoë")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.customers.create(external_id=5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.customers.wallet.topup("cus_1", amount_usd="5")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Model.match("a", "b").min_version(4.5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.customers.nothing()  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    unused: Any = None
    del unused
