# SPDX-License-Identifier: Apache-2.0
"""The reference as data: a page a noun with its operations and objects; templates only lay it out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ringside_codegen.answers import COMMON_ERRORS, POST_ERRORS
from ringside_codegen.ir import Document, ErrorCode, Operation
from ringside_codegen.lower_types import is_object, owned
from ringside_codegen.naming import camel, go_exported, snake
from ringside_codegen.reference.curl import curl
from ringside_codegen.reference.samples import sample
from ringside_codegen.reference.wording import Part, limits_text, type_parts

#: What `x-should-retry` comes to, in words.
RETRIES = {"never": "no", "always": "yes", "if_short": "when the wait is at most 60 s"}


@dataclass(frozen=True)
class Row:
    """A field or parameter, ready to be shown."""

    name: str
    parts: tuple[Part, ...]
    required: bool
    description: str
    limits: str
    values: tuple[str, ...]
    default: Any
    deprecated: bool


@dataclass(frozen=True)
class Example:
    """A request as a curl command, and the JSON of its answer."""

    title: str
    curl: str
    status: int
    answer: str


@dataclass(frozen=True)
class OperationView:
    """An operation with its tables, examples and errors; `calls` are the SDKs' names for it by language."""

    operation: Operation
    tables: tuple[tuple[str, tuple[Row, ...]], ...]
    examples: tuple[Example, ...]
    own_errors: tuple[ErrorCode, ...]
    other_errors: tuple[str, ...]
    calls: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ObjectView:
    """A named object and its fields."""

    name: str
    description: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Page:
    """All of a noun."""

    noun: str
    title: str
    description: str
    operations: tuple[OperationView, ...]
    objects: tuple[ObjectView, ...]


def pages(document: Document) -> tuple[Page, ...]:
    """A page a noun, in the order of the spec's tags."""
    schemas = document.bundle["components"]["schemas"]
    owners = _owners(document, schemas)
    made = []
    for tag in document.bundle["tags"]:
        noun = tag["name"]
        operations = tuple(_view(document, schemas, found) for found in document.operations if found.noun == noun)
        objects = tuple(_object(name, schemas) for name, owner in sorted(owners.items()) if owner == noun)
        if operations:
            made.append(Page(noun, _title(noun), tag.get("description", ""), operations, objects))
    return tuple(made)


def page_of(document: Document) -> dict[str, str]:
    """By object: the noun on whose page it is."""
    return _owners(document, document.bundle["components"]["schemas"])


def _owners(document: Document, schemas: Mapping[str, Any]) -> dict[str, str]:
    roots = [
        (name, operation.noun)
        for operation in document.operations
        for name in (operation.body, operation.result)
        if name
    ]
    streamed = [("ChatCompletionChunk", "chat_completions")] if "ChatCompletionChunk" in schemas else []
    return {name: noun for name, noun in owned(schemas, roots + streamed).items() if is_object(schemas[name])}


def _title(noun: str) -> str:
    text = noun.replace("_", " ")
    return (text[:1].upper() + text[1:]).replace("Api ", "API ")


def _object(name: str, schemas: Mapping[str, Any]) -> ObjectView:
    schema = schemas[name]
    return ObjectView(name, " ".join(schema.get("description", "").split()), _fields(schema, schemas))


def _fields(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[Row, ...]:
    required = set(schema.get("required", ()))
    return tuple(_row(name, field, name in required, schemas) for name, field in schema.get("properties", {}).items())


def _row(name: str, schema: dict[str, Any], required: bool, schemas: Mapping[str, Any], text: str = "") -> Row:
    told = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    shown = schema if "properties" in told else told
    words = text or schema.get("description") or told.get("description", "")
    values = tuple(str(value) for value in told.get("enum", ()) if value is not None)
    return Row(
        name,
        type_parts(shown),
        required,
        " ".join(words.split()),
        limits_text(told),
        values,
        told.get("default"),
        bool(schema.get("deprecated")),
    )


def _view(document: Document, schemas: Mapping[str, Any], operation: Operation) -> OperationView:
    raw = document.bundle["paths"][operation.full_path][operation.http_method.lower()]
    parameters = [
        (
            place,
            tuple(
                _row(found["name"], found["schema"], bool(found.get("required")), schemas, found.get("description", ""))
                for found in raw.get("parameters", ())
                if found["in"] == key
            ),
        )
        for place, key in (("Path", "path"), ("Query", "query"), ("Headers", "header"))
    ]
    body = _fields(schemas[operation.body], schemas) if operation.body else ()
    own = tuple(error for error in document.errors if error.code in operation.own_errors)
    others = tuple(code for code in operation.errors if code not in operation.own_errors)
    return OperationView(
        operation,
        tuple((title, rows) for title, rows in [*parameters, ("Body", body)] if rows),
        _examples(operation, raw, schemas),
        own,
        others,
        _calls(operation),
    )


def _examples(operation: Operation, raw: dict[str, Any], schemas: Mapping[str, Any]) -> tuple[Example, ...]:
    listed = operation.examples or (_made_up(operation, raw, schemas),)
    return tuple(
        Example(
            example.get("summary") or operation.summary,
            curl(operation, example.get("request", {})),
            example["response"]["status"],
            _json(example["response"].get("body")),
        )
        for example in listed
    )


def _made_up(operation: Operation, raw: dict[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    request: dict[str, Any] = {}
    for found in raw.get("parameters", ()):
        place = {"path": "path_params", "query": "query"}.get(found["in"])
        if place and found.get("required"):
            value = sample(found["schema"], schemas, full=False, name=found["name"])
            request.setdefault(place, {})[found["name"]] = value
    if operation.body:
        reference = {"$ref": f"#/components/schemas/{operation.body}"}
        request["body"] = sample(reference, schemas, full=False)
    answer: dict[str, Any] = {"status": operation.status}
    if operation.result:
        answer["body"] = sample({"$ref": f"#/components/schemas/{operation.result}"}, schemas, full=True)
    if operation.kind == "delete":
        answer["body"] |= _deleted(operation, request)
    return {"request": request, "response": answer}


def _deleted(operation: Operation, request: dict[str, Any]) -> dict[str, Any]:
    *_, told = request["path_params"].values()
    prefix, _, rest = str(told).partition("_")
    is_id = prefix.isalpha() and len(rest) == len("01k6q3v8m4n7p2r5t9w0x1y2z3")
    return {"object": operation.noun.removesuffix("s")} | ({"id": told} if is_id else {})


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)


def _calls(operation: Operation) -> tuple[tuple[str, str], ...]:
    """How each SDK spells the call; also where OpenAI's own classes have it."""
    if operation.sdk == "none":
        return ()
    path = [*operation.resource.split("."), operation.method]
    return (
        ("Python", "client." + ".".join(snake(part) for part in path)),
        ("TypeScript", "client." + ".".join(camel(part) for part in path)),
        ("Go", "client." + ".".join(go_exported(part) for part in path)),
        ("Java", "client" + "".join(f".{camel(part)}()" for part in path)),
    )


def common_errors(document: Document) -> tuple[ErrorCode, ...]:
    """The codes that operations have without naming them."""
    wanted = {*COMMON_ERRORS, *POST_ERRORS}
    return tuple(error for error in document.errors if error.code in wanted)
