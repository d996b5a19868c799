# SPDX-License-Identifier: Apache-2.0
"""OpenAI's own client, nothing of ours, with only base URL and key changed. Runs on the oldest and newest supported."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import AsyncOpenAI, OpenAI

MODEL = "fc:openai/gpt-4o-mini"
HELLO: list[Any] = [{"role": "user", "content": "Hello"}]
CITY: dict[str, Any] = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "people": {"type": "integer"}},
    "required": ["city", "people"],
    "additionalProperties": False,
}
TOOL: Any = {"type": "function", "function": {"name": "get_weather", "description": "Weather", "parameters": CITY}}


@pytest.fixture
def plain(gateway: tuple[str, str]) -> Iterator[OpenAI]:
    """The client of the quickstart."""
    with OpenAI(base_url=gateway[0], api_key=gateway[1], max_retries=0) as client:
        yield client


def test_chat_answers_in_openais_shape(plain: OpenAI) -> None:
    reply = plain.chat.completions.create(model=MODEL, messages=HELLO)
    assert (reply.object, reply.choices[0].message.role, reply.choices[0].finish_reason) == (
        "chat.completion",
        "assistant",
        "stop",
    )
    assert reply.id
    assert reply.created > 0
    assert reply.choices[0].message.content
    usage = reply.usage
    assert usage is not None
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0


def test_the_served_model_is_read_from_the_raw_response(plain: OpenAI) -> None:
    raw: Any = plain.chat.completions.with_raw_response.create(model="match:anthropic/sonnet>=4", messages=HELLO)
    assert raw.http_response.headers["x-ringside-model-resolved"].startswith("fc:anthropic/")
    assert raw.headers["x-request-id"] == raw.http_response.headers["x-request-id"]
    assert raw.parse().choices[0].message.content


def test_a_stream_has_whole_chunks_and_one_end(plain: OpenAI) -> None:
    stream = plain.chat.completions.create(
        model=MODEL, messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert {(chunk.id, chunk.object, chunk.model) for chunk in chunks} == {
        (chunks[0].id, "chat.completion.chunk", chunks[0].model)
    }
    spoken = [chunk.choices[0] for chunk in chunks if chunk.choices]
    assert spoken[0].delta.role == "assistant"
    assert [choice.finish_reason for choice in spoken if choice.finish_reason] == ["stop"]
    assert "".join(choice.delta.content or "" for choice in spoken)
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None


def test_a_stream_can_be_left(plain: OpenAI) -> None:
    with plain.chat.completions.create(model=MODEL, messages=HELLO, stream=True) as stream:
        assert next(iter(stream)).id


def test_openais_stream_helper_assembles_the_answer(plain: OpenAI) -> None:
    with plain.chat.completions.stream(model=MODEL, messages=HELLO) as stream:
        completion = stream.get_final_completion()
    assert completion.choices[0].message.content


def test_a_tool_is_called_and_its_answer_used(plain: OpenAI) -> None:
    messages: list[Any] = [{"role": "user", "content": "Use get_weather for Berlin."}]
    reply = plain.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL], tool_choice="required")
    message = reply.choices[0].message
    assert reply.choices[0].finish_reason == "tool_calls"
    call: Any = (message.tool_calls or [])[0]
    assert call.function.name == "get_weather"
    assert set(json.loads(call.function.arguments)) == {"city", "people"}
    messages += [message, {"role": "tool", "tool_call_id": call.id, "content": "rain"}]
    again = plain.chat.completions.create(model=MODEL, messages=messages, tools=[TOOL])
    assert again.choices[0].message.content


def test_tool_calls_come_through_a_stream(plain: OpenAI) -> None:
    messages: list[Any] = [{"role": "user", "content": "Use get_weather for Berlin."}]
    stream = plain.chat.completions.create(
        model=MODEL, messages=messages, tools=[TOOL], tool_choice="required", stream=True
    )
    name, arguments = "", ""
    for chunk in stream:
        for delta in chunk.choices[0].delta.tool_calls or [] if chunk.choices else []:
            function = delta.function
            name += (function.name or "") if function else ""
            arguments += (function.arguments or "") if function else ""
    assert (name, set(json.loads(arguments))) == ("get_weather", {"city", "people"})


def test_a_json_schema_is_kept(plain: OpenAI) -> None:
    wanted: Any = {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY, "strict": True}}
    reply = plain.chat.completions.create(model=MODEL, messages=HELLO, response_format=wanted)
    answer = json.loads(reply.choices[0].message.content or "")
    assert set(answer) == {"city", "people"}
    assert isinstance(answer["people"], int)


def test_several_choices_and_a_limit_are_kept(plain: OpenAI) -> None:
    reply = plain.chat.completions.create(model=MODEL, messages=HELLO, n=2, max_tokens=3, temperature=0, seed=1)
    assert [choice.index for choice in reply.choices] == [0, 1]
    assert {choice.finish_reason for choice in reply.choices} == {"length"}


def test_models_are_listed_and_retrieved(plain: OpenAI) -> None:
    listed = {model.id: model for model in plain.models.list()}
    assert MODEL in listed
    assert listed[MODEL].owned_by == "openai"
    assert plain.models.retrieve(MODEL).id == MODEL


def test_customers_can_be_made_with_the_generic_verbs(plain: OpenAI) -> None:
    made: Any = plain.post("/customers", cast_to=object, body={"external_id": f"plain-{uuid.uuid4()}"})
    assert made["object"] == "customer"
    headers = {"FC-Customer": made["id"], "FC-Tag": "drop-in"}
    raw: Any = plain.chat.completions.with_raw_response.create(model=MODEL, messages=HELLO, extra_headers=headers)
    event: Any = plain.get(f"/usage/events/{raw.headers['x-request-id']}", cast_to=object)
    assert (event["customer"], event["tags"]) == (made["id"], ["drop-in"])
    gone: Any = plain.delete(f"/customers/{made['id']}", cast_to=object)
    assert gone["deleted"] is True


@pytest.mark.parametrize(
    ("model", "kind", "status", "code"),
    [
        ("gpt-4o", openai.BadRequestError, 400, "invalid_model_ref"),
        ("fc:openai/no-such-model", openai.NotFoundError, 404, "model_not_found"),
        ("match:anthropic/sonnet>=99", openai.NotFoundError, 404, "no_model_matches"),
        ("slot:nobody-made-it", openai.NotFoundError, 404, "slot_not_found"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_refusals_are_openais_own_errors(
    plain: OpenAI, model: str, kind: type[openai.APIStatusError], status: int, code: str, stream: bool
) -> None:
    with pytest.raises(kind) as refusal:
        plain.chat.completions.create(model=model, messages=HELLO, stream=stream)
    error = refusal.value
    assert (error.status_code, error.code, error.param, error.type) == (status, code, "model", "invalid_request_error")
    assert (error.request_id or "").startswith("req_")
    assert error.response.headers["x-should-retry"] == "false"


def test_a_field_out_of_range_is_named(plain: OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as refusal:
        plain.chat.completions.create(model=MODEL, messages=HELLO, temperature=9)
    assert (refusal.value.code, refusal.value.param) == ("invalid_request", "temperature")


def test_a_wrong_key_is_an_authentication_error(plain: OpenAI) -> None:
    with pytest.raises(openai.AuthenticationError) as refusal:
        plain.with_options(api_key="sk_test_wrong").chat.completions.create(model=MODEL, messages=HELLO)
    assert refusal.value.code == "invalid_api_key"


def test_an_unknown_route_is_a_not_found_error(plain: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refusal:
        plain.get("/nothing/here", cast_to=object)
    assert refusal.value.code == "route_not_found"


@pytest.mark.parametrize("budget", [{"budget_usd": 0}])
def test_an_exhausted_budget_is_a_status_error_of_402(plain: OpenAI, budget: dict[str, int]) -> None:
    made: Any = plain.post("/customers", cast_to=object, body={"external_id": f"broke-{uuid.uuid4()}", **budget})
    with pytest.raises(openai.APIStatusError) as refusal:
        plain.chat.completions.create(model=MODEL, messages=HELLO, user=made["id"])
    assert (refusal.value.status_code, refusal.value.code) == (402, "customer_budget_exceeded")


def test_the_async_client_works_as_well(gateway: tuple[str, str]) -> None:
    async def calls() -> None:
        async with AsyncOpenAI(base_url=gateway[0], api_key=gateway[1]) as client:
            replies = await asyncio.gather(
                *[client.chat.completions.create(model=MODEL, messages=HELLO) for _ in range(5)]
            )
            assert {reply.choices[0].finish_reason for reply in replies} == {"stop"}
            stream = await client.chat.completions.create(model=MODEL, messages=HELLO, stream=True)
            assert [chunk async for chunk in stream][-1].choices[0].finish_reason == "stop"

    asyncio.run(calls())
