# SPDX-License-Identifier: Apache-2.0
"""The contract of every wire: the same requests and the same results, whatever the provider's format.

What scenarios and recordings hold is told in scenarios/README.md.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import orjson
import pytest
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.providers.client import ProviderClient

from .conftest import ScriptedUpstream
from .recordings import RECORDINGS, Fault, attempt, catalogue, check_sent, client, played, raw, recording, scenarios

#: Providers whose wires must pass every scenario; each stands for its wire.
PROVIDERS = ("anthropic", "bedrock", "cohere", "google", "openai", "vertex")
CASES = [(provider, name) for provider in PROVIDERS for name in scenarios()]
_FILES = "gateway/tests/contract/providers/scenarios"
EMPTY = {"content": "", "calls": [], "reasoning": None, "refusal": None, "finish": None, "details": 0}


def test_there_are_enough_scenarios_and_every_wire_has_a_recording_of_each() -> None:
    assert len(scenarios()) >= 40
    missing = [
        f"{provider}/{name}"
        for provider in PROVIDERS
        for name in scenarios()
        if not (RECORDINGS / provider / f"{name}.json").exists()
    ]
    assert missing == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_recordings_tell_where_their_shapes_are_published(provider: str) -> None:
    assert [name for name in scenarios() if "20" not in recording(provider, name).get("source", "")] == []


@pytest.mark.parametrize(("provider", "name"), CASES, ids=[f"{provider}-{name}" for provider, name in CASES])
def test_a_wire_passes_a_scenario(upstream: ScriptedUpstream, provider: str, name: str) -> None:
    scenario, case = scenarios()[name], recording(provider, name)
    wanted = attempt(provider, case["model"], request_of(provider, scenario, case))
    if "unsupported" in case:
        got = played(client(provider, upstream.base), wanted)
        assert got == {"error": Fault({"code": "unsupported_parameter", "param": case["unsupported"]})}
        assert upstream.requests == []
        return
    upstream.answers([raw(provider, case["answer"])])
    got = played(client(provider, upstream.base), wanted)
    check_result(got, {**scenario["result"], **case.get("result", {})}, wanted.body)
    check_sent(case, upstream.requests)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_test_mode_refuses_what_the_wire_refuses_and_nothing_else(provider: str) -> None:
    without_key_or_network = ProviderClient(catalogue(), ProviderSettings())
    refused: dict[str, Any] = {}
    insisted: dict[str, Any] = {}
    for name, scenario in scenarios().items():
        case = recording(provider, name)
        asked = attempt(provider, case["model"], request_of(provider, scenario, case))
        for more, found in (({}, refused), ({"drop_params": True}, insisted)):
            got = played(without_key_or_network, replace(asked, body=asked.body | more, livemode=False))
            if "error" in got:
                assert got["error"].code == "unsupported_parameter", got["error"]
                found[name] = got["error"].param
    unsupported = {name: recording(provider, name).get("unsupported") for name in scenarios()}
    assert refused == {name: place for name, place in unsupported.items() if place}
    assert insisted == {name: place for name, place in refused.items() if place.startswith("messages")}


def request_of(provider: str, scenario: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """The scenario's request, with the turn before it where it continues one."""
    request: dict[str, Any] = {**scenario["request"], **case.get("request", {})}
    if "continues" not in scenario:
        return request
    first = scenarios()[scenario["continues"]]
    message = answered(provider, first["name"])
    if scenario["keeps"] == "ids":
        message = {name: message[name] for name in ("role", "content", "tool_calls")}
    calls = message.get("tool_calls", [])
    answers = [{"role": "tool", "tool_call_id": call["id"], "content": "18 degrees"} for call in calls]
    return {**request, "messages": [*first["request"]["messages"], message, *answers]}


def answered(provider: str, name: str) -> dict[str, Any]:
    """The message that a client got in another scenario."""
    case, server = recording(provider, name), ScriptedUpstream()
    server.answers([raw(provider, case["answer"])])
    wanted = attempt(provider, case["model"], request_of(provider, scenarios()[name], case))
    message: dict[str, Any] = played(client(provider, server.base), wanted)["body"]["choices"][0]["message"]
    server.close()
    return message


def check_result(got: dict[str, Any], wanted: dict[str, Any], request: dict[str, Any]) -> None:
    """Shape first, then what it says."""
    if "error" in wanted:
        assert got.pop("error") == Fault(wanted["error"])
    assert "error" not in got, got["error"]
    assert wanted.get("usage") == "any" or got.get("usage") == wanted.get("usage")
    if "body" not in got and not got.get("chunks"):
        assert "content" not in wanted
        return
    seen = completion(got["body"], wanted) if "body" in got else stream(got["chunks"], wanted, request)
    for number, choice in enumerate(wanted.get("choices", [wanted])):
        said = {name: choice[name] for name in EMPTY if name in choice}
        assert seen[number] == {**EMPTY, **said}
    assert got["text"] or not seen[0]["content"]


