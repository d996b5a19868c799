# SPDX-License-Identifier: Apache-2.0
"""OpenAI's surface through our client: chat, streams, cancellation; and the async twins."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from decimal import Decimal

import openai
import pytest
from replies import answer, events, page, refusal, stall
from scripted_server import ScriptedServer

from ringside import AsyncRingside, Model, Ringside, RingsideConfigError, errors, meta

HELLO = [{"role": "user", "content": "Hello"}]
MODEL = Model.match("anthropic", "sonnet").min_version(4).build()
CUSTOMER = {"id": "cus_1", "object": "customer", "budget_usd": 0.1}
MakeAsync = Callable[..., AsyncRingside]


def chunk(text: str) -> str:
    """One chat chunk."""
    delta = {"index": 0, "delta": {"content": text}}
    return json.dumps({"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [delta]})


def test_a_built_ref_is_the_model_and_the_served_one_is_in_the_headers(
    client: Ringside, server: ScriptedServer
) -> None:
    body = {"id": "c", "object": "chat.completion", "choices": [{"message": {"role": "assistant", "content": "Hi"}}]}
    server.script(answer(body, x_ringside_model_resolved="fc:anthropic/claude-sonnet-4-6", x_ringside_cost="0.000012"))
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=HELLO)  # type: ignore[arg-type]
    assert server.last.json() == {"messages": HELLO, "model": "match:anthropic/sonnet>=4"}
    assert raw.http_response.headers["x-ringside-model-resolved"] == "fc:anthropic/claude-sonnet-4-6"
    assert meta(raw).cost == Decimal("0.000012")
    assert raw.parse().choices[0].message.content == "Hi"


def test_a_cascade_is_sent_in_its_order(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"id": "c"}))
    refs = [Model.slot("fast"), Model.fc("openai", "gpt-4o")]
    client.chat.completions.create(model=refs[0], messages=[], extra_body={"model": refs})
    assert server.last.json()["model"] == ["slot:fast", "fc:openai/gpt-4o"]


def test_a_stream_shows_its_headers_before_its_events(client: Ringside, server: ScriptedServer) -> None:
    server.script(events(chunk("Hel"), chunk("lo"), "[DONE]", headers={"x-ringside-wallet-held": "0.5"}))
    with client.chat.completions.with_streaming_response.create(model=MODEL, messages=[], stream=True) as response:
        assert meta(response).wallet_held == Decimal("0.5")
        assert "".join(one.choices[0].delta.content or "" for one in response.parse()) == "Hello"


def test_an_error_in_mid_stream_keeps_its_code(client: Ringside, server: ScriptedServer) -> None:
    error = json.dumps({"error": {"code": "upstream_error", "message": "gone", "request_id": "req_1"}})
    server.script(events(chunk("Hel"), error))
    stream = client.chat.completions.create(model=MODEL, messages=[], stream=True)
    with pytest.raises(openai.APIError) as raised:
        list(stream)
    assert raised.value.code == "upstream_error"


def test_a_refusal_in_place_of_a_stream_is_an_ordinary_error(client: Ringside, server: ScriptedServer) -> None:
    server.script(refusal(404, "no_model_matches"))
    with pytest.raises(errors.NoModelMatchesError):
        client.chat.completions.create(model=MODEL, messages=[], stream=True)


def test_leaving_a_stream_closes_the_connection(client: Ringside, server: ScriptedServer) -> None:
    server.script(events(*[chunk("x")] * 200, gap_s=0.01))
    with client.chat.completions.create(model=MODEL, messages=[], stream=True) as stream:
        next(iter(stream))
    assert server.closed_early.wait(1.0)


def test_openais_own_verification_is_still_there(client: Ringside) -> None:
    with pytest.raises(ValueError, match="webhook"):
        client.webhooks.unwrap("{}", {"webhook-id": "1"}, secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"id":"evt_1","type":"wallet.low","data":{}}'
    client.webhook_secret = "whsec_1"
    assert client.webhooks.verify(body, client.webhooks.sign(body)).id == "evt_1"
    client.webhooks.verify_header(body, {"X-FC-Signature": client.webhooks.sign(body)})


def test_the_async_client_has_the_same_methods(make_async: MakeAsync, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER), answer(CUSTOMER), answer({"id": "txn_1", "amount_usd": 1}), page(["key_1"]))
    server.script(answer({"object": "model_resolution", "resolved": "fc:a/b"}), answer({"total_cost_usd": 2}))
    server.script(answer(CUSTOMER, x_request_id="req_9"), refusal(402, "wallet_empty"))

    async def calls() -> None:
        async with make_async(customer="cus_7") as client:
            made = await client.customers.create(external_id="a", budget_usd=Decimal("0.10"))
            assert made.budget_usd == Decimal("0.1")
            assert (await client.customers.get_or_create(external_id="a")).id == "cus_1"
            assert (await client.customers.wallet.topup("cus_1", amount_usd=1)).amount_usd == Decimal(1)
            assert [key.id async for key in client.api_keys.list()] == ["key_1"]
            assert (await client.models.resolve(ref="slot:a")).resolved == "fc:a/b"
            assert (await client.usage.retrieve()).total_cost_usd == Decimal(2)
            raw = await client.for_customer("cus_8").customers.with_raw_response.retrieve("cus_1")
            assert (meta(raw).request_id, raw.parse().id) == ("req_9", "cus_1")
            with pytest.raises(errors.WalletEmptyError):
                await client.customers.retrieve("cus_1")

    asyncio.run(calls())
    assert [request.header("fc-customer") for request in server.requests][:7] == ["cus_7"] * 6 + ["cus_8"]
    assert server.requests[0].body == b'{"external_id": "a", "budget_usd": 0.10}'
    assert server.requests[2].header("idempotency-key")


def test_cancelling_an_async_call_closes_its_connection(make_async: MakeAsync, server: ScriptedServer) -> None:
    server.script(events(*[chunk("x")] * 200, gap_s=0.01))

    async def calls() -> None:
        async with make_async() as client:
            stream = await client.chat.completions.create(model=MODEL, messages=[], stream=True)

            async def read() -> None:
                async for _ in stream:
                    pass

            task = asyncio.create_task(read())
            await asyncio.sleep(0.1)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await stream.close()
            assert await asyncio.to_thread(server.closed_early.wait, 1.0)

    asyncio.run(calls())


def test_an_async_call_that_stalls_can_be_cancelled(make_async: MakeAsync, server: ScriptedServer) -> None:
    server.script(stall(2))

    async def calls() -> None:
        async with make_async() as client:
            began = time.monotonic()
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.customers.retrieve("cus_1"), 0.1)
            assert time.monotonic() - began < 1

    asyncio.run(calls())


def test_sixty_four_calls_at_once_on_one_client(make_async: MakeAsync, server: ScriptedServer) -> None:
    server.script(*[answer(CUSTOMER)] * 64)

    async def calls() -> None:
        async with make_async() as client:
            found = await asyncio.gather(*[client.customers.retrieve("cus_1") for _ in range(64)])
            assert len(found) == 64

    asyncio.run(calls())


def test_a_token_source_of_the_wrong_kind_is_refused(make_async: MakeAsync) -> None:
    from ringside import TokenSource

    with pytest.raises(RingsideConfigError, match="AsyncTokenSource"):
        make_async(client_token=TokenSource("a.b.c"))
