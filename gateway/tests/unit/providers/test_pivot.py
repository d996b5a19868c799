# SPDX-License-Identifier: Apache-2.0
"""Requests read for translation: what is refused and by which name, schemas, state in ids."""

from __future__ import annotations

import base64
import random
import time
import zlib
from typing import Any

import orjson
import pytest
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Attempt, Target
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.providers.wire.anthropic.models import ALWAYS, ASKED, BUDGET, DEFAULT, generation_of
from ringside_gateway.providers.wire.anthropic.request import body_of
from ringside_gateway.providers.wire.pivot import states
from ringside_gateway.providers.wire.pivot.schemas import inlined

CATALOGUE = load_catalogue()
HI = {"role": "user", "content": "Hi"}
CALL = {"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
PART = "messages[0].content[0]"


def sent(model: str = "claude-sonnet-4-5", **request: Any) -> dict[str, Any]:
    facts = CATALOGUE.find("anthropic", model)
    assert facts is not None
    body = {"messages": [HI], **request}
    attempt = Attempt(Target(facts.ref, facts, "anthropic"), body, False, time.monotonic() + 10, True, "req_1")
    parsed: dict[str, Any] = orjson.loads(body_of(attempt))
    return parsed


def user(part: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": [part]}]}


def assistant(**call: Any) -> dict[str, Any]:
    return {"messages": [HI, {"role": "assistant", "tool_calls": [{**CALL, **call}]}]}


def image(url: Any) -> dict[str, Any]:
    return user({"type": "image_url", "image_url": {"url": url}})


def tools(*written: Any, **more: Any) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": tool} for tool in written], **more}


@pytest.mark.parametrize(
    ("request_", "param"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "oracle", "content": "?"}]}, "messages[0].role"),
        ({"messages": [HI, {"role": "user", "content": 7}]}, "messages[1].content"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages"),
        (user({"type": "hologram"}), f"{PART}.type"),
        (user({"type": "text"}), f"{PART}.text"),
        (image("ftp://images.example/a.png"), f"{PART}.image_url.url"),
        (image("data:image/png;base64,"), f"{PART}.image_url.url"),
        (image("data:image/png,plain"), f"{PART}.image_url.url"),
        (image("data:image/tiff;base64,SUkq"), f"{PART}.image_url.url"),
        (image("data:text/html;base64,PGh0bWw+"), f"{PART}.image_url.url"),
        (image(None), f"{PART}.image_url.url"),
        (
            user({"type": "input_audio", "input_audio": {"data": "AA==", "format": "midi"}}),
            f"{PART}.input_audio.format",
        ),
        (user({"type": "file", "file": {}}), f"{PART}.file.file_data"),
        (user({"type": "file", "file": {"file_data": "data:text/plain;base64,/w=="}}), f"{PART}.file.file_data"),
        ({"messages": [HI, {"role": "tool", "tool_call_id": "c9", "content": ""}]}, "messages[1].tool_call_id"),
        ({"messages": [HI, {"role": "tool", "content": ""}]}, "messages[1].tool_call_id"),
        (assistant(function={"name": "f", "arguments": "{"}), "messages[1].tool_calls[0].function.arguments"),
        (assistant(function={"name": "f", "arguments": "[1]"}), "messages[1].tool_calls[0].function.arguments"),
        (assistant(function={}), "messages[1].tool_calls[0].function.name"),
        (assistant(id=None), "messages[1].tool_calls[0].id"),
        (tools({"name": "f"}, {"name": "f"}), "tools[1].function.name"),
        (tools({"name": "f", "parameters": []}), "tools[0].function.parameters"),
        (tools({}), "tools[0].function.name"),
        (
            tools({"name": "f"}, tool_choice={"type": "function", "function": {"name": "g"}}),
            "tool_choice.function.name",
        ),
        (tools({"name": "f"}, tool_choice="perhaps"), "tool_choice"),
        ({"response_format": {"type": "xml"}}, "response_format"),
        ({"response_format": {"type": "json_schema"}}, "response_format"),
        ({"stop": [1]}, "stop"),
        ({"reasoning_effort": "heroic"}, "reasoning_effort"),
        ({"max_tokens": 0, "max_completion_tokens": -1}, "max_completion_tokens"),
    ],
)
def test_what_is_wrong_is_refused_by_its_place(request_: dict[str, Any], param: str) -> None:
    with pytest.raises(GatewayError) as caught:
        sent(**request_)
    assert (caught.value.code, caught.value.param) == ("invalid_request", param)
    assert f"`{param}`" in caught.value.message


def test_a_system_message_of_a_picture_alone_is_left_for_the_provider_to_judge() -> None:
    picture = image("https://images.example/a.png")["messages"][0] | {"role": "system"}
    assert [block["type"] for block in sent(messages=[picture, HI])["system"]] == ["image"]


def test_three_hundred_tools_keep_their_order_and_names() -> None:
    many = [{"name": f"tool_{number}", "description": str(number)} for number in range(300)]
    written = sent(**tools(*many))["tools"]
    assert [tool["name"] for tool in written] == [tool["name"] for tool in many]


