# SPDX-License-Identifier: Apache-2.0
"""Whatever valid spec comes, the generator lowers it, and what it renders can be compiled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from ringside_codegen.ir import Document
from ringside_codegen.loader import Spec, load_spec
from ringside_codegen.lower import lower
from ringside_codegen.naming import RESERVED, snake
from ringside_codegen.targets import discover

TORTURE = load_spec(Path(__file__).parent / "torture/spec")
KEYWORDS = sorted(word for words in RESERVED.values() for word in words if word.isalpha() and word.islower())
NAMES = some.one_of(
    some.sampled_from(KEYWORDS), some.from_regex(r"[a-z][a-z0-9]{0,8}(_[a-z][a-z0-9]{0,8}){0,2}", fullmatch=True)
)
OBJECTS = ("Alpha", "BetaGamma", "DeltaParams")
#: What ends a string or a comment in one of the languages.
TRAPS = [
    '"""',
    "'''",
    'a "quote"',
    "back\\",
    "*/",
    "//",
    "{{ x }}",
    "{% x %}",
    "</script>",
    "\\u12",
    "${x}",
    "`",
    "%s",
    "#",
]
WORDS = some.one_of(some.text(some.characters(exclude_categories=["Cs", "Cc"]), max_size=60), some.sampled_from(TRAPS))
#: Sentences: that they end with a full stop is a rule of the spec.
TEXT = WORDS.map(lambda words: f"{words}.")

SCALARS: some.SearchStrategy[dict[str, Any]] = some.sampled_from([
    {"type": "string", "maxLength": 9},
    {"type": ["string", "null"]},
    {"type": "integer", "minimum": 0},
    {"type": "boolean", "default": False},
    {"type": "number"},
    {"type": ["number", "null"], "x-ringside-money": True},
    {"type": "integer", "format": "unix-time"},
    {"type": "string", "enum": ["a", "b-c", "4"], "x-ringside-enum": "open"},
    {},
])  # fmt: skip
TYPES = some.recursive(
    some.one_of(SCALARS, some.sampled_from(OBJECTS).map(lambda name: {"$ref": f"#/components/schemas/{name}"})),
    lambda inner: some.one_of(
        inner.map(lambda item: {"type": "array", "items": item}),
        inner.map(lambda item: {"type": "object", "additionalProperties": item}),
    ),
    max_leaves=4,
)


@some.composite
def objects(draw: some.DrawFn) -> dict[str, Any]:
    """An object of any fields, some of them required."""
    fields = draw(some.dictionaries(NAMES, TYPES, max_size=6))
    described = {name: schema | {"description": draw(TEXT)} for name, schema in fields.items()}
    required = [name for name in fields if draw(some.booleans())]
    return {"type": "object", "description": draw(TEXT), "required": required, "properties": described}


@some.composite
def documents(draw: some.DrawFn) -> Document:
    """The torture spec with other objects, texts and a method of any name."""
    bundle = json.loads(json.dumps(TORTURE.bundle))
    bundle["components"]["schemas"] |= {name: draw(objects()) for name in OBJECTS}
    create = bundle["paths"]["/v1/things"]["post"]
    create |= {"summary": draw(TEXT), "description": draw(TEXT), "x-ringside-method": snake(draw(NAMES)) + "_it"}
    create["requestBody"]["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/DeltaParams"}
    create["responses"]["201"]["content"]["application/json"]["schema"] = {"$ref": "#/components/schemas/Alpha"}
    del create["x-ringside-examples"]
    return lower(Spec(bundle, TORTURE.errors, TORTURE.events, TORTURE.headers, {}, "0" * 12))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents())
def test_any_objects_render_to_code_that_compiles(document: Document) -> None:
    for target in discover():
        for output in target.files(document):
            if output.path.endswith(".py"):
                compile(output.content, output.path, "exec", dont_inherit=True)
            if output.path.endswith(".json"):
                json.loads(output.content)