def completion(body: dict[str, Any], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """What each choice of a whole answer says; everything OpenAI always sends is there."""
    assert body["object"] == "chat.completion"
    assert isinstance(body["id"], str) and body["id"] and isinstance(body["model"], str)
    assert isinstance(body["created"], int)
    assert [choice["index"] for choice in body["choices"]] == list(range(len(body["choices"])))
    if wanted["usage"] is None:
        assert body.get("usage") is None
    else:
        check_usage(body["usage"], wanted["usage"])
    if "logprobs" in wanted:
        content = body["choices"][0]["logprobs"]["content"]
        assert [[token["token"], token["logprob"]] for token in content] == wanted["logprobs"]
    return [said(choice["message"], choice["finish_reason"]) for choice in body["choices"]]


def said(message: dict[str, Any], finish: str | None) -> dict[str, Any]:
    calls = message.get("tool_calls") or []
    assert len({call["id"] for call in calls}) == len(calls)
    assert all(call["type"] == "function" for call in calls)
    assert message["role"] == "assistant"
    return {
        "content": message.get("content") or "",
        "calls": [[call["function"]["name"], json.loads(call["function"]["arguments"])] for call in calls],
        "reasoning": message.get("reasoning_content"),
        "refusal": message.get("refusal"),
        "finish": finish,
        "details": len(message.get("reasoning_details") or []),
    }


def check_usage(shown: dict[str, Any], wanted: dict[str, int]) -> None:
    assert shown["prompt_tokens"] == wanted["input_tokens"]
    assert shown["completion_tokens"] == wanted["output_tokens"]
    assert shown["total_tokens"] == wanted["input_tokens"] + wanted["output_tokens"]


def stream(chunks: list[dict[str, Any]], wanted: dict[str, Any], request: dict[str, Any]) -> list[dict[str, Any]]:
    """What a client that puts the deltas together ends up with; the order of things is checked on the way."""
    asked = bool((request.get("stream_options") or {}).get("include_usage"))
    assert len({(chunk["id"], chunk["object"], chunk["model"]) for chunk in chunks}) == 1
    assert chunks[0]["object"] == "chat.completion.chunk"
    assert abs(chunks[0]["created"] - time.time()) < 10 or chunks[0]["id"] == "chatcmpl-C1"
    if asked and wanted["usage"]:
        last = chunks.pop()
        assert last["choices"] == []
        check_usage(last["usage"], wanted["usage"])
    assert all(("usage" in chunk) == asked and chunk.get("usage") is None for chunk in chunks)
    message: dict[str, Any] = {"content": "", "tool_calls": []}
    finishes = []
    for number, chunk in enumerate(chunks):
        (choice,) = chunk["choices"]
        assert ("role" in choice["delta"]) == (number == 0)
        assert not finishes, "nothing comes after the finish reason"
        finishes += [choice["finish_reason"]] if choice["finish_reason"] else []
        add(message, choice["delta"])
    assert bool(finishes) == ("error" not in wanted)
    return [said(message, finishes[0] if finishes else None)]


def add(message: dict[str, Any], delta: dict[str, Any]) -> None:
    """One delta put to the rest, as OpenAI's own client does it."""
    message.update({name: delta[name] for name in ("role",) if name in delta})
    for name in ("content", "refusal", "reasoning_content"):
        if delta.get(name):
            message[name] = (message.get(name) or "") + delta[name]
    message["reasoning_details"] = message.get("reasoning_details", []) + (delta.get("reasoning_details") or [])
    for piece in delta.get("tool_calls") or []:
        calls = message["tool_calls"]
        if piece["index"] == len(calls):
            assert piece["id"] and piece["type"] == "function" and piece["function"]["name"]
            calls.append({**piece, "function": {"arguments": "", **piece["function"]}})
        else:
            assert piece["index"] == len(calls) - 1 and "id" not in piece
            calls[piece["index"]]["function"]["arguments"] += piece["function"]["arguments"]


def test_a_result_that_differs_says_why() -> None:
    for provider in PROVIDERS:
        for name in scenarios():
            case = recording(provider, name)
            assert "result" not in case or case.get("because"), f"{provider}/{name}"
            assert orjson.dumps(case)


def test_the_page_on_translation_tells_what_is_refused() -> None:
    providers = ("anthropic", "bedrock", "cohere", "google")
    rows = []
    for name in scenarios():
        refused = [recording(provider, name).get("unsupported") for provider in providers]
        if any(refused):
            cells = ("✓" if param is None else f"400 `{param}`" for param in refused)
            rows.append(f"| [{name}](../../{_FILES}/{scenarios()[name]['file']}) | {' | '.join(cells)} |")
    page = (RECORDINGS.parents[3] / "docs/explanation/translation.md").read_text(encoding="utf-8")
    assert "\n".join(["|---|---|---|---|---|", *rows, ""]) in page
