# SPDX-License-Identifier: Apache-2.0
"""What is Gemini's alone: signatures, ids, schemas beside tools, blocked prompts, and answers that failed."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import UpstreamFault
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.wire.google import WIRE
from ringside_gateway.providers.wire.google.reasoning import NO_SIGNATURE
from ringside_gateway.providers.wire.google.usages import usage_of
from wire_samples import ASK, SCHEMA, TOOL, Recorded, assistant, attempt_of, message_of, told


def model(version: tuple[int, ...] = (3, 1), family: str = "gemini-flash") -> ModelFacts:
    return ModelFacts(
        "google", "g", family, version, "2026-01", 1000, 100, "gemini-g", capabilities=frozenset({"reasoning"})
    )


NEW, OLD, PRO = model(), model((2, 5)), model((3, 1), "gemini-pro")


def sent(facts: ModelFacts = NEW, **body: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = orjson.loads(WIRE.body_of(attempt_of(facts, **body)))
    return parsed


def candidate(*parts: dict[str, Any], finish: str | None = "STOP", **more: Any) -> dict[str, Any]:
    content = {"role": "model", "parts": list(parts)}
    return {"content": content, **({"finishReason": finish} if finish else {}), "index": 0, **more}


def answered(*candidates: dict[str, Any], facts: ModelFacts = NEW, **more: Any) -> dict[str, Any]:
    body = orjson.dumps({"candidates": list(candidates), "responseId": "r1", **more})
    choice: dict[str, Any] = orjson.loads(WIRE.answer_of(body, attempt_of(facts)).body)["choices"][0]
    return {**choice["message"], "finish": choice["finish_reason"]}


def streamed(*events: dict[str, Any], facts: ModelFacts = NEW) -> dict[str, Any]:
    data = b"".join(b"data: " + orjson.dumps({"responseId": "r1", **event}) + b"\r\n\r\n" for event in events)
    return message_of(WIRE.stream_of(Recorded(data), attempt_of(facts, stream=True)))


def call(signature: str | None = None, **more: Any) -> dict[str, Any]:
    part: dict[str, Any] = {"functionCall": {"name": "look", "args": {}, **more}}
    return part if signature is None else {**part, "thoughtSignature": signature}


def signed(content: dict[str, Any]) -> list[str | None]:
    return [part.get("thoughtSignature") for part in content["parts"]]


def test_a_lost_signature_is_stood_in_for_in_the_current_turn_only_and_only_where_it_is_demanded() -> None:
    before = [*ASK, assistant("a"), told("a")]
    messages = [*before, *ASK, assistant("b", "c"), told("b"), told("c"), assistant("d"), told("d")]
    calls = [content for content in sent(messages=messages, tools=[TOOL])["contents"] if content["role"] == "model"]
    assert [signed(content) for content in calls] == [[None], [NO_SIGNATURE, None], [NO_SIGNATURE]]
    old = sent(OLD, messages=before, tools=[TOOL])["contents"]
    assert signed(old[1]) == [None]


@pytest.mark.parametrize("keep", ["message", "ids"])
def test_parallel_calls_get_their_signature_back_from_the_message_or_from_ids_alone(keep: str) -> None:
    got = answered(candidate(call("S1", id="g1"), call(id="g2")))
    names = ("role", "content", "tool_calls") + (("reasoning_details",) if keep == "message" else ())
    message = {name: got[name] for name in names}
    first, second = (made["id"] for made in got["tool_calls"])
    contents = sent(messages=[*ASK, message, told(second, "two"), told(first, "one")], tools=[TOOL])["contents"]
    assert signed(contents[1]) == ["S1", None]
    responses = [part["functionResponse"] for part in contents[2]["parts"]]
    assert [(response["id"], response["response"]) for response in responses] == [
        ("g1", {"output": "one"}),
        ("g2", {"output": "two"}),
    ]


def test_another_models_signature_counts_as_lost() -> None:
    got = answered(candidate(call("S1")))
    other = ModelFacts("google", "h", "gemini-flash", (3, 5), "2026-01", 1000, 100, "gemini-h")
    messages = [*ASK, got, told(got["tool_calls"][0]["id"])]
    assert signed(sent(other, messages=messages, tools=[TOOL])["contents"][1]) == [NO_SIGNATURE]


def test_signed_text_goes_back_cut_as_it_came() -> None:
    got = answered(candidate({"text": "One. ", "thoughtSignature": "S1"}, {"text": "Two."}))
    parts = sent(messages=[*ASK, got, *ASK])["contents"][1]["parts"]
    assert parts == [{"text": "One. ", "thoughtSignature": "S1"}, {"text": "Two."}]


def test_a_signature_that_ends_a_stream_goes_back_with_the_text() -> None:
    got = streamed(
        {"candidates": [candidate({"text": "One. "}, finish=None)]},
        {"candidates": [candidate({"text": "", "thoughtSignature": "S1"})]},
    )
    message = {"role": "assistant", "content": got["content"], "reasoning_details": got["reasoning_details"]}
    assert sent(messages=[*ASK, message, *ASK])["contents"][1]["parts"] == [{"text": "One. ", "thoughtSignature": "S1"}]


def test_calls_without_ids_get_ids_that_are_unique_stable_and_never_sent() -> None:
    events = [{"candidates": [candidate(call(), finish=None)]}, {"candidates": [candidate(call())]}]
    whole, pieces = answered(candidate(call(), call())), streamed(*events)
    ids = [made["id"] for made in whole["tool_calls"]]
    assert ids == [made["id"] for made in pieces["tool_calls"]]
    assert len(set(ids)) == 2
    contents = sent(messages=[*ASK, whole, told(ids[0]), told(ids[1])], tools=[TOOL])["contents"]
    assert "id" not in contents[1]["parts"][0]["functionCall"]
    assert "id" not in contents[2]["parts"][0]["functionResponse"]


@pytest.mark.parametrize("asked", [answered, lambda given, **more: streamed({"candidates": [given]}, **more)])
def test_a_schema_beside_tools_is_a_tool_where_gemini_takes_only_one_of_them(asked: Any) -> None:
    body = sent(OLD, tools=[TOOL], response_format=SCHEMA)
    declared = [tool["name"] for tool in body["tools"][0]["functionDeclarations"]]
    assert declared == ["look", "ringside_answer"]
    assert body["toolConfig"] == {"functionCallingConfig": {"mode": "ANY"}}
    assert "generationConfig" not in body
    got = asked(candidate({"functionCall": {"name": "ringside_answer", "args": {"n": 1}}}), facts=OLD)
    assert (got["content"], got.get("tool_calls") or [], got["finish"]) == ('{"n":1}', [], "stop")
    both = sent(NEW, tools=[TOOL], response_format=SCHEMA)
    assert both["generationConfig"]["responseMimeType"] == "application/json"


def test_a_blocked_prompt_is_an_answer_that_was_filtered() -> None:
    feedback = {"blockReason": "PROHIBITED_CONTENT", "blockReasonMessage": "Not this."}
    got = answered(promptFeedback=feedback)
    assert (got["finish"], got["content"], got["refusal"]) == ("content_filter", "", "Not this.")
    assert streamed({"promptFeedback": feedback})["finish"] == "content_filter"


@pytest.mark.parametrize("asked", [answered, lambda given: streamed({"candidates": [given]})])
def test_an_answer_that_failed_before_it_said_anything_is_an_error_that_may_be_tried_again(asked: Any) -> None:
    with pytest.raises(UpstreamFault) as caught:
        asked(candidate(finish="MALFORMED_FUNCTION_CALL", finishMessage="Malformed call: look("))
    assert caught.value.retryable and not caught.value.against_upstream
    assert "Malformed call" in caught.value.message
    assert asked(candidate({"text": "Well"}, finish="MALFORMED_FUNCTION_CALL"))["finish"] == "stop"


@pytest.mark.parametrize(
    ("facts", "effort", "thinking"),
    [
        (NEW, "minimal", {"thinkingLevel": "MINIMAL", "includeThoughts": True}),
        (NEW, "xhigh", {"thinkingLevel": "HIGH", "includeThoughts": True}),
        (PRO, "minimal", {"thinkingLevel": "LOW", "includeThoughts": True}),
        (OLD, "medium", {"thinkingBudget": 8192, "includeThoughts": True}),
        (OLD, "none", {"thinkingBudget": 0}),
    ],
)
def test_an_effort_becomes_a_level_or_a_budget(facts: ModelFacts, effort: str, thinking: dict[str, Any]) -> None:
    assert sent(facts, reasoning_effort=effort)["generationConfig"] == {"thinkingConfig": thinking}


def test_a_model_that_always_thinks_says_so() -> None:
    with pytest.raises(GatewayError) as caught:
        sent(NEW, reasoning_effort="none")
    assert (caught.value.code, caught.value.param) == ("unsupported_parameter", "reasoning_effort")
    assert sent(NEW, reasoning_effort="none", drop_params=True).keys() == {"contents"}


def test_geminis_own_parameters_pass_and_its_own_tools_too() -> None:
    settings = [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"}]
    body = sent(
        safetySettings=settings,
        generationConfig={"mediaResolution": "MEDIA_RESOLUTION_LOW"},
        temperature=0.5,
        topK=3,
        tools=[TOOL, {"type": "google", "googleSearch": {}}],
    )
    assert body["safetySettings"] == settings
    assert body["generationConfig"] == {"temperature": 0.5, "topK": 3, "mediaResolution": "MEDIA_RESOLUTION_LOW"}
    assert body["tools"][1] == {"googleSearch": {}}


def test_a_tool_that_refers_to_itself_is_refused_by_name() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}}
    tool = {"type": "function", "function": {"name": "look", "parameters": {**node, "$defs": {"node": node}}}}
    with pytest.raises(GatewayError) as caught:
        sent(tools=[tool])
    assert caught.value.param == "tools[0].function.parameters"


def test_an_image_among_results_stands_beside_them_for_older_models() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgoAAAAN"}}
    messages = [*ASK, assistant("a"), told("a", [{"type": "text", "text": "Here"}, image])]
    parts = sent(OLD, messages=messages, tools=[TOOL])["contents"][2]["parts"]
    assert [list(part) for part in parts] == [["functionResponse"], ["inlineData"]]


def test_counts_are_ours_with_thoughts_tools_and_cached_sound() -> None:
    audio = [{"modality": "AUDIO", "tokenCount": 40}]
    raw = {"promptTokenCount": 100, "toolUsePromptTokenCount": 10, "cachedContentTokenCount": 50}
    raw |= {"candidatesTokenCount": 5, "thoughtsTokenCount": 7, "promptTokensDetails": audio}
    cached = [{"modality": "AUDIO", "tokenCount": 30}]
    assert usage_of(raw | {"cacheTokensDetails": cached}) == Usage(
        input_tokens=110, cached_input_tokens=50, output_tokens=12, reasoning_tokens=7, audio_input_tokens=10
    )
    assert usage_of({}) is None


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, {"status": "FAILED_PRECONDITION", "message": "Enable billing"}, "upstream_quota_exceeded"),
        (400, {"status": "FAILED_PRECONDITION", "message": "Wrong place"}, "upstream_invalid_request"),
        (400, {"details": [{"reason": "API_KEY_INVALID"}], "message": "No."}, "model_unavailable"),
        (499, {"status": "CANCELLED"}, "upstream_invalid_request"),
    ],
)
def test_refusals_about_the_operators_account_are_told_from_those_of_the_request(
    status: int, error: dict[str, Any], code: str
) -> None:
    for body in ({"error": error}, [{"error": error}]):
        assert WIRE.fault_of(status, {}, orjson.dumps(body), attempt_of(NEW)).code == code


def test_the_wait_that_google_asks_for_is_kept() -> None:
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}
    body = orjson.dumps({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [info]}})
    assert WIRE.fault_of(429, {}, body, attempt_of(NEW)).retry_after_seconds == 34.5


@pytest.mark.parametrize("wrong", ["x", 7, ["x"], True])
def test_a_configuration_that_is_no_object_is_refused_by_name(wrong: Any) -> None:
    with pytest.raises(GatewayError) as caught:
        sent(generationConfig=wrong)
    assert (caught.value.code, caught.value.param) == ("invalid_request", "generationConfig")
    assert sent(generationConfig=None).keys() == {"contents"}
