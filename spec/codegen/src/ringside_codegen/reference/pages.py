# SPDX-License-Identifier: Apache-2.0
"""The reference as data: a page a noun with its operations and objects; templates only lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ringside_codegen.ir import Document, ErrorCode, Operation
from ringside_codegen.lower_types import is_object, owned
from ringside_codegen.naming import camel, go_exported, snake
from ringside_codegen.reference import rows
from ringside_codegen.reference.examples import Example, examples
from ringside_codegen.reference.rows import Row

#: What `x-should-retry` comes to, in words.
RETRIES = {"never": "no", "always": "yes", "if_short": "when the wait is at most 60 s"}


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
    return ObjectView(name, " ".join(schema.get("description", "").split()), rows.fields(schema, schemas))


def _view(document: Document, schemas: Mapping[str, Any], operation: Operation) -> OperationView:
    raw = document.bundle["paths"][operation.full_path][operation.http_method.lower()]
    tables = [
        ("Path", rows.parameters(raw, "path", schemas)),
        ("Query", rows.parameters(raw, "query", schemas)),
        ("Headers", rows.parameters(raw, "header", schemas)),
        ("Body", rows.fields(schemas[operation.body], schemas) if operation.body else ()),
    ]
    own = tuple(error for error in document.errors if error.code in operation.own_errors)
    others = tuple(code for code in operation.errors if code not in operation.own_errors)
    return OperationView(
        operation,
        tuple((title, listed) for title, listed in tables if listed),
        examples(operation, raw, schemas),
        own,
        others,
        _calls(operation),
    )


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
