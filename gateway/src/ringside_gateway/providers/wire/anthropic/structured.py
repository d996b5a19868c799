# SPDX-License-Identifier: Apache-2.0
"""A JSON Schema as Claude's structured output takes it: closed objects, and limits told in words.

platform.claude.com/docs/en/build-with-claude/structured-outputs, read 2026-11-24.
"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.providers.wire.pivot.schemas import inlined

#: Keywords that Claude's grammar does not take; they are told in the description instead.
_TOLD = frozenset(
    {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"}
    | {"maxItems", "uniqueItems", "minProperties", "maxProperties", "contains", "propertyNames"}
)  # fmt: skip
_MAPS = ("properties", "$defs", "definitions")
_LISTS = ("anyOf", "allOf", "oneOf", "prefixItems")


def is_closed(schema: dict[str, Any]) -> bool:
    """Whether every object can be closed: none takes members by pattern or of any name, and none holds itself."""
    try:
        return _is_closed(inlined(schema, ""))
    except GatewayError:
        return False


def _is_closed(schema: dict[str, Any]) -> bool:
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict) or extra is True or "patternProperties" in schema:
        return False
    return all(_is_closed(inner) for inner in _inner(schema))


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with every object closed and untaken limits moved into descriptions."""
    written = {name: _member(name, value) for name, value in schema.items() if name not in _TOLD}
    told = [f"{name}: {schema[name]}" for name in schema if name in _TOLD]
    if isinstance(schema.get("minItems"), int) and schema["minItems"] > 1:
        told.append(f"minItems: {written.pop('minItems')}")
    if told:
        written["description"] = " ".join(
            [*filter(None, [str(schema.get("description") or "")]), f"({', '.join(told)})"]
        )
    if (schema.get("type") == "object" or "properties" in schema) and "$ref" not in schema:
        written["additionalProperties"] = False
    return written


def _member(name: str, value: Any) -> Any:
    if name in _MAPS and isinstance(value, dict):
        return {key: closed(inner) if isinstance(inner, dict) else inner for key, inner in value.items()}
    if name in _LISTS and isinstance(value, list):
        return [closed(inner) if isinstance(inner, dict) else inner for inner in value]
    return closed(value) if name == "items" and isinstance(value, dict) else value


def _inner(schema: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[Any] = [schema.get("items")]
    for name in _MAPS:
        found += schema[name].values() if isinstance(schema.get(name), dict) else []
    for name in _LISTS:
        found += schema[name] if isinstance(schema.get(name), list) else []
    return [inner for inner in found if isinstance(inner, dict)]
