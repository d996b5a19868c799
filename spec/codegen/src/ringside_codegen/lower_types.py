# SPDX-License-Identifier: Apache-2.0
"""Schemas to types; errors name the object and the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ringside_codegen.ir import Field, ObjectType, Type, UnionType
from ringside_codegen.naming import pascal
from ringside_codegen.yaml_reader import SpecError

Schemas = Mapping[str, dict[str, Any]]
_SCALARS = {"string": "string", "integer": "int64", "boolean": "bool", "number": "number"}
_LIMITS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
    "uniqueItems",
    "pattern",
    "const",
)


def type_of(schema: dict[str, Any], where: str, schemas: Schemas | None = None) -> Type:
    """The type a schema stands for; a mixture of JSON types and an anonymous object are `any`."""
    if "$ref" in schema:
        return _referred(schema["$ref"].rpartition("/")[2], where, schemas)
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return _choice(schema, choices, where, schemas)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else list(kinds)
    nullable = "null" in kinds
    kinds = [kind for kind in kinds if kind != "null"]
    if len(kinds) != 1:
        return Type("any", nullable=nullable)
    return _single(kinds[0], schema, where, nullable, schemas)


def _single(kind: str, schema: dict[str, Any], where: str, nullable: bool, schemas: Schemas | None) -> Type:
    if schema.get("x-ringside-money"):
        return Type("decimal", nullable=nullable)
    if schema.get("format") == "unix-time":
        return Type("timestamp", nullable=nullable)
    if kind == "string" and "enum" in schema:
        values = tuple(value for value in schema["enum"] if value is not None)
        is_open = schema.get("x-ringside-enum") == "open"
        return Type("enum", name=_enum_name(where), values=values, nullable=nullable, open=is_open)
    if kind == "array":
        return Type("list", item=type_of(schema.get("items", {}), where, schemas), nullable=nullable)
    if kind == "object":
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict) and not schema.get("properties"):
            return Type("map", item=type_of(extra, where, schemas), nullable=nullable)
        return Type("any", nullable=nullable)
    if kind not in _SCALARS:
        raise SpecError(f"{where}: {kind} is not a type the generator knows")
    return Type(_SCALARS[kind], nullable=nullable)  # type: ignore[arg-type]


def _enum_name(where: str) -> str:
    return pascal(where.replace(".", "_"))


def _referred(name: str, where: str, schemas: Schemas | None) -> Type:
    """A named object or union by its name; any other named schema is written out where it is used."""
    if schemas is None or is_object(schemas.get(name) or {}):
        return Type("object", name=name)
    if name not in schemas:
        raise SpecError(f"{where}: there is no schema {name}")
    schema = schemas[name]
    if "oneOf" in schema or "anyOf" in schema:
        return type_of(schema, name, schemas)
    return type_of(schema, name if "enum" in schema else where, schemas)


def _choice(schema: dict[str, Any], choices: list[Any], where: str, schemas: Schemas | None) -> Type:
    real = [choice for choice in choices if choice.get("type") != "null"]
    nullable = len(real) < len(choices)
    if len(real) == 1:
        single = type_of(real[0], where, schemas)
        return Type(**{**vars(single), "nullable": nullable or single.nullable})
    discriminator = schema.get("discriminator", {}).get("propertyName")
    if discriminator is None or any("$ref" not in choice for choice in real):
        return Type("any", nullable=nullable)
    members = tuple(type_of(choice, where, schemas) for choice in real)
    tags = tuple(_tag(schema, member.name or "", discriminator, where, schemas) for member in members)
    return Type(
        "union", name=_enum_name(where), members=members, discriminator=discriminator, nullable=nullable, tags=tags
    )


def _tag(schema: dict[str, Any], member: str, discriminator: str, where: str, schemas: Schemas | None) -> str:
    """The discriminator's value for a member: from the mapping, else from the member's own constant."""
    for tag, target in schema["discriminator"].get("mapping", {}).items():
        if pascal(target.rpartition("/")[2].removesuffix(".yaml")) == member:
            return str(tag)
    told = (schemas or {}).get(member, {}).get("properties", {}).get(discriminator, {})
    if "const" in told:
        return str(told["const"])
    if len(told.get("enum", ())) == 1:
        return str(told["enum"][0])
    raise SpecError(f"{where}: {member}.{discriminator} needs a const, or the discriminator a mapping for {member}")


def is_object(schema: dict[str, Any]) -> bool:
    """Whether a schema is an object with fields of its own (an object may also have none)."""
    kinds = schema.get("type")
    has_fields = "properties" in schema or "additionalProperties" not in schema
    return (kinds == "object" or (isinstance(kinds, list) and "object" in kinds)) and has_fields


def field_of(name: str, schema: dict[str, Any], required: bool, where: str, schemas: Schemas) -> Field:
    """A field or parameter; what a reference says of itself stands in for a description that is not there."""
    told = schemas.get(schema["$ref"].rpartition("/")[2], {}) if "$ref" in schema else schema
    described = schema.get("description") or told.get("description", "")
    limits = {key: told[key] for key in _LIMITS if key in told}
    return Field(
        name,
        type_of(schema, where, schemas),
        required,
        plain(described),
        told.get("default"),
        bool(schema.get("deprecated")),
        limits,
    )


def object_fields(name: str, schemas: Schemas) -> tuple[Field, ...]:
    """The fields of a named object, in the order the spec has them."""
    schema = schemas[name]
    required = set(schema.get("required", ()))
    listed = schema.get("properties", {})
    for key in sorted(required - set(listed)):
        raise SpecError(f"{name}: `{key}` is required but not among the properties")
    return tuple(field_of(key, value, key in required, f"{name}.{key}", schemas) for key, value in listed.items())


def owned(schemas: Schemas, roots: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Every named schema reachable from the (name, noun) pairs, with the first noun that needs it."""
    owners: dict[str, str] = {}
    todo = list(reversed(list(roots)))
    while todo:
        name, noun = todo.pop()
        if name not in owners:
            owners[name] = noun
            todo += [(found, noun) for found in reversed(_references(schemas[name]))]
    return owners


def _references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for item in node for name in _references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"].rpartition("/")[2]] if isinstance(node.get("$ref"), str) else []
    return own + [name for key, value in node.items() if key != "$ref" for name in _references(value)]


def object_types(schemas: Schemas, owners: Mapping[str, str], bodies: set[str | None]) -> tuple[ObjectType, ...]:
    """The objects among the owned schemas, by name."""
    return tuple(
        ObjectType(name, owners[name], _text(schemas[name]), object_fields(name, schemas), name in bodies)
        for name in sorted(owners)
        if is_object(schemas[name])
    )


def union_types(schemas: Schemas, owners: Mapping[str, str]) -> tuple[UnionType, ...]:
    """The discriminated unions among the owned schemas, by name."""
    found = ((name, type_of(schemas[name], name, schemas)) for name in sorted(owners))
    return tuple(
        UnionType(name, owners[name], _text(schemas[name]), type_) for name, type_ in found if type_.kind == "union"
    )


def _text(schema: dict[str, Any]) -> str:
    return plain(schema.get("description", ""))


def plain(text: str) -> str:
    """A description on one line that cannot end the comment it will stand in."""
    return " ".join(text.split()).replace("*/", "* /")
