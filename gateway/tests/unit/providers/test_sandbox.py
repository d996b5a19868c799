# SPDX-License-Identifier: Apache-2.0
"""The sandbox answers like a model would: deterministic, counted, within every limit it is given."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from ringside_gateway.domain.calls import Cancellation
from ringside_gateway.providers import tokens
from ringside_gateway.providers.sandbox.transport import SandboxTransport
from ringside_gateway.providers.sse import Events
from ringside_gateway.providers.transport import Outgoing, TransportError

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]}},
            "required": ["city", "unit"],
        },
    },
}
CLOCK = {"type": "function", "function": {"name": "clock"}}


def send(card: str = "", text: Any = "Hello", **fields: Any) -> Any:
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}], **fields}
    return SandboxTransport().send(outgoing(body, card))


def outgoing(body: dict[str, Any], card: str, **more: Any) -> Outgoing:
    return Outgoing("sandbox://local", {"X-Sandbox-Model": card}, json.dumps(body).encode(), timeout_s=0.3, **more)


def ask(text: Any = "Hello", **fields: Any) -> dict[str, Any]:
    response = send(text=text, **fields)
    assert response.status == 200
    answer = json.loads(response.read(1 << 24))
    assert isinstance(answer, dict)
    return answer


def chunks(text: Any = "Hello", **fields: Any) -> list[dict[str, Any]]:
    data = list(Events(send(text=text, stream=True, **fields).pieces()))
    assert data.pop() == b"[DONE]"
    return [json.loads(event) for event in data]


def said(answer: dict[str, Any], choice: int = 0) -> str:
    return str(answer["choices"][choice]["message"]["content"])


def called(answer: dict[str, Any]) -> list[str]:
    return [call["function"]["name"] for call in answer["choices"][0]["message"].get("tool_calls", [])]


def test_it_greets_names_itself_and_repeats_the_question() -> None:
    answer = said(ask("Is this a test?"))
    assert "sandbox" in answer
    assert "gpt-4o-mini" in answer
    assert '"Is this a test?"' in answer


def test_the_same_request_has_the_same_answer() -> None:
    first, second = ask("Hello", n=2), ask("Hello", n=2)
    assert (first["id"], first["choices"]) == (second["id"], second["choices"])


def test_usage_is_what_the_tokenizer_counts() -> None:
    answer = ask("Hello there")
    usage = answer["usage"]
    assert usage["completion_tokens"] == tokens.count_text(said(answer))
    assert usage["prompt_tokens"] == tokens.estimate_input_tokens(
        {"messages": [{"role": "user", "content": "Hello there"}]}
    )
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
def test_a_token_limit_cuts_the_answer_and_says_so(name: str) -> None:
    answer = ask("Write 500 words", **{name: 7})
    assert answer["usage"]["completion_tokens"] == 7
    assert tokens.count_text(said(answer)) == 7
    assert answer["choices"][0]["finish_reason"] == "length"


def test_as_many_words_as_wanted_are_written() -> None:
    assert len(said(ask("Write 120 words about boxing")).split()) == 120


@pytest.mark.parametrize("stop", ["sandbox", ["never there", "sandbox"]])
def test_a_stop_sequence_ends_the_answer_before_it(stop: Any) -> None:
    answer = ask(stop=stop)
    assert said(answer) == "Hello from the Ringside "
    assert answer["choices"][0]["finish_reason"] == "stop"


def test_several_choices_differ_and_are_counted_together() -> None:
    answer = ask(n=3)
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert len({said(answer, choice) for choice in range(3)}) == 3
    assert answer["usage"]["completion_tokens"] == sum(tokens.count_text(said(answer, n)) for n in range(3))


def test_a_tool_is_called_when_the_question_names_it() -> None:
    answer = ask("Use get_weather please", tools=[CLOCK, WEATHER])
    assert called(answer) == ["get_weather"]
    arguments = json.loads(answer["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"])
    assert arguments == {"city": "Paris", "unit": "celsius"}
    assert answer["choices"][0]["finish_reason"] == "tool_calls"
    assert answer["choices"][0]["message"]["content"] is None


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("Hello", {}, []),
        ("Get weather, then the clock", {}, ["get_weather", "clock"]),
        ("the clock, then get_weather", {"parallel_tool_calls": False}, ["clock"]),
        ("get_weather", {"tool_choice": "none"}, []),
        ("Hello", {"tool_choice": "required"}, ["get_weather"]),
        ("Hello", {"tool_choice": {"type": "function", "function": {"name": "clock"}}}, ["clock"]),
        ("clockwork and forget_weather", {}, []),
    ],
)
def test_tool_choice_and_names_decide_what_is_called(text: str, more: dict[str, Any], expected: list[str]) -> None:
    assert called(ask(text, tools=[WEATHER, CLOCK], **more)) == expected


def test_after_a_tools_result_it_answers_with_text() -> None:
    history = [
        {"role": "user", "content": "get_weather"},
        {"role": "assistant", "tool_calls": []},
        {"role": "tool", "tool_call_id": "call_1", "content": "22 degrees"},
    ]
    assert said(ask(tools=[WEATHER], messages=history)) == "The tool answered: 22 degrees"


def test_a_json_object_is_one() -> None:
    assert json.loads(said(ask("Hi", response_format={"type": "json_object"})))["question"] == "Hi"


def test_pictures_are_seen_and_counted() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}
    answer = ask([{"type": "text", "text": "What is this?"}, picture])
    assert "[image_url]" in said(answer)
    assert answer["usage"]["prompt_tokens"] > tokens.PER_IMAGE


def test_log_probabilities_cover_the_whole_text() -> None:
    answer = ask(logprobs=True, top_logprobs=1)
    content = answer["choices"][0]["logprobs"]["content"]
    assert "".join(piece["token"] for piece in content) == said(answer)


def test_a_stream_says_what_the_whole_answer_says() -> None:
    whole, pieces = ask(n=2), chunks(n=2)
    for number in range(2):
        own = [choice for chunk in pieces for choice in chunk["choices"] if choice["index"] == number]
        assert own[0]["delta"]["role"] == "assistant"
        assert "".join(choice["delta"].get("content") or "" for choice in own) == said(whole, number)
        assert [choice["finish_reason"] for choice in own][-2:] == [None, "stop"]
    assert {(chunk["object"], chunk["model"]) for chunk in pieces} == {("chat.completion.chunk", "gpt-4o-mini")}
    assert len({chunk["id"] for chunk in pieces}) == 1
    assert len(pieces) > 20


def test_a_streamed_tool_call_comes_in_pieces_that_join() -> None:
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks("get_weather", tools=[WEATHER])]
    calls = [call for delta in deltas for call in delta.get("tool_calls", [])]
    assert (calls[0]["function"]["name"], calls[0]["type"], calls[0]["id"][:5]) == ("get_weather", "function", "call_")
    assert json.loads("".join(call["function"]["arguments"] for call in calls)) == {"city": "Paris", "unit": "celsius"}
    assert len(calls) > 2


def test_usage_comes_last_and_only_when_asked_for() -> None:
    pieces = chunks(stream_options={"include_usage": True})
    assert [chunk["usage"] for chunk in pieces[:-1]] == [None] * (len(pieces) - 1)
    assert pieces[-1]["choices"] == []
    assert pieces[-1]["usage"]["completion_tokens"] > 0
    assert all("usage" not in chunk for chunk in chunks())


@pytest.mark.parametrize(
    ("card", "kind"),
    [("hang", "timeout"), ("reset", "reset"), ("cut", "truncated"), ("slow", "timeout")],
)
def test_a_card_fails_as_its_name_says(card: str, kind: str) -> None:
    with pytest.raises(TransportError) as caught:
        send(card).read(1 << 20)
    assert caught.value.kind == kind


@pytest.mark.parametrize(
    ("card", "status"), [("rate-limited", 429), ("error-500", 500), ("error-400", 400), ("html-502", 502)]
)
def test_a_card_answers_with_its_status(card: str, status: int) -> None:
    response = send(card)
    assert response.status == status
    assert response.headers.get("retry-after") == ("7" if status == 429 else None)


def test_an_overlong_answer_ignores_its_limit() -> None:
    answer = json.loads(send("overlong", max_tokens=5).read(1 << 24))
    assert answer["usage"]["completion_tokens"] > 1000


def test_a_hanging_card_lets_go_when_the_caller_does() -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    body = {"model": "hang", "messages": [{"role": "user", "content": "x"}]}
    began = time.monotonic()
    with pytest.raises(TransportError) as caught:
        SandboxTransport().send(outgoing(body, "hang", cancellation=cancellation))
    assert caught.value.kind == "closed"
    assert time.monotonic() - began < 0.2
