# SPDX-License-Identifier: Apache-2.0
"""Instances of schemas, checked by a validator that knows nothing of the generator."""

from __future__ import annotations

import time
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ringside_gateway.providers.sandbox.instances import instance
from ringside_gateway.providers.sandbox.patterns import matching

FORMATS = ("date", "date-time", "email", "ipv4", "ipv6", "uri", "uuid")
NODE = {
    "type": "object",
    "properties": {"value": {"type": "integer"}},
    "required": ["value"],
    "additionalProperties": False,
}
TREE = {
    "$ref": "#/$defs/node",
    "$defs": {
        "node": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "left": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                "right": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]},
                "more": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["name", "left", "right", "more"],
            "additionalProperties": False,
        }
    },
}
SCHEMAS: dict[str, Any] = {
    "empty": {},
    "string": {"type": "string"},
    "long string": {"type": "string", "minLength": 40},
    "short string": {"type": "string", "maxLength": 3},
    "exact string": {"type": "string", "minLength": 12, "maxLength": 12},
    "enum": {"enum": ["b", 2, None]},
    "const": {"const": {"a": [1]}},
    "nullable": {"type": ["string", "null"]},
    "integer": {"type": "integer", "minimum": 3, "maximum": 5},
    "fractional minimum": {"type": "integer", "minimum": 1.5},
    "negative": {"type": "number", "maximum": -2},
    "exclusive": {"type": "integer", "exclusiveMinimum": 4, "exclusiveMaximum": 6},
    "tight": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001},
    "multiple": {"type": "integer", "multipleOf": 7, "minimum": 8},
    "multiple below": {"type": "integer", "multipleOf": 7, "maximum": -1},
    "boolean": {"type": "boolean"},
    "null": {"type": "null"},
    "object": NODE,
    "array": {"type": "array", "items": NODE, "minItems": 3},
    "empty array": {"type": "array", "items": NODE, "maxItems": 0},
    "tuple": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "boolean"}},
    "closed tuple": {"type": "array", "prefixItems": [{"type": "string"}], "maxItems": 1},
    "unique strings": {"type": "array", "items": {"type": "string"}, "minItems": 4, "uniqueItems": True},
    "unique numbers": {"type": "array", "items": {"type": "integer"}, "minItems": 4, "uniqueItems": True},
    "unique enum": {"type": "array", "items": {"enum": ["a", "b", "c"]}, "minItems": 3, "uniqueItems": True},
    "any of": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
    "one of": {"oneOf": [NODE, {"type": "string"}]},
    "all of": {
        "allOf": [NODE | {"additionalProperties": True}, {"properties": {"b": {"type": "string"}}, "required": ["b"]}]
    },
    "any of beside": {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "reference": {"$ref": "#/$defs/x", "$defs": {"x": {"type": "integer", "minimum": 9}}},
    "reference with more": {"$ref": "#/$defs/x", "description": "d", "$defs": {"x": {"type": "string"}}},
    "definitions": {
        "properties": {"a": {"$ref": "#/definitions/x"}},
        "definitions": {"x": {"const": 1}},
        "required": ["a"],
    },
    "pointer into a list": {
        "properties": {"a": {"enum": [1]}, "b": {"$ref": "#/properties/a"}},
        "required": ["a", "b"],
    },
    "recursive": TREE,
    "map": {"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2},
    "required without property": {"type": "object", "required": ["x", "y"]},
    "pattern": {"type": "string", "pattern": "^[A-Z]{3}-\\d{4}$"},
    "alternatives": {"type": "string", "pattern": "^(red|green)\\s?(light)?$"},
    "not of a set": {"type": "string", "pattern": "^[^a-z\\d]+$"},
    "telephone": {"type": "string", "pattern": "^\\+?[1-9]\\d{1,14}$"},
    "draft four": {"type": "number", "minimum": 1, "exclusiveMinimum": 1},
} | {name: {"type": "string", "format": name} for name in FORMATS}


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_instance_satisfies_its_schema(name: str) -> None:
    checker = jsonschema.FormatChecker()
    jsonschema.validate(instance(SCHEMAS[name]), SCHEMAS[name], format_checker=checker)


leaves = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer", "minimum": 2},
        {"enum": ["x", "y"]},
        {"type": ["number", "null"]},
        {"type": "boolean"},
    ]
)
schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from("abcde"), inner, min_size=1).map(
            lambda p: {"type": "object", "properties": p, "required": list(p), "additionalProperties": False}
        ),
        st.builds(lambda item, least: {"type": "array", "items": item, "minItems": least}, inner, st.integers(0, 3)),
        st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options}),
    ),
    max_leaves=12,
)


@settings(max_examples=150)
@given(schemas)
def test_instances_of_nested_schemas_are_valid(schema: dict[str, Any]) -> None:
    jsonschema.validate(instance(schema), schema)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
        {"type": "object", "properties": {letter: {"$ref": "#"} for letter in "abcdefghij"}},
        {"type": "array", "minItems": 10**9, "items": {"type": "string"}},
        {"type": "string", "minLength": 10**9},
        {"type": "object", "minProperties": 10**9},
        {"$ref": "#/nowhere/at/all"},
        {"allOf": [{"allOf": [{"$ref": "#"}]}]},
        {"type": "string", "pattern": "((a{250}){250}){250}"},
        {"type": "string", "pattern": "^(?=impossible)\\1$"},
    ],
)
def test_a_hostile_schema_costs_little(schema: dict[str, Any]) -> None:
    began = time.perf_counter()
    instance(schema)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("odd", [True, False, None, [], "x", {"type": "unheard-of"}, {"type": []}])
def test_what_is_no_schema_still_gives_something(odd: Any) -> None:
    instance(odd)


def test_a_pattern_beyond_it_is_left_alone() -> None:
    assert matching("(?<=a)b") is None
    assert matching("[") is None
