# SPDX-License-Identifier: Apache-2.0
"""Rules about schemas: 3.1 spellings, names for what SDKs show, limits for what people send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ringside_codegen.lint.subject import SchemaRule


def _nodes(node: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield where, node
        for key, value in node.items():
            yield from _nodes(value, f"{where}.{key}" if where else str(key))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _nodes(value, f"{where}[{number}]")


def null_is_a_type(schema: dict[str, Any], own_body: bool) -> Iterator[str]:
    """3.1 has no `nullable`."""
    for where, node in _nodes(schema):
        if "nullable" in node:
            yield f'{where or "the schema"}: write type: [..., "null"] instead of nullable'


def unions_have_a_discriminator(schema: dict[str, Any], own_body: bool) -> Iterator[str]:
    """Generators cannot tell members apart without one."""
    for where, node in _nodes(schema):
        if "oneOf" in node and "discriminator" not in node:
            yield f"{where or 'the schema'}: oneOf needs a discriminator"


def objects_and_fields_are_described(schema: dict[str, Any], own_body: bool) -> Iterator[str]:
    """Docs and SDKs show these sentences."""
    if not schema.get("description", "").rstrip().endswith("."):
        yield "the description should be a sentence with a full stop"
    for name, field in schema.get("properties", {}).items():
        if "$ref" not in field and not field.get("description", "").rstrip().endswith("."):
            yield f"{name}: the description should be a sentence with a full stop"


def own_bodies_are_closed(schema: dict[str, Any], own_body: bool) -> Iterator[str]:
    """A misspelt field must be an error, not a silence."""
    if own_body and schema.get("additionalProperties") is not False:
        yield "a request body of ours needs additionalProperties: false"


def own_bodies_are_bounded(schema: dict[str, Any], own_body: bool) -> Iterator[str]:
    """An error can only name the limit if there is one."""
    for name, field in schema.get("properties", {}).items() if own_body else ():
        kinds = field.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if "string" in kinds and not {"maxLength", "enum", "pattern"} & set(field):
            yield f"{name}: give it a maxLength, an enum or a pattern"
        bounded = {"minimum", "exclusiveMinimum"} & set(field) and "maximum" in field
        if {"integer", "number"} & set(kinds) and not bounded:
            yield f"{name}: give it a minimum and a maximum"
        if "array" in kinds and "maxItems" not in field:
            yield f"{name}: give it maxItems"
        if "object" in kinds and field.get("properties"):
            yield f"{name}: give the object a file of its own, so that SDKs have a name for it"


def schema_rules() -> tuple[SchemaRule, ...]:
    """All of them."""
    return (
        null_is_a_type,
        unions_have_a_discriminator,
        objects_and_fields_are_described,
        own_bodies_are_closed,
        own_bodies_are_bounded,
    )
