# SPDX-License-Identifier: Apache-2.0
"""One chat call, end to end: attributed, priced, debited, streamed if asked."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from typing import Any

import httpx
import pytest
from gateway_process import Gateway
from wire import chat, refused


@pytest.fixture
def customer(api: httpx.Client) -> str:
    made = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
    api.post(f"/customers/{made}/wallet/topup", json={"amount_usd": 10})
    return str(made)


def events(text: str) -> list[dict]:
    frames = text.split("\n\n")
    assert frames[-2:] == ["data: [DONE]", ""]
    return [json.loads(frame.removeprefix("data: ")) for frame in frames[:-2]]


def test_the_published_first_curl_answers(api: httpx.Client) -> None:
    body = b'{"model":"fc:openai/gpt-4o-mini","messages":[{"role":"user","content":"Hello"}]}'
    answered = api.post("/chat/completions", content=body, headers={"FC-Customer": "cus_42"})
    assert answered.status_code == 200
    assert answered.headers["x-ringside-model-resolved"] == "fc:openai/gpt-4o-mini"
    assert answered.json()["choices"][0]["message"]["role"] == "assistant"
    assert api.get("/customers/ext:cus_42").json()["external_id"] == "cus_42"


def test_the_cost_is_tokens_times_price_and_is_the_same_everywhere(api: httpx.Client, customer: str) -> None:
    answered = api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer, "FC-Tag": "team:a"})
    usage = answered.json()["usage"]
    nano = usage["prompt_tokens"] * 150 + usage["completion_tokens"] * 600
    assert Decimal(answered.headers["x-ringside-cost"]) == Decimal(nano).scaleb(-9)
    event = api.get(f"/usage/events/{answered.headers['x-request-id']}").json()
    assert Decimal(str(event["cost_usd"])) == Decimal(nano).scaleb(-9)
    assert (event["customer"], event["tags"], event["usage_source"]) == (customer, ["team:a"], "provider")
    assert Decimal(answered.headers["x-ringside-wallet-deducted"]) == Decimal(nano).scaleb(-9)
    summary = api.get(f"/customers/{customer}/usage?group_by=tag").json()
    assert [group["key"] for group in summary["data"]] == ["team:a"]
    assert api.get(f"/customers/{customer}/margin").json()["total_margin_usd"] == 0


def test_usage_comes_as_csv_when_asked(api: httpx.Client, customer: str) -> None:
    api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer, "FC-Tag": "=cmd()"})
    answered = api.get(f"/usage?group_by=tag&customer={customer}", headers={"Accept": "text/csv"})
    header, row, _ = answered.text.split("\r\n")
    assert header == "key,requests,input_tokens,output_tokens,cost_usd,billable_amount_usd"
    assert row.startswith("'=cmd(),1,")
    nothing = api.get(f"/usage?group_by=tag&customer={customer}&tag=none", headers={"Accept": "text/csv"})
    assert nothing.text.split("\r\n") == [header, ""]
    margin = api.get(f"/customers/{customer}/margin?group_by=tag", headers={"Accept": "text/csv"})
    assert margin.text.startswith("key,requests,cost_usd,billable_amount_usd,margin_usd\r\n'=cmd(),1,")


def test_pages_of_csv_lead_from_one_to_the_next(api: httpx.Client, customer: str) -> None:
    for _ in range(3):
        api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer, "FC-Tag": "a&b"})
    url: Any = f"/usage/events?limit=2&customer={customer}&tag=a%26b"
    rows: list[str] = []
    while url:
        page = api.get(url, headers={"Accept": "text/csv"})
        rows += page.text.split("\r\n")[1:-1]
        url = str(page.url.join(page.links["next"]["url"])) if page.links else None
    assert len(rows) == len(set(rows)) == 3


def test_a_stream_is_openais_bytes_and_nothing_else(api: httpx.Client, customer: str) -> None:
    answered = api.post("/chat/completions", json=chat(stream=True), headers={"FC-Customer": customer})
    assert answered.headers["content-type"] == "text/event-stream; charset=utf-8"
    chunks = events(answered.text)
    assert all({"id", "object", "created", "model", "choices"} <= set(chunk) for chunk in chunks)
    assert all("usage" not in chunk for chunk in chunks)
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    finished = [chunk for chunk in chunks if chunk["choices"][0]["finish_reason"]]
    assert len(finished) == 1
    assert answered.headers["x-ringside-wallet-held"]
    event = api.get(f"/usage/events/{answered.headers['x-request-id']}").json()
    assert (event["usage_source"], event["stream"], event["status"]) == ("provider", True, "completed")


def test_a_stream_tells_usage_and_cost_where_asked(api: httpx.Client, customer: str) -> None:
    asked = chat(stream=True, stream_options={"include_usage": True, "include_cost": True})
    answered = api.post("/chat/completions", json=asked, headers={"FC-Customer": customer})
    *chunks, last = events(answered.text)
    assert last["choices"] == []
    assert all(chunk["usage"] is None for chunk in chunks)
    event = api.get(f"/usage/events/{answered.headers['x-request-id']}").json()
    assert last["ringside"]["cost_usd"] == event["cost_usd"] > 0
    assert last["usage"]["completion_tokens"] == event["output_tokens"]


def test_the_sandbox_honours_limits_stops_choices_tools_and_schemas(api: httpx.Client) -> None:
    short = api.post("/chat/completions", json=chat("Write 50 words.", max_tokens=7)).json()
    assert (short["usage"]["completion_tokens"], short["choices"][0]["finish_reason"]) == (7, "length")
    stopped = api.post("/chat/completions", json=chat("Write 50 words.", stop=["corners"])).json()
    assert stopped["choices"][0]["message"]["content"] == "a ring has four "
    assert len(api.post("/chat/completions", json=chat(n=3)).json()["choices"]) == 3
    tool = {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string", "minLength": 3}},
                "required": ["city"],
            },
        },
    }
    called = api.post("/chat/completions", json=chat("Please use get_weather.", tools=[tool])).json()["choices"][0]
    assert called["finish_reason"] == "tool_calls"
    arguments = json.loads(called["message"]["tool_calls"][0]["function"]["arguments"])
    assert len(arguments["city"]) >= 3
    schema = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 18}}, "required": ["age"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "person", "schema": schema}}
    made = api.post("/chat/completions", json=chat(response_format=wanted)).json()
    assert json.loads(made["choices"][0]["message"]["content"])["age"] >= 18


def test_the_same_question_gets_the_same_answer(api: httpx.Client) -> None:
    first, second = (api.post("/chat/completions", json=chat("Twice")).json() for _ in range(2))
    assert first["choices"] == second["choices"]
    assert first["id"] == second["id"]


def test_attribution_falls_back_to_the_bodys_user(api: httpx.Client) -> None:
    user = uuid.uuid4().hex
    api.post("/chat/completions", json=chat(user=user))
    assert api.get(f"/customers/ext:{user}").json()["spend_usd_mtd"] > 0
    assert api.post("/chat/completions", json=chat(user="")).status_code == 200
    refused(api.post("/chat/completions", json=chat(user="u" * 256)), 400, "invalid_request", "user")
    refused(api.post("/chat/completions", json=chat(user="cus_" + "0" * 26)), 404, "customer_not_found", "user")


def test_an_unknown_id_of_generated_length_is_never_created(api: httpx.Client) -> None:
    headers = {"FC-Customer": "cus_" + "0" * 26}
    refused(api.post("/chat/completions", json=chat(), headers=headers), 404, "customer_not_found", "FC-Customer")


def test_a_deleted_customer_cannot_call_by_its_id(api: httpx.Client, customer: str) -> None:
    api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer})
    api.delete(f"/customers/{customer}")
    response = api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer})
    refused(response, 404, "customer_not_found", response.json()["error"]["param"])


def test_a_budget_blocks_at_once_and_raising_it_unblocks_at_once(api: httpx.Client, customer: str) -> None:
    headers = {"FC-Customer": customer}
    api.patch(f"/customers/{customer}", json={"budget_usd": 0})
    error = refused(api.post("/chat/completions", json=chat(), headers=headers), 402, "customer_budget_exceeded")
    assert error["scope"] == "customer_budget"
    assert error["resets_at"] > 0
    api.patch(f"/customers/{customer}", json={"budget_usd": 5})
    assert api.post("/chat/completions", json=chat(), headers=headers).status_code == 200


def test_a_rate_limit_refuses_with_the_wait_and_says_what_is_left(api: httpx.Client, customer: str) -> None:
    headers = {"FC-Customer": customer}
    api.patch(f"/customers/{customer}", json={"rate_limit_rpm": 2})
    first = api.post("/chat/completions", json=chat(), headers=headers)
    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("2", "1")
    api.post("/chat/completions", json=chat(), headers=headers)
    response = api.post("/chat/completions", json=chat(), headers=headers)
    error = refused(response, 429, "customer_rate_limit_exceeded")
    assert error["retry_after_seconds"] == int(response.headers["retry-after"]) <= 62
    assert response.headers["x-ratelimit-remaining"] == "0"


def test_when_the_wallet_buys_only_part_the_answer_is_shortened_and_says_so(api: httpx.Client) -> None:
    poor = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
    api.post(f"/customers/{poor}/wallet/topup", json={"amount_usd": 0.0004})
    asked = chat("Write 2000 words.", model="fc:openai/gpt-4o")
    answered = api.post("/chat/completions", json=asked, headers={"FC-Customer": poor})
    clamped = int(answered.headers["x-ringside-max-tokens-clamped"])
    assert answered.json()["usage"]["completion_tokens"] == clamped < 50
    assert Decimal(answered.headers["x-ringside-wallet-balance"]) >= 0


def test_no_way_to_ask_for_more_than_the_wallet_buys_takes_it_below_zero(api: httpx.Client) -> None:
    for more in ({"n": 128}, {"n": 3}, {"max_tokens": None, "max_completion_tokens": 8000}, {"max_tokens": 8000}):
        poor = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
        api.post(f"/customers/{poor}/wallet/topup", json={"amount_usd": 0.001})
        asked = chat("Write 2000 words.", model="fc:openai/gpt-4o") | more
        answered = api.post("/chat/completions", json=asked, headers={"FC-Customer": poor})
        assert answered.status_code in (200, 402), answered.text
        assert api.get(f"/customers/{poor}/wallet").json()["balance_usd"] >= 0, more


def test_a_test_key_gets_the_refusals_of_the_model_it_imitates(api: httpx.Client) -> None:
    biased = {"logit_bias": {"1": 5}}
    asked = chat(model="fc:cohere/command-a-03-2025") | biased
    refused(api.post("/chat/completions", json=asked), 400, "unsupported_parameter", "logit_bias")
    for served in (asked | {"drop_params": True}, chat(model="fc:vertex/gemini-2.5-flash"), chat() | biased):
        assert api.post("/chat/completions", json=served).status_code == 200


def test_two_names_for_the_most_an_answer_may_have_are_refused(api: httpx.Client) -> None:
    refused(
        api.post("/chat/completions", json=chat() | {"max_tokens": 10, "max_completion_tokens": 8000}),
        400,
        "invalid_request",
        "max_tokens",
    )


def test_an_idempotency_key_replays_an_answer_without_a_second_debit(api: httpx.Client, customer: str) -> None:
    for stream in (False, True):
        headers = {"FC-Customer": customer, "Idempotency-Key": uuid.uuid4().hex}
        before = api.get(f"/customers/{customer}/wallet").json()["balance_usd"]
        first = api.post("/chat/completions", json=chat(stream=stream), headers=headers)
        paid = api.get(f"/customers/{customer}/wallet").json()["balance_usd"]
        second = api.post("/chat/completions", json=chat(stream=stream), headers=headers)
        assert second.content == first.content
        assert second.headers["content-type"] == first.headers["content-type"]
        assert second.headers["idempotency-replayed"] == "true"
        assert before > paid == api.get(f"/customers/{customer}/wallet").json()["balance_usd"]
        other = api.post("/chat/completions", json=chat("Other", stream=stream), headers=headers)
        refused(other, 422, "idempotency_key_reused", "Idempotency-Key")


def test_every_answer_has_a_request_id_and_what_is_left_of_the_limit(api: httpx.Client, gateway: Gateway) -> None:
    for response in (api.get("/models"), api.get("/nope"), httpx.get(f"http://127.0.0.1:{gateway.port}/docs")):
        assert response.headers["x-request-id"].startswith("req_")
        assert "x-ratelimit-remaining" in response.headers
