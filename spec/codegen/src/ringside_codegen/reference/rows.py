# SPDX-License-Identifier: Apache-2.0
"""Fields and parameters as rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ringside_codegen.reference.wording import Part, limits_text, type_parts


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


def fields(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[Row, ...]:
    """The fields of an object."""
    required = set(schema.get("required", ()))
    return tuple(_row(name, field, name in required, schemas) for name, field in schema.get("properties", {}).items())


def parameters(raw: dict[str, Any], place: str, schemas: Mapping[str, Any]) -> tuple[Row, ...]:
    """The parameters of an operation that are in this place: path, query or header."""
    found = [parameter for parameter in raw.get("parameters", ()) if parameter["in"] == place]
    return tuple(
        _row(
            parameter["name"],
            {key: parameter[key] for key in ("description", "deprecated") if key in parameter} | parameter["schema"],
            bool(parameter.get("required")),
            schemas,
        )
        for parameter in found
    )


def _row(name: str, schema: dict[str, Any], required: bool, schemas: Mapping[str, Any]) -> Row:
    told = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    shown = schema if "properties" in told else told
    words = schema.get("description") or told.get("description", "")
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
