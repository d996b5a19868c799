# SPDX-License-Identifier: Apache-2.0
"""The properties of test_round_trips.py for Gemini and Bedrock: turns come back, nonsense only fails its call."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Answer, UpstreamFault
from ringside_gateway.providers.wire import Wire, wire_named

from .recordings import attempt, event_message, framed_bedrock, framed_google
from .test_offsets import Pieces
from .test_round_trips import EXAMPLES, QUESTION, TOOLS, add, anything, conversations, inputs, names, words

MODELS = {"google": "gemini-3.1-flash-lite", "bedrock": "claude-opus-4-6"}
KEYS = """candidates content parts text thought thoughtSignature functionCall name args id finishReason finishMessage
    index usageMetadata promptTokenCount promptTokensDetails responseId modelVersion promptFeedback blockReason
    logprobsResult chosenCandidates topCandidates error code details reason retryDelay message status output
    toolUse toolUseId input stopReason reasoningContent reasoningText signature redactedContent citationsContent
    usage inputTokens start delta contentBlockIndex type __type"""
EVENTS = """messageStart contentBlockStart contentBlockDelta contentBlockStop messageStop metadata novelty
    !throttlingException !modelStreamErrorException !novelException"""
KINDS = "STOP SAFETY MALFORMED_FUNCTION_CALL MAX_TOKENS end_turn tool_use malformed_tool_use server_tool_use AUDIO 7s"
keys, kinds = st.sampled_from(KEYS.split()), st.sampled_from(KINDS.split())
likely = st.recursive(
    st.one_of(kinds, st.integers(0, 2), anything),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=12,
)
objects = st.dictionaries(keys, likely, max_size=6)


def wire_of(provider: str) -> Wire:
    wire = wire_named(provider)
    assert wire is not None
    return wire


def sent(provider: str, messages: list[dict[str, Any]]) -> dict[str, Any]:
    asked = attempt(provider, MODELS[provider], {"messages": messages, "tools": TOOLS})
    body: dict[str, Any] = orjson.loads(wire_of(provider).body_of(asked))
    return body


@st.composite
def gemini_parts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A turn of Gemini's: at most one text, signed or not, then calls, of which any may be signed."""
    parts: list[dict[str, Any]] = []
    for number, (name, args) in enumerate(draw(st.lists(st.tuples(names, inputs), min_size=1, max_size=3))):
        signed = {"thoughtSignature": f"s{number}"} if number == 0 or draw(st.booleans()) else {}
        parts.append({"functionCall": {"id": f"g{number}", "name": name, "args": args}, **signed})
    text = draw(st.one_of(st.none(), words))
    signed = draw(st.sampled_from([{}, {"thoughtSignature": "st"}]))
    return [{"text": text, **signed}, *parts] if text else parts


@EXAMPLES
@given(gemini_parts(), st.booleans())
def test_a_turn_of_geminis_comes_back_part_by_part(parts: list[dict[str, Any]], keeps_all: bool) -> None:
    body = {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}], "responseId": "r"}
    whole = wire_of("google").answer_of(
        orjson.dumps(body), attempt("google", MODELS["google"], {"messages": [QUESTION]})
    )
    asked = attempt("google", MODELS["google"], {"messages": [QUESTION], "stream": True})
    events = [{"candidates": [{"content": {"parts": [part]}}], "responseId": "r"} for part in parts]
    events.append({"candidates": [{"content": {}, "finishReason": "STOP"}], "responseId": "r"})
    pieces: dict[str, Any] = {"content": "", "tool_calls": []}
    for chunk in wire_of("google").stream_of(Pieces([b"".join(map(framed_google, events))]), asked):
        add(pieces, orjson.loads(chunk.data)["choices"][0]["delta"])
    for message in (orjson.loads(whole.body)["choices"][0]["message"], pieces):
        kept = message if keeps_all else {name: message[name] for name in ("role", "content", "tool_calls")}
        results = [{"role": "tool", "tool_call_id": call["id"], "content": "."} for call in kept["tool_calls"]]
        assert sent("google", [QUESTION, kept, *results])["contents"][1]["parts"] == parts


def flat_openai(messages: list[dict[str, Any]]) -> list[Any]:
    found: list[Any] = []
    for message in messages:
        if message["role"] == "tool":
            found.append(("result", message["tool_call_id"], message["content"]))
            continue
        found.append((message["role"], message["content"]))
        found += [
            ("call", call["id"], call["function"]["name"], orjson.loads(call["function"]["arguments"]))
            for call in message.get("tool_calls", [])
        ]
    return found


