# SPDX-License-Identifier: Apache-2.0
"""A refused value is named by its path, with the rule it breaks, and never repeated at length."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http import validation


def refusal(operation: str, body: dict[str, Any]) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        validation.check_body(operation, body)
    return caught.value


def query_refusal(operation: str, values: dict[str, Any]) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        validation.parse_query(operation, values)
    return caught.value


def complaint(schema: Any, value: Any) -> str:
    error = validation._deepest(jsonschema_rs.validator_for(schema).iter_errors(value))
    return validation._sentence(error, validation._path(error.instance_path))[0]


@pytest.mark.parametrize(
    ("schema", "value", "says"),
    [
        ({"type": "string"}, 1, "The body must be a string."),
        ({"properties": {"a": {"type": ["integer", "null"]}}}, {"a": "x"}, "`a` must be an integer or null."),
        ({"properties": {"a": {"minLength": 1}}}, {"a": ""}, "`a` must have at least 1 character."),
        ({"properties": {"a": {"maxItems": 2}}}, {"a": [1, 2, 3]}, "`a` must have at most 2 items."),
        ({"properties": {"a": {"exclusiveMinimum": 0}}}, {"a": 0}, "`a` must be greater than 0."),
        ({"properties": {"a": {"enum": ["x", "y"]}}}, {"a": "z"}, '`a` must be one of "x", "y".'),
        ({"properties": {"a": {"const": 1}}}, {"a": 2}, "`a` must be 1."),
        ({"properties": {"a": False}}, {"a": 2}, "`a` is not allowed here."),
        (
            {"properties": {"a": {"propertyNames": {"maxLength": 1}}}},
            {"a": {"bb": 1}},
            "`a` has a key that must have at most 1 character.",
        ),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "`b` is required."),
    ],
)
def test_each_rule_is_a_sentence(schema: Any, value: Any, says: str) -> None:
    assert complaint(schema, value) == says


def test_of_alternatives_the_branch_that_came_furthest_is_explained() -> None:
    part = {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}
    schema = {"properties": {"content": {"anyOf": [{"type": "string"}, {"type": "array", "items": part}]}}}
    assert complaint(schema, {"content": [{"text": 5}]}) == "`content[0].text` must be a string."
    assert complaint(schema, {"content": 5}) == "`content` must be a string or an array."


def test_long_text_of_the_caller_is_cut_in_message_and_param() -> None:
    error = refusal("customers.create", {"external_id": "x", "n" * 5000: 1})
    assert len(error.message) < 100
    assert len(error.param or "") <= 60
    nested = refusal("customers.create", {"external_id": "x", "metadata": {"k" * 60 + "x" * 5000: "v"}})
    assert len(nested.message) < 200


@pytest.mark.parametrize("text", ["--5", "-", "1.0", "+1", "²", "1" * 30, "0x1", ""])
def test_a_number_in_a_query_that_is_none_is_named(text: str) -> None:
    error = query_refusal("customers.list", {"limit": text})
    assert (error.code, error.param) == ("invalid_request", "limit")


def test_a_query_says_what_it_knows_and_takes_each_name_once() -> None:
    assert "`external_id`" in query_refusal("customers.list", {"nope": "1"}).message
    assert "more than once" in query_refusal("customers.list", {"limit": ["1", "2"]}).message
    assert query_refusal("customers.list", {"external_id": "a\x00"}).param == "external_id"
    assert validation.parse_query("customers.list", {"limit": "5"}) == {"limit": 5}
