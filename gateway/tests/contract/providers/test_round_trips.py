# SPDX-License-Identifier: Apache-2.0
"""What goes through OpenAI's format and back is still there; nothing a provider says does more than fail its call.

`RINGSIDE_EXAMPLES` sets how many examples of each property are tried.
"""

from __future__ import annotations

import json
import os
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Answer, UpstreamFault
from ringside_gateway.providers.wire import wire_named

from .recordings import attempt, framed_named, framed_openai
from .test_offsets import Pieces
from .test_scenarios import add

#: The same ones every time, unless more are asked for.
LONG = "RINGSIDE_EXAMPLES" in os.environ
EXAMPLES = settings(max_examples=int(os.environ.get("RINGSIDE_EXAMPLES", "25")), deadline=None, derandomize=not LONG)
MODELS = {"anthropic": "claude-opus-5-5", "cohere": "command-a-reasoning-08-2025", "openai": "gpt-4o-mini"}
TOOLS = [{"type": "function", "function": {"name": "plan"}}, {"type": "function", "function": {"name": "find"}}]
QUESTION = {"role": "user", "content": "Well?"}

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(
    lambda text: text.strip()
)
inputs = st.dictionaries(words, st.one_of(words, st.integers(-(2**53), 2**53), st.booleans(), st.none()), max_size=3)
names = st.sampled_from(["plan", "find"])
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**62), 2**62), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=4,
)


@st.composite
def claude_blocks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A turn of Claude's. Neighbouring texts are one, and a text after a call follows thinking, which keeps its place:
    OpenAI's format has no other for it."""
    blocks: list[dict[str, Any]] = []
    for kind in draw(st.lists(st.sampled_from(["text", "thinking", "redacted", "call"]), min_size=1, max_size=7)):
        number = len(blocks)
        if kind == "text" and (not blocks or "thinking" in blocks[-1]["type"]):
            blocks.append({"type": "text", "text": draw(words)})
        elif kind == "thinking":
            thinking = draw(st.one_of(st.just(""), words))
            blocks.append({"type": "thinking", "thinking": thinking, "signature": f"s{number}"})
        elif kind == "redacted":
            blocks.append({"type": "redacted_thinking", "data": f"d{number}"})
        elif kind == "call":
            blocks.append({"type": "tool_use", "id": f"toolu_{number}", "name": draw(names), "input": draw(inputs)})
    return blocks or [{"type": "text", "text": "."}]


