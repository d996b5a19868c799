# SPDX-License-Identifier: Apache-2.0
"""What is Bedrock's alone: makers that differ, documents, cache points, exceptions in frames."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import orjson
import pytest
from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import UpstreamFault
from ringside_gateway.providers.wire.bedrock import WIRE
from wire_samples import ASK, SCHEMA, TOOL, Recorded, assistant, attempt_of, message_of, told

CAN = frozenset({"caching", "reasoning", "tools", "vision"})


def model(family: str, version: tuple[int, ...] = (1,), can: frozenset[str] = CAN) -> ModelFacts:
    return ModelFacts("bedrock", "m", family, version, "2026-01", 1000, 900, "x.m-v1:0", capabilities=can)


CLAUDE, NEW_CLAUDE, NOVA, LLAMA, OSS = (
    model("sonnet", (4, 5)), model("opus", (4, 6)), model("nova-pro"), model("llama-70b"), model("gpt-oss-120b"),
)  # fmt: skip


def sent(facts: ModelFacts = CLAUDE, **body: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = orjson.loads(WIRE.body_of(attempt_of(facts, **body)))
    return parsed


def answered(*blocks: dict[str, Any], stop: str = "end_turn", facts: ModelFacts = CLAUDE) -> dict[str, Any]:
    body = orjson.dumps({"output": {"message": {"role": "assistant", "content": blocks}}, "stopReason": stop})
    choice: dict[str, Any] = orjson.loads(WIRE.answer_of(body, attempt_of(facts)).body)["choices"][0]
    return {**choice["message"], "finish": choice["finish_reason"]}


def frame(kind: str, told: dict[str, Any], **headers: str) -> bytes:
    headers = headers or {":event-type": kind, ":message-type": "event"}
    written = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    body = orjson.dumps(told)
    prelude = struct.pack(">II", 16 + len(written) + len(body), len(written))
    data = prelude + struct.pack(">I", zlib.crc32(prelude)) + written + body
    return data + struct.pack(">I", zlib.crc32(data))


def exception(kind: str, **told: Any) -> bytes:
    return frame("", told, **{":exception-type": kind, ":message-type": "exception"})


def delta(**told: Any) -> bytes:
    return frame("contentBlockDelta", {"contentBlockIndex": 0, "delta": told})


def streamed(*frames: bytes, facts: ModelFacts = CLAUDE) -> dict[str, Any]:
    return message_of(WIRE.stream_of(Recorded(*frames), attempt_of(facts, stream=True)))


def stop(reason: str) -> bytes:
    return frame("messageStop", {"stopReason": reason})


@pytest.mark.parametrize(
    ("facts", "choice"), [(NOVA, {"tool": {"name": "ringside_answer"}}), (LLAMA, None)], ids=["nova", "llama"]
)
def test_a_schema_is_a_tool_where_aws_holds_no_answer_to_one(facts: ModelFacts, choice: Any) -> None:
    config = sent(facts, response_format=SCHEMA)["toolConfig"]
    assert [tool["toolSpec"]["name"] for tool in config["tools"]] == ["ringside_answer"]
    assert config.get("toolChoice") == choice
    use = {"toolUseId": "t", "name": "ringside_answer", "input": {"n": 1}}
    whole = answered({"toolUse": use}, stop="tool_use", facts=facts)
    start = frame("contentBlockStart", {"contentBlockIndex": 0, "start": {"toolUse": use}})
    pieces = streamed(start, delta(toolUse={"input": '{"n":1}'}), stop("tool_use"), facts=facts)
    for got in (whole, pieces):
        assert (got["content"], got.get("tool_calls") or [], got["finish"]) == ('{"n":1}', [], "stop")


def test_any_json_is_asked_for_in_words_where_no_tool_can_be_forced() -> None:
    body = sent(LLAMA, response_format={"type": "json_object"})
    assert "JSON" in body["system"][-1]["text"]
    assert "toolConfig" not in body


@pytest.mark.parametrize(
    ("facts", "fields"),
    [
        (NEW_CLAUDE, {"outputConfig": {"effort": "medium"}}),
        (
            NOVA,
            {"additionalModelRequestFields": {"reasoningConfig": {"type": "enabled", "maxReasoningEffort": "medium"}}},
        ),
        (OSS, {"additionalModelRequestFields": {"reasoning_effort": "medium"}}),
    ],
    ids=["claude", "nova", "gpt-oss"],
)
def test_an_effort_becomes_the_makers_own_field(facts: ModelFacts, fields: dict[str, Any]) -> None:
    body = sent(facts, reasoning_effort="medium")
    assert {name: body.get(name) for name in fields} == fields


@pytest.mark.parametrize(
    ("facts", "body", "param"),
    [
        (LLAMA, {"reasoning_effort": "low"}, "reasoning_effort"),
        (OSS, {"reasoning_effort": "none"}, "reasoning_effort"),
        (LLAMA, {"tools": [TOOL], "tool_choice": "required"}, "tool_choice"),
        (
            CLAUDE,
            {"messages": [*ASK, assistant("a"), told("a")], "tools": [TOOL], "tool_choice": "none"},
            "tool_choice",
        ),
        (CLAUDE, {"service_tier": "scale"}, "service_tier"),
        (CLAUDE, {"stop": [" "]}, "stop"),
    ],
)
def test_what_a_model_cannot_do_is_refused_by_name_or_dropped(
    facts: ModelFacts, body: dict[str, Any], param: str
) -> None:
    with pytest.raises(GatewayError) as caught:
        sent(facts, **body)
    assert (caught.value.code, caught.value.param) == ("unsupported_parameter", param)
    assert sent(facts, **body, drop_params=True)


def test_a_temperature_above_one_is_one() -> None:
    assert sent(NOVA, temperature=1.7)["inferenceConfig"] == {"temperature": 1}


def test_documents_get_names_that_bedrock_takes_and_no_two_the_same() -> None:
    pdf = {
        "type": "file",
        "file": {"filename": "Q3_report (final)!.pdf", "file_data": "data:application/pdf;base64,JVBERi0="},
    }
    stored = {"type": "file", "file": {"file_id": "s3://bucket/a.pdf"}}
    content = sent(messages=[{"role": "user", "content": [pdf, pdf, stored]}])["messages"][0]["content"]
    assert [block["document"]["name"] for block in content] == ["Q3 report (final)", "Q3 report (final) 2", "document"]
    assert content[2]["document"]["source"] == {"s3Location": {"uri": "s3://bucket/a.pdf"}}


def test_cache_marks_become_cache_points_where_the_model_keeps_prompts() -> None:
    mark = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}
    tool = {**TOOL, **mark}
    messages = [{"role": "system", "content": [{"type": "text", "text": "Long.", **mark}]}, *ASK]
    point = {"cachePoint": {"type": "default", "ttl": "1h"}}
    body = sent(messages=messages, tools=[tool])
    assert body["system"][1] == point
    assert body["toolConfig"]["tools"][1] == point
    assert len(sent(model("llama-70b", can=frozenset()), messages=messages)["system"]) == 1


def test_parts_of_a_result_and_a_failed_tool_are_told() -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgoAAAAN"}}
    messages = [*ASK, assistant("a"), {**told("a", [image]), "is_error": True}]
    result = sent(messages=messages)["messages"][2]["content"][0]["toolResult"]
    assert result["status"] == "error"
    assert result["content"][0]["image"]["format"] == "png"


def test_reasoning_goes_back_where_it_stood_hidden_or_not() -> None:
    hidden = {"reasoningContent": {"redactedContent": "c2VjcmV0"}}
    thought = {"reasoningContent": {"reasoningText": {"text": "Hm.", "signature": "S"}}}
    use = {"toolUse": {"toolUseId": "t1", "name": "look", "input": {}}}
    got = answered(thought, {"text": "Let me see."}, hidden, use, stop="tool_use")
    call = got["tool_calls"][0]["id"]
    for message in (got, {name: got[name] for name in ("role", "content", "tool_calls")}):
        turn = sent(messages=[*ASK, message, told(call)], tools=[TOOL])["messages"][1]
        assert turn["content"] == [thought, {"text": "Let me see."}, hidden, use]


def test_unsigned_reasoning_is_shown_and_not_given_back() -> None:
    got = answered({"reasoningContent": {"reasoningText": {"text": "Hm."}}}, {"text": "Yes."}, facts=OSS)
    assert got["reasoning_content"] == "Hm."
    assert sent(OSS, messages=[*ASK, got, *ASK])["messages"][1]["content"] == [{"text": "Yes."}]


def test_cited_text_is_text_and_tools_that_ran_at_amazons_are_not_the_clients() -> None:
    server = {"toolUse": {"toolUseId": "t", "name": "nova_grounding", "input": {}, "type": "server_tool_use"}}
    cited = {"citationsContent": {"content": [{"text": "It rains."}], "citations": []}}
    got = answered(server, {"toolResult": {"toolUseId": "t", "content": []}}, cited)
    assert (got["content"], got.get("tool_calls")) == ("It rains.", None)


@pytest.mark.parametrize(
    ("kind", "code", "retryable"),
    [
        ("throttlingException", "upstream_quota_exceeded", True),
        ("modelStreamErrorException", "upstream_error", True),
        ("validationException", "upstream_invalid_request", False),
        ("internalServerException", "upstream_error", True),
        ("novelException", "upstream_error", True),
    ],
)
def test_an_exception_in_the_stream_ends_it_as_what_it_is(kind: str, code: str, retryable: bool) -> None:
    stream = WIRE.stream_of(Recorded(delta(text="It"), exception(kind, message="No.")), attempt_of(CLAUDE, stream=True))
    with pytest.raises(UpstreamFault) as caught:
        list(stream)
    assert (caught.value.code, caught.value.retryable, stream.delivered_text()) == (code, retryable, "It")


def test_a_wrong_checksum_ends_the_stream_as_the_providers_failure() -> None:
    damaged = bytearray(delta(text="damaged"))
    damaged[-9] ^= 1
    stream = WIRE.stream_of(Recorded(delta(text="It"), bytes(damaged)), attempt_of(CLAUDE, stream=True))
    with pytest.raises(UpstreamFault) as caught:
        list(stream)
    assert (caught.value.code, stream.delivered_text()) == ("upstream_error", "It")
    assert "damaged on the way" in caught.value.message


@pytest.mark.parametrize(
    "asked", [lambda: answered(stop="malformed_tool_use"), lambda: streamed(stop("malformed_tool_use"))]
)
def test_an_answer_that_failed_before_it_said_anything_may_be_tried_again(asked: Any) -> None:
    with pytest.raises(UpstreamFault) as caught:
        asked()
    assert caught.value.retryable and not caught.value.against_upstream


@pytest.mark.parametrize(
    ("status", "kind", "message", "code"),
    [
        (400, "ExpiredTokenException", "The security token included in the request is expired", "model_unavailable"),
        (403, "UnrecognizedClientException", "The security token is invalid", "model_unavailable"),
        (400, "ValidationException", "Calling x with on-demand throughput isn't supported.", "model_unavailable"),
        (400, "ValidationException", "Input is too long for requested model.", "upstream_invalid_request"),
        (424, "ModelErrorException", "The model failed.", "upstream_error"),
        (429, "ModelNotReadyException", "The model is not ready.", "upstream_quota_exceeded"),
        (400, "ServiceQuotaExceededException", "Too many.", "upstream_quota_exceeded"),
    ],
)  # fmt: skip
def test_exceptions_are_told_by_name_not_by_status(status: int, kind: str, message: str, code: str) -> None:
    headers = {"x-amzn-errortype": f"{kind}:http://internal.amazon.com/"}
    fault = WIRE.fault_of(status, headers, orjson.dumps({"message": message}), attempt_of(CLAUDE))
    assert fault.code == code
    assert (message in fault.message) == (code == "upstream_invalid_request")
    named = orjson.dumps({"__type": f"com.amazon#{kind}", "message": message})
    assert WIRE.fault_of(status, {}, named, attempt_of(CLAUDE)).code == code


def test_fields_for_the_model_that_are_no_object_are_refused_by_name() -> None:
    with pytest.raises(GatewayError) as caught:
        sent(NOVA, additionalModelRequestFields="x")
    assert (caught.value.code, caught.value.param) == ("invalid_request", "additionalModelRequestFields")