def test_a_limit_above_the_models_own_is_the_models_own() -> None:
    assert sent(max_tokens=10_000_000)["max_tokens"] == 64_000


def test_references_are_written_out_wherever_they_stand() -> None:
    schema = {
        "type": "object",
        "properties": {
            "definitions": {"type": "string", "enum": [{"$ref": "kept"}]},
            "home": {"$ref": "#/$defs/a~1b", "description": "Where?"},
            "all": {"type": "array", "items": {"$ref": "#/$defs/city"}},
        },
        "$defs": {"a/b": {"$ref": "#/$defs/city"}, "city": {"type": "string"}},
    }
    assert inlined(schema, "tools[0]") == {
        "type": "object",
        "properties": {
            "definitions": {"type": "string", "enum": [{"$ref": "kept"}]},
            "home": {"type": "string", "description": "Where?"},
            "all": {"type": "array", "items": {"type": "string"}},
        },
    }


def doubling() -> dict[str, Any]:
    defs = {f"l{n}": {"type": "array", "items": [{"$ref": f"#/$defs/l{n + 1}"}] * 2} for n in range(30)}
    return {"$ref": "#/$defs/l0", "$defs": {**defs, "l30": {"type": "null"}}}


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {"items": schema}
    return schema


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"$ref": "#"}, "refers to itself"),
        ({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}, "refers to itself"),
        ({"items": {"$ref": "https://elsewhere.example/schema"}}, "not inside it"),
        ({"items": {"$ref": "#/$defs/b"}}, "not there"),
        (doubling(), "too large"),
        (deep(500), "too deep"),
    ],
    ids=["root", "cycle", "foreign", "missing", "doubling", "deep"],
)
def test_references_that_cannot_be_written_out_are_refused_in_time(schema: dict[str, Any], says: str) -> None:
    began = time.monotonic()
    with pytest.raises(GatewayError) as caught:
        inlined(schema, "tools[0].function.parameters")
    assert (caught.value.code, caught.value.param) == ("invalid_request", "tools[0].function.parameters")
    assert says in caught.value.message
    assert time.monotonic() - began < 1


DETAILS = [{"type": "reasoning.text", "format": "ringside.anthropic.1", "signature": "c2ln", "index": 0}]


def test_state_comes_back_out_of_an_id() -> None:
    packed = states.packed_id("toolu_1", DETAILS)
    assert states.unpacked_id(packed) == ("toolu_1", DETAILS)
    assert states.packed_id("toolu_1", []) == states.plain_id(packed) == "toolu_1"


def test_state_that_is_too_large_or_a_bomb_stays_out() -> None:
    signature = base64.b64encode(random.Random(7).randbytes(60_000)).decode()
    assert states.packed_id("toolu_1", [{**DETAILS[0], "signature": signature}]) == "toolu_1"
    bomb = base64.urlsafe_b64encode(zlib.compress(b'["' + b"x" * 20_000_000 + b'"]', 1)).decode()
    assert states.unpacked_id(f"toolu_1.rs1.{bomb}") == ("toolu_1", [])


def test_thinking_goes_back_beside_a_picture_in_the_answer() -> None:
    picture = {"type": "image_url", "image_url": {"url": "https://a.example/x.png"}}
    said = {"role": "assistant", "content": [{"type": "text", "text": "Here."}, picture]}
    details = [{**DETAILS[0], "model": "claude-sonnet-4-5", "after_text": 0, "text": "Hm."}]
    blocks = sent(messages=[HI, {**said, "reasoning_details": details}])["messages"][1]["content"]
    assert sorted(block["type"] for block in blocks) == ["image", "text", "thinking"]


def test_providers_of_openais_format_get_plain_ids_and_no_state_of_ours() -> None:
    packed = states.packed_id("toolu_1", DETAILS)
    answer = {"role": "assistant", "content": None, "tool_calls": [{**CALL, "id": packed}]}
    told = {"reasoning_content": "Hm.", "reasoning_details": DETAILS}
    foreign = {"role": "assistant", "content": "Hi", "reasoning_details": [{"format": "unknown"}]}
    messages = [HI, {**answer, **told}, {"role": "tool", "tool_call_id": packed, "content": "x"}, foreign]
    assert states.plain_ids(messages) == [
        HI,
        {**answer, "tool_calls": [{**CALL, "id": "toolu_1"}]},
        {"role": "tool", "tool_call_id": "toolu_1", "content": "x"},
        foreign,
    ]


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("claude-3-7-sonnet", BUDGET),
        ("claude-sonnet-4-5", BUDGET),
        ("claude-opus-4-6", ASKED),
        ("claude-opus-4-8", ASKED),
        ("claude-opus-5", DEFAULT),
        ("claude-fable-5", ALWAYS),
        ("claude-fable-5-1", ALWAYS),
        ("claude-opus-5-5", ALWAYS),
        ("claude-haiku-5-5", DEFAULT),
    ],
)
def test_generations_of_claude_think_each_in_their_way(model: str, thinking: str) -> None:
    facts = CATALOGUE.find("anthropic", model)
    assert facts is not None
    assert generation_of(facts).thinking == thinking
