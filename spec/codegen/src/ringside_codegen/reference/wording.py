# SPDX-License-Identifier: Apache-2.0
"""Schemas in words: their type as text with links, and their limits as a phrase."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

_NAMES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "object": "object"}


class Part(NamedTuple):
    """A piece of a type's text; `link` is the object it names."""

    text: str
    link: str | None = None


def type_parts(schema: dict[str, Any]) -> tuple[Part, ...]:
    """A schema's type: `array of` WalletTransaction, `string or null`."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return (Part(name, name),)
    choices = schema.get("oneOf") or schema.get("anyOf")
    if choices:
        return _joined([type_parts(choice) for choice in choices])
    kinds = schema.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return _joined([_one(kind, schema) for kind in kinds])


def _one(kind: str, schema: dict[str, Any]) -> tuple[Part, ...]:
    if kind == "array":
        return Part("array of "), *type_parts(schema.get("items", {}))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return Part("map of "), *type_parts(schema["additionalProperties"])
    if schema.get("x-ringside-money") and kind == "number":
        return (Part("decimal"),)
    if schema.get("format") == "unix-time":
        return (Part("unix seconds"),)
    return (Part(_NAMES.get(kind, kind)),)


def _joined(choices: list[tuple[Part, ...]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for number, choice in enumerate(choices):
        parts += [Part(" or ")] * (number > 0) + list(choice)
    return tuple(parts)


def type_text(schema: dict[str, Any], link: Callable[[str], str] = str) -> str:
    """The type as one text; `link` writes the name of an object."""
    return "".join(link(part.link) if part.link else part.text for part in type_parts(schema))


def limits_text(schema: dict[str, Any]) -> str:
    """The limits as a phrase: `1 to 255 characters`, `at least 0`, `at most 16 keys`; empty if none."""
    phrases = [
        _range(schema, "minLength", "maxLength", " characters"),
        _numbers(schema),
        _range(schema, "minItems", "maxItems", " items"),
        _range(schema, "minProperties", "maxProperties", " keys"),
        f"matches `{schema['pattern']}`" if "pattern" in schema else "",
        f"always `{schema['const']}`" if "const" in schema else "",
    ]
    return "; ".join(filter(None, phrases))


def _range(schema: dict[str, Any], low: str, high: str, unit: str) -> str:
    least, most = schema.get(low), schema.get(high)
    if least is None and most is None:
        return ""
    if most is None:
        return f"at least {_number(least)}{unit}"
    if not least:
        return f"at most {_number(most)}{unit}"
    return f"{_number(least)} to {_number(most)}{unit}"


def _numbers(schema: dict[str, Any]) -> str:
    """`0 to 5`, `more than 0, at most 5`."""
    if "minimum" in schema and "maximum" in schema:
        return f"{_number(schema['minimum'])} to {_number(schema['maximum'])}"
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "more than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
    }
    return ", ".join(f"{word} {_number(schema[key])}" for key, word in words.items() if key in schema)


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
