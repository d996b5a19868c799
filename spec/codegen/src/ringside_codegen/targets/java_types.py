# SPDX-License-Identifier: Apache-2.0
"""Java's named types: which there are, which texts with a meaning share a class, and what their files hold."""

from __future__ import annotations

from typing import Any

from ringside_codegen.ir import Document, Field, ObjectType, UnionType
from ringside_codegen.named_types import NamedTypes
from ringside_codegen.naming import constant
from ringside_codegen.targets.java_text import (
    PACKAGE,
    broken,
    documented,
    imports,
    javadoc,
    method,
    plain,
    reader,
    written,
)

_NULLABLE = "org.jspecify.annotations.Nullable"


class Types(NamedTypes):
    """The named types of a document under their Java names."""

    def __init__(self, document: Document) -> None:
        super().__init__(document, method)


def object_values(types: Types, found: ObjectType) -> dict[str, Any]:
    """What the template of an object's file needs."""
    builds = types.is_input(found.name)
    reads = not found.input
    # `object` and the like are the wire's own words; everything else of the file is named by us.
    used = set().union(*(imports(field.type) for field in found.fields)) if found.fields else set()
    used |= {_NULLABLE, "java.util.Map", f"{PACKAGE}.core.ApiObject"}
    if reads and found.fields:
        used.add(f"{PACKAGE}.core.Values")
    if reads and any(_may_lack(field) for field in found.fields):
        used.add("java.util.Optional")
    needed = [field.name for field in found.fields if field.required and not field.type.nullable]
    return {
        "imports": used,
        "name": found.name,
        "doc": javadoc(found.description or found.name),
        "public": reads,
        "accessors": [_accessor(field) for field in found.fields] if reads else [],
        "setters": [setter for field in found.fields for setter in _setters(field)] if builds else [],
        "builds": builds,
        "made": broken(f"return new {found.name}(checked", map(_quoted, needed), ");", "      "),
        "needed": needed,
        "implements": types.unions_of(found.name),
    }


def _may_lack(field: Field) -> bool:
    return field.type.nullable or not field.required


def _accessor(field: Field) -> dict[str, str]:
    kind = f"Optional<{written(field.type)}>" if _may_lack(field) else plain(field.type)
    call = "optional" if _may_lack(field) else "required"
    return {
        "doc": documented(field.description or f"`{field.name}`.", "  ", field.deprecated),
        "head": f"  public {kind} {method(field.name)}() {{",
        "body": broken(f"return {call}", [_quoted(field.name), reader(field.type)], ";", "    "),
    }


def _setters(field: Field) -> list[dict[str, str]]:
    """One setter; a second one for primitives where null is possible or amounts are whole."""
    name = method(field.name)
    kinds = [f"@Nullable {written(field.type)}" if field.type.nullable else plain(field.type)]
    if field.type.kind in ("decimal", "number"):
        kinds.append("long")
    elif field.type.nullable and plain(field.type) != written(field.type):
        kinds.append(plain(field.type))
    value = [f"{kind} {name}" for kind in kinds]
    put = [name if kind != "long" or field.type.kind == "int64" else f"BigDecimal.valueOf({name})" for kind in kinds]
    return [
        {
            "doc": documented(field.description or f"`{field.name}`.", "    ", field.deprecated),
            "head": broken(f"public Builder {name}", [argument], " {", "    "),
            "body": broken("return put", [_quoted(field.name), text], ";", "      "),
        }
        for argument, text in zip(value, put, strict=True)
    ]


def _quoted(text: str) -> str:
    return f'"{text}"'


def enum_values(name: str, description: str, values: tuple[str, ...]) -> dict[str, Any]:
    """What the template of a text with a meaning needs."""
    return {
        "name": name,
        "doc": javadoc(description or name),
        "constants": [{"doc": javadoc(f"`{value}`.", "  "), "line": _constant(name, value)} for value in values],
    }


def _constant(name: str, value: str) -> str:
    head = f"  public static final {name} {constant(value)} ="
    line = f'{head} new {name}("{value}");'
    return line if len(line) <= 100 else f'{head}\n      new {name}("{value}");'


def union_values(found: UnionType) -> dict[str, Any]:
    """What the template of a union's file needs."""
    pairs = zip(found.type.tags, found.type.members, strict=True)
    return {
        "name": found.name,
        "doc": javadoc(found.description or found.name),
        "discriminator": found.type.discriminator,
        "members": [{"tag": tag, "name": member.name} for tag, member in pairs],
    }