def flat_google(body: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for content in body["contents"]:
        for part in content["parts"]:
            call, result = part.get("functionCall"), part.get("functionResponse")
            if call:
                found.append(("call", call["id"], call["name"], call["args"]))
            elif result:
                found.append(("result", result["id"], result["response"]["output"]))
            else:
                found.append(("assistant" if content["role"] == "model" else "user", part["text"]))
    return found


def flat_bedrock(body: dict[str, Any]) -> list[Any]:
    found: list[Any] = []
    for turn in body["messages"]:
        for block in turn["content"]:
            use, result = block.get("toolUse"), block.get("toolResult")
            if use:
                found.append(("call", use["toolUseId"], use["name"], use["input"]))
            elif result:
                found.append(("result", result["toolUseId"], result["content"][0]["text"]))
            else:
                found.append((turn["role"], block["text"]))
    return found


@EXAMPLES
@given(conversations())
def test_a_conversation_arrives_whole_and_in_order(messages: list[dict[str, Any]]) -> None:
    assert flat_bedrock(sent("bedrock", messages)) == flat_openai(messages)
    # Gemini tells answers to one function apart by their order, so they come in that of the calls.
    assert sorted(map(repr, flat_google(sent("google", messages)))) == sorted(map(repr, flat_openai(messages)))
    calls = [call for call in flat_google(sent("google", messages)) if call[0] in ("call", "result")]
    ids = {kind: [call[1] for call in calls if call[0] == kind] for kind in ("call", "result")}
    assert ids["call"] == ids["result"]


@EXAMPLES
@given(st.one_of(anything, likely, st.fixed_dictionaries({"candidates": st.lists(objects, min_size=1, max_size=2)})))
def test_no_answer_does_more_than_fail_the_call(body: Any) -> None:
    content = body if isinstance(body, list) else [body]
    shaped = {"output": {"message": {"content": content}}, "stopReason": body}
    for provider, told in (("google", body), ("bedrock", body), ("bedrock", shaped)):
        asked = attempt(provider, MODELS[provider], {"messages": [QUESTION]})
        assert isinstance(wire_of(provider).fault_of(400, {}, orjson.dumps(told), asked), UpstreamFault)
        try:
            answer = wire_of(provider).answer_of(orjson.dumps(told), asked)
        except UpstreamFault:
            continue
        assert isinstance(answer, Answer)
        assert isinstance(answer.text(), str)
        assert orjson.loads(answer.body)["choices"]


@EXAMPLES
@given(st.lists(st.tuples(st.sampled_from(EVENTS.split()), st.one_of(objects, anything)), max_size=6))
def test_no_stream_does_more_than_fail_the_call(events: list[tuple[str, Any]]) -> None:
    frames = {
        "google": b"".join(framed_google(told) for _, told in events),
        "bedrock": b"".join(framed_bedrock({kind: told}) for kind, told in events),
    }
    for provider, data in frames.items():
        asked = attempt(provider, MODELS[provider], {"messages": [QUESTION], "stream": True})
        stream = wire_of(provider).stream_of(Pieces([data]), asked)
        try:
            for chunk in stream:
                assert isinstance(orjson.loads(chunk.data), dict)
        except UpstreamFault:
            pass
        assert isinstance(stream.delivered_text(), str)


@EXAMPLES
@given(objects, st.lists(objects, max_size=3), st.one_of(objects, likely))
def test_no_request_does_more_than_be_refused(body: dict[str, Any], messages: list[dict[str, Any]], tool: Any) -> None:
    for provider in MODELS:
        asked = attempt(provider, MODELS[provider], {**body, "messages": [QUESTION, *messages], "tools": [tool]})
        try:
            assert isinstance(wire_of(provider).body_of(asked), bytes)
        except GatewayError as refusal:
            assert refusal.code in ("invalid_request", "unsupported_parameter")


@pytest.mark.parametrize("headers", [{}, {":message-type": "error", ":error-code": 'a"b'}, {":message-type": "event"}])
def test_an_event_with_strange_headers_only_fails_the_call(headers: dict[str, str]) -> None:
    asked = attempt("bedrock", MODELS["bedrock"], {"messages": [QUESTION], "stream": True})
    with pytest.raises(UpstreamFault):
        list(wire_of("bedrock").stream_of(Pieces([event_message(headers, b"")]), asked))