def claude_events(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = [{"type": "message_start", "message": {"id": "msg_1", "model": "m"}}]
    for index, block in enumerate(blocks):
        start, deltas = dict(block), []
        if block["type"] == "text":
            start, deltas = (
                {"type": "text", "text": ""},
                [{"type": "text_delta", "text": part} for part in block["text"]],
            )
        elif block["type"] == "thinking":
            start = {"type": "thinking", "thinking": "", "signature": ""}
            deltas = [{"type": "thinking_delta", "thinking": part} for part in block["thinking"]]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
        elif block["type"] == "tool_use":
            start = {**block, "input": {}}
            deltas = [{"type": "input_json_delta", "partial_json": part} for part in json.dumps(block["input"])]
        events.append({"type": "content_block_start", "index": index, "content_block": start})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    return [*events, {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"}]


def answered(provider: str, body: dict[str, Any]) -> dict[str, Any]:
    """The message a client gets for a provider's whole answer."""
    wire = wire_named(provider)
    assert wire is not None
    answer = wire.answer_of(orjson.dumps(body), attempt(provider, MODELS[provider], {"messages": [QUESTION]}))
    message: dict[str, Any] = orjson.loads(answer.body)["choices"][0]["message"]
    return message


def streamed(provider: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    """The message a client puts together from a provider's stream."""
    wire = wire_named(provider)
    assert wire is not None
    asked = attempt(provider, MODELS[provider], {"messages": [QUESTION], "stream": True})
    message: dict[str, Any] = {"content": "", "tool_calls": []}
    for chunk in wire.stream_of(Pieces([b"".join(map(framed_named, events))]), asked):
        add(message, orjson.loads(chunk.data)["choices"][0]["delta"])
    return message if message["tool_calls"] else {name: message[name] for name in message if name != "tool_calls"}


def given_back(provider: str, message: dict[str, Any]) -> dict[str, Any]:
    """The provider's own turn that the message becomes in the next request."""
    wire = wire_named(provider)
    assert wire is not None
    results = [
        {"role": "tool", "tool_call_id": call["id"], "content": "done"} for call in message.get("tool_calls") or []
    ]
    messages = [QUESTION, message, *(results or [QUESTION])]
    sent = orjson.loads(wire.body_of(attempt(provider, MODELS[provider], {"messages": messages, "tools": TOOLS})))
    turn: dict[str, Any] = sent["messages"][1]
    return turn


def ids_only(message: dict[str, Any]) -> dict[str, Any]:
    return {name: message[name] for name in ("role", "content", "tool_calls") if name in message}


@EXAMPLES
@given(claude_blocks())
def test_a_turn_of_claudes_comes_back_block_by_block(blocks: list[dict[str, Any]]) -> None:
    body = {"id": "msg_1", "model": "m", "content": blocks, "stop_reason": "end_turn"}
    assert given_back("anthropic", answered("anthropic", body))["content"] == blocks
    assert given_back("anthropic", streamed("anthropic", claude_events(blocks)))["content"] == blocks


@EXAMPLES
@given(claude_blocks())
def test_a_client_that_keeps_ids_alone_keeps_all_up_to_the_last_call(blocks: list[dict[str, Any]]) -> None:
    blocks = [*blocks, {"type": "tool_use", "id": "toolu_last", "name": "plan", "input": {}}]
    body = {"id": "msg_1", "model": "m", "content": blocks, "stop_reason": "tool_use"}
    for message in (answered("anthropic", body), streamed("anthropic", claude_events(blocks))):
        assert given_back("anthropic", ids_only(message))["content"] == blocks


@EXAMPLES
@given(st.one_of(st.none(), words), st.one_of(st.none(), words), st.lists(st.tuples(names, inputs), max_size=3))
def test_a_turn_of_coheres_comes_back(thought: str | None, text: str | None, calls: list[tuple[str, Any]]) -> None:
    message: dict[str, Any] = {"role": "assistant"}
    content = [{"type": "thinking", "thinking": thought}] if thought else []
    if calls:
        message |= {"tool_plan": text} if text else {}
        message["tool_calls"] = [
            {"id": f"c{number}", "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
            for number, (name, given) in enumerate(calls)
        ]
    else:
        content.append({"type": "text", "text": text or "."})
    message |= {"content": content} if content else {}
    got = answered("cohere", {"id": "1", "finish_reason": "COMPLETE", "message": message})
    expected = {**message, "content": content[0]["text"]} if not calls and not thought else message
    assert given_back("cohere", got) == expected
    assert given_back("cohere", ids_only(got) if calls else got) == expected


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Turns of users and assistants; every call is answered, in any order."""
    messages: list[dict[str, Any]] = []
    for turn in range(draw(st.integers(1, 4))):
        messages.append({"role": "user", "content": draw(words)})
        calls = [
            {
                "id": f"call_{turn}_{number}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(given)},
            }
            for number, (name, given) in enumerate(draw(st.lists(st.tuples(names, inputs), max_size=3)))
        ]
        text = draw(words)
        messages.append({"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {})})
        for call in draw(st.permutations(calls)):
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": draw(words)})
    return [*messages, QUESTION]


def flat_openai(messages: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for message in messages:
        if message["role"] == "tool":
            found.append(("result", message["tool_call_id"], message["content"]))
            continue
        found.append((message["role"], message["content"]))
        for call in message.get("tool_calls", []):
            found.append(("call", call["id"], call["function"]["name"], json.loads(call["function"]["arguments"])))
    return found


def flat_claude(turns: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    kinds = {
        "text": lambda turn, block: (turn["role"], block["text"]),
        "tool_use": lambda _, block: ("call", block["id"], block["name"], block["input"]),
        "tool_result": lambda _, block: ("result", block["tool_use_id"], block["content"]),
    }
    return [kinds[block["type"]](turn, block) for turn in turns for block in turn["content"]]


def flat_cohere(messages: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return flat_openai(
        [{**message, "content": message.get("content") or message.get("tool_plan")} for message in messages]
    )


@EXAMPLES
@given(conversations())
def test_a_conversation_arrives_whole_and_in_order(messages: list[dict[str, Any]]) -> None:
    for provider, flat in (("anthropic", flat_claude), ("cohere", flat_cohere)):
        wire = wire_named(provider)
        assert wire is not None
        asked = attempt(provider, MODELS[provider], {"messages": messages, "tools": TOOLS})
        first, second = wire.body_of(asked), wire.body_of(asked)
        assert first == second
        assert flat(orjson.loads(first)["messages"]) == flat_openai(messages)


#: Values that a provider's answers have, so that arbitrary JSON reaches further than the first check.
KEYS = """type message content delta index usage id name input text thinking signature data error content_block
    stop_reason finish_reason tool_calls function arguments tool_plan model choices logprobs citations role"""
KINDS = """message_start content_block_start content_block_delta content_block_stop message_delta message_stop error
    text
    thinking redacted_thinking tool_use text_delta input_json_delta thinking_delta signature_delta citations_delta
    message-start content-start content-delta content-end tool-plan-delta tool-call-start tool-call-delta tool-call-end
    citation-start message-end COMPLETE ERROR end_turn"""
keys, kinds = st.sampled_from(KEYS.split()), st.sampled_from(KINDS.split())
likely = st.recursive(
    st.one_of(kinds, st.integers(0, 2), anything),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=12,
)
objects = st.dictionaries(keys, likely, max_size=6)


@EXAMPLES
@given(st.one_of(anything, likely), st.sampled_from([200, 400, 401, 429, 500, 529]))
def test_no_answer_of_a_provider_does_more_than_fail_the_call(body: Any, status: int) -> None:
    for provider, model in MODELS.items():
        wire = wire_named(provider)
        assert wire is not None
        asked = attempt(provider, model, {"messages": [QUESTION]})
        assert isinstance(wire.fault_of(status, {}, orjson.dumps(body), asked), UpstreamFault)
        try:
            answer = wire.answer_of(orjson.dumps(body), asked)
        except UpstreamFault:
            continue
        assert isinstance(answer, Answer)
        assert isinstance(answer.text(), str)
        assert orjson.loads(answer.body)["choices"]


@EXAMPLES
@given(st.lists(objects, max_size=6))
def test_no_stream_of_a_provider_does_more_than_fail_the_call(events: list[dict[str, Any]]) -> None:
    for provider, model in MODELS.items():
        wire = wire_named(provider)
        assert wire is not None
        frame = framed_openai if provider == "openai" else framed_named
        asked = attempt(provider, model, {"messages": [QUESTION], "stream": True})
        stream = wire.stream_of(Pieces([b"".join(map(frame, events))]), asked)
        try:
            for chunk in stream:
                assert isinstance(orjson.loads(chunk.data), dict)
        except UpstreamFault:
            pass
        assert isinstance(stream.delivered_text(), str)


@EXAMPLES
@given(objects, st.lists(objects, max_size=3), st.one_of(objects, likely))
def test_no_request_does_more_than_be_refused(body: dict[str, Any], messages: list[dict[str, Any]], tool: Any) -> None:
    for provider in ("anthropic", "cohere"):
        wire = wire_named(provider)
        assert wire is not None
        asked = attempt(provider, MODELS[provider], {**body, "messages": [QUESTION, *messages], "tools": [tool]})
        try:
            assert isinstance(wire.body_of(asked), bytes)
        except GatewayError as refusal:
            assert refusal.code in ("invalid_request", "unsupported_parameter")


@pytest.mark.parametrize("provider", ["anthropic", "cohere"])
def test_a_damaged_id_still_names_its_call(provider: str) -> None:
    call = {"id": "call_1.rs1.!!!", "type": "function", "function": {"name": "plan", "arguments": "{}"}}
    turn = given_back(provider, {"role": "assistant", "content": None, "tool_calls": [call]})
    assert "call_1" in json.dumps(turn) and "rs1" not in json.dumps(turn)
