# SPDX-License-Identifier: Apache-2.0
"""What a call needs of a model, and whether an answer keeps to the schema that was asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.upstream import Answer
from ringside_gateway.services.calls.capabilities import needs_of
from ringside_gateway.services.calls.outputs import check_of

NOBODY = Caller("acc", True, "key", frozenset())
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
PICTURE = [{"type": "text"}, {"type": "image_url"}]
UNUSABLE = [None, 5, [], {"type": "nope"}, {"$ref": "http://127.0.0.1:9/x"}, {"$ref": "file:///etc/passwd"}]


def call(schema: Any, **fields: Any) -> Call:
    wanted = {"type": "json_schema", "json_schema": {"name": "n", "schema": schema}}
    return Call("chat.completions.create", "req", NOBODY, {"response_format": wanted, **fields})


def answer(content: Any, **choice: Any) -> Answer:
    message = {"role": "assistant", "content": content, **choice.pop("message", {})}
    choices = [{"index": 0, "message": message, "finish_reason": "stop", **choice}]
    return Answer(json.dumps({"choices": choices}).encode(), None, str)


@pytest.mark.parametrize(
    ("body", "needs"),
    [
        ({}, {}),
        ({"tools": []}, {}),
        ({"tools": [{}]}, {"tools": "tools"}),
        ({"functions": [{}]}, {"tools": "functions"}),
        ({"response_format": {"type": "json_object"}}, {}),
        ({"response_format": {"type": "json_schema"}}, {"json_schema": "response_format"}),
        ({"messages": [{"content": "x"}, {"content": PICTURE}]}, {"vision": "messages[1].content[1]"}),
        ({"messages": [{"content": [{"type": "input_audio"}]}]}, {"audio": "messages[0].content[0]"}),
        ({"messages": ["odd", {"content": ["odd", {"type": 1}]}]}, {}),
    ],
)
def test_what_a_body_takes_is_named_with_its_field(body: dict[str, Any], needs: dict[str, str]) -> None:
    assert needs_of(body) == needs


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (answer('{"n": 1}'), True),
        (answer('{"n": "1"}'), False),
        (answer("{}"), False),
        (answer("prose"), False),
        (answer(None), False),
        (answer('{"n":', finish_reason="length"), True),
        (answer(None, message={"refusal": "No."}), True),
        (answer(None, message={"tool_calls": [{"id": "1"}]}), True),
    ],
)
def test_an_answer_keeps_to_its_schema_or_has_a_reason_not_to(given: Answer, kept: bool) -> None:
    check = check_of(call(SCHEMA))
    assert check is not None
    assert check(given) is kept


@pytest.mark.parametrize("schema", [*UNUSABLE, {"pattern": "(?=a)b"}])
def test_a_schema_that_cannot_be_checked_here_is_left_to_the_provider(schema: Any) -> None:
    assert check_of(call(schema)) is None


def test_a_stream_is_not_checked() -> None:
    assert check_of(call(SCHEMA, stream=True)) is None


def test_a_pattern_takes_linear_time_whatever_it_is() -> None:
    check = check_of(call({"type": "string", "pattern": "^(a+)+$"}))
    assert check is not None
    assert check(answer(json.dumps("a" * 40 + "!"))) is False
