# SPDX-License-Identifier: Apache-2.0
"""How types and methods of the spec are said in Go."""

from __future__ import annotations

import dataclasses

import pytest

from ringside_codegen.ir import Document, Field, Type
from ringside_codegen.targets.go_resources import all_name
from ringside_codegen.targets.go_text import answered, given
from ringside_codegen.targets.go_types import Types


@pytest.mark.parametrize(
    ("type_", "required", "answer", "parameter"),
    [
        (Type("string"), True, "string", "string"),
        (Type("string"), False, "param.Opt[string]", "param.Opt[string]"),
        (Type("decimal", nullable=True), True, "param.Opt[Decimal]", "param.Opt[Decimal]"),
        (Type("enum", name="Kind"), False, "param.Opt[Kind]", "Kind"),
        (Type("enum", name="Kind", nullable=True), False, "param.Opt[Kind]", "param.Opt[Kind]"),
        (Type("object", name="ApiKey"), True, "APIKey", "APIKey"),
        (Type("object", name="ApiKey", nullable=True), True, "*APIKey", "APIKey"),
        (Type("list", item=Type("object", name="ApiKey")), False, "[]APIKey", "[]APIKey"),
        (Type("map", item=Type("int64")), True, "map[string]int64", "map[string]int64"),
        (Type("any"), False, "any", "any"),
    ],
)
def test_absent_null_and_zero_are_three_things(type_: Type, required: bool, answer: str, parameter: str) -> None:
    field = Field("f", type_, required)
    assert (answered(field, recursive=False), given(field, recursive=False)) == (answer, parameter)


def test_an_object_that_would_hold_itself_is_behind_a_pointer() -> None:
    field = Field("self", Type("object", name="Thing"), required=True)
    assert (answered(field, recursive=True), given(field, recursive=True)) == ("*Thing", "*Thing")


def test_an_object_of_answers_and_of_bodies_has_two_forms(torture: Document) -> None:
    body = torture.type("ThingCreateParams")
    circle = Field("circle", Type("object", name="Circle"), required=False)
    grown = dataclasses.replace(body, fields=(*body.fields, circle))
    types = tuple(grown if found is body else found for found in torture.types)
    declared = Types(dataclasses.replace(torture, types=types)).by_noun()["things"]["objects"]
    forms = {found["name"]: found for found in declared}
    assert (forms["Circle"]["form"], forms["CircleParam"]["form"]) == ("answer", "body")
    lines = [field["line"] for field in forms["ThingCreateParams"]["fields"]]
    assert 'Circle CircleParam `json:"circle,omitzero"`' in lines


@pytest.mark.parametrize(
    ("method", "walks"), [("list", "All"), ("list_transactions", "AllTransactions"), ("queries", "QueriesAll")]
)
def test_a_list_has_a_second_method_that_walks_it(method: str, walks: str) -> None:
    assert all_name(method) == walks
