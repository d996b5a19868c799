# SPDX-License-Identifier: Apache-2.0
"""From the bundle to the intermediate form."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringside_codegen.ir import Document, Field, Operation, Type
from ringside_codegen.loader import SpecError, load_spec
from ringside_codegen.lower import lower
from ringside_codegen.targets import core

HERE = Path(__file__).parent
GOLDEN = HERE / "golden/ir.json"


def field(document: Document, owner: str, name: str) -> Field:
    return next(found for found in document.type(owner).fields if found.name == name)


def operation(document: Document, name: str) -> Operation:
    return next(found for found in document.operations if found.id == name)


def test_the_torture_spec_lowers_to_the_golden_form(torture: Document) -> None:
    made = next(output.content for output in core.files(torture) if output.path.endswith("ir.json"))
    assert made == GOLDEN.read_text(encoding="utf-8"), f"if this is meant, write the new form to {GOLDEN}"


@pytest.mark.parametrize(
    ("owner", "name", "kind"),
    [
        ("Thing", "id", "string"),
        ("Thing", "price_usd", "decimal"),
        ("Thing", "ratio", "number"),
        ("Thing", "at", "timestamp"),
        ("Thing", "kind", "enum"),
        ("Thing", "list", "list"),
        ("Thing", "map", "map"),
        ("Thing", "labels", "map"),
        ("Thing", "self", "object"),
        ("Thing", "maybe", "object"),
        ("Thing", "shape", "union"),
        ("Thing", "any", "any"),
        ("Circle", "radius", "int64"),
        ("ThingCreateParams", "from", "bool"),
    ],
)
def test_every_kind_of_type_is_told_apart(torture: Document, owner: str, name: str, kind: str) -> None:
    assert field(torture, owner, name).type.kind == kind


def test_absent_and_null_are_two_things(torture: Document) -> None:
    price = field(torture, "ThingCreateParams", "price_usd")
    assert (price.required, price.type.nullable) == (False, True)
    gone, maybe = field(torture, "Thing", "gone_at"), field(torture, "Thing", "maybe")
    assert (gone.required, gone.type.nullable) == (False, True)
    assert (maybe.required, maybe.type.nullable) == (True, True)


def test_an_enum_knows_its_name_and_whether_others_may_come(torture: Document) -> None:
    is_open, closed = field(torture, "Thing", "kind").type, field(torture, "Thing", "closed").type
    assert (is_open.name, is_open.values, is_open.open) == ("ThingKind", ("good", "bad", "for"), True)
    assert (closed.values, closed.open, closed.nullable) == (("yes", "no"), False, True)


def test_a_union_knows_the_value_that_stands_for_each_member(torture: Document) -> None:
    shape = field(torture, "Thing", "shape").type
    assert (shape.name, shape.discriminator, shape.tags) == ("Shape", "type", ("round", "square"))
    assert shape.members == (Type("object", name="Circle"), Type("object", name="Square"))


def test_path_parameters_are_in_the_paths_order(torture: Document) -> None:
    retrieve = operation(torture, "things.inner.retrieve")
    assert [found.name for found in retrieve.path_params] == ["class", "id"]
    assert retrieve.path == "/things/{class}/inner/{id}"


def test_resources_are_a_tree_of_what_the_sdks_own(torture: Document) -> None:
    (things,) = torture.resources
    assert [found.method for found in things.operations] == ["list", "create", "import", "delete"]
    assert [(child.path, child.noun, child.extends_host) for child in things.children] == [
        ("things.inner", "inner_things", True)
    ]


def test_the_kind_of_an_operation_follows_from_its_answer(torture: Document) -> None:
    kinds = {found.method: found.kind for found in torture.operations}
    assert kinds == {
        "list": "list", "create": "item", "import": "item", "delete": "delete", "retrieve": "item", "raw": "raw"
    }  # fmt: skip


def test_deprecation_is_carried_from_operation_parameter_and_field(torture: Document) -> None:
    assert operation(torture, "things.import").deprecated
    assert [found.name for found in operation(torture, "things.list").query_params if found.deprecated] == ["kind"]
    assert field(torture, "Thing", "old").deprecated


def test_an_event_knows_the_schema_of_its_object_if_there_is_one(torture: Document) -> None:
    assert [(event.type, event.schema) for event in torture.events] == [("thing.made", "Thing"), ("nobody.knows", None)]


FAULTS = [
    ("things/delete.yaml", 'parameters:\n  - {$ref: "../../shared/parameters.yaml#/class"}\n', "", "does not list"),
    ("things/raw.yaml", "x-ringside-sdk: none", "x-ringside-sdk: nobody", "things.raw: x-ringside-sdk is nobody"),
    ("things/raw.yaml", '"200"', '"302"', "things.raw: no response with a 2xx status"),
    ("things/schemas/thing_list.yaml", "  data:", "  dada:", "things.list: a paginated answer needs `data`"),
    ("things/schemas/thing.yaml", "required: [id,", "required: [idd,", "Thing: `idd` is required but not among"),
    ("things/schemas/square.yaml", "const: square, ", "", "Square.type needs a const"),
    (
        "things/schemas/thing.yaml",
        "ratio: {type: number",
        "ratio: {type: numeral",
        "Thing.ratio: numeral is not a type",
    ),
    (
        "inner_things/retrieve.yaml",
        "x-ringside-resource: things.inner",
        "x-ringside-resource: nowhere.inner",
        "parent nowhere",
    ),
    ("things/list.yaml", "in: header", "in: cookie", "FC-Tag is in cookie"),
]


@pytest.mark.parametrize(("path", "old", "new", "told"), FAULTS, ids=[told for *_, told in FAULTS])
def test_a_fault_names_where_it_is(tree: Path, path: str, old: str, new: str, told: str) -> None:
    file = tree / "spec/resources" / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        lower(load_spec(tree / "spec"))
    assert told in str(caught.value)


@pytest.mark.parametrize("key", ["type", "status", "retry", "message", "description", "since"])
def test_a_row_of_errors_yaml_without_a_column_is_named(tree: Path, key: str) -> None:
    file = tree / "spec/errors.yaml"
    row, rest = file.read_text(encoding="utf-8").split("\n", 1)
    file.write_text(f"{row.replace(f'{key}:', f'x-{key}:', 1)}\n{rest}", encoding="utf-8")
    with pytest.raises(SpecError, match=f"errors.yaml: teapot: `{key}` is missing"):
        lower(load_spec(tree / "spec"))
