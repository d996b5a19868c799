# SPDX-License-Identifier: Apache-2.0
"""A valid instance of a JSON Schema: what the sandbox answers with under `json_schema` and passes to tools."""

from __future__ import annotations

from typing import Any

#: A schema that refers to itself is followed this deep before optional parts are left out.
MAX_DEPTH = 8
_FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "user@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_WORDS = "sandbox"


def instance(schema: Any, root: dict[str, Any] | None = None, depth: int = 0) -> Any:
    """An instance that satisfies type, required, enum, const, formats, limits, items, $ref, allOf, anyOf and oneOf."""
    root = schema if root is None and isinstance(schema, dict) else root or {}
    if not isinstance(schema, dict):
        return {} if schema is not False else None
    if "$ref" in schema:
        return instance(_resolved(schema["$ref"], root), root, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf"):
        if schema.get(choice):
            rest = {name: value for name, value in schema.items() if name != choice}
            return instance(_merged([rest, _shallowest(schema[choice], depth)], root), root, depth)
    if schema.get("allOf"):
        rest = {name: value for name, value in schema.items() if name != "allOf"}
        return instance(_merged([rest, *schema["allOf"]], root), root, depth)
    makers = {"object": _object, "array": _array, "string": _string, "integer": _number, "number": _number}
    kind = _kind(schema)
    if kind in makers:
        return makers[kind](schema, root, depth)
    return {"boolean": True}.get(kind)


def _kind(schema: dict[str, Any]) -> str:
    kinds = schema.get("type")
    if isinstance(kinds, list):
        kinds = next((kind for kind in kinds if kind != "null"), "null")
    if isinstance(kinds, str):
        return kinds
    if "properties" in schema or "required" in schema:
        return "object"
    return "array" if "items" in schema else "string"


def _resolved(reference: str, root: dict[str, Any]) -> Any:
    node: Any = root
    for part in reference.removeprefix("#").strip("/").split("/"):
        if part and isinstance(node, dict):
            node = node.get(part.replace("~1", "/").replace("~0", "~"), {})
    return node


def _shallowest(options: list[Any], depth: int) -> Any:
    """Deep down, an option that is not built of others ends the recursion."""
    if depth < MAX_DEPTH:
        return options[0]
    return next(
        (
            option
            for option in options
            if isinstance(option, dict) and "type" in option and option["type"] not in ("object", "array")
        ),
        options[0],
    )


def _merged(parts: list[Any], root: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for part in parts:
        part = _resolved(part["$ref"], root) if isinstance(part, dict) and "$ref" in part else part
        for name, value in part.items() if isinstance(part, dict) else ():
            if name == "properties":
                result[name] = result.get(name, {}) | value
            elif name == "required":
                result[name] = [*result.get(name, ()), *value]
            else:
                result[name] = value
    return result


def _object(schema: dict[str, Any], root: dict[str, Any], depth: int) -> dict[str, Any]:
    properties, required = schema.get("properties") or {}, schema.get("required") or []
    wanted = list(properties) if depth < MAX_DEPTH else [name for name in properties if name in required]
    wanted += [name for name in required if name not in properties]
    made = {name: instance(properties.get(name, {}), root, depth + 1) for name in wanted}
    for number in range(len(made), schema.get("minProperties", 0)):
        made[f"key{number}"] = instance(schema.get("additionalProperties", {}), root, depth + 1)
    return made


def _array(schema: dict[str, Any], root: dict[str, Any], depth: int) -> list[Any]:
    fixed = [instance(item, root, depth + 1) for item in schema.get("prefixItems") or ()]
    most = schema.get("maxItems", len(fixed) + 1)
    length = max(schema.get("minItems", 0), min(most, len(fixed) + (1 if depth < MAX_DEPTH else 0)))
    made = fixed + [instance(schema.get("items", {}), root, depth + 1) for _ in range(length - len(fixed))]
    if schema.get("uniqueItems"):
        made = [f"{item}{number}" if isinstance(item, str) and number else item for number, item in enumerate(made)]
        made = [
            item + number if isinstance(item, int) and not isinstance(item, bool) else item
            for number, item in enumerate(made)
        ]
    return made


def _string(schema: dict[str, Any], root: dict[str, Any], depth: int) -> str:
    text = _FORMATS.get(schema.get("format", ""), _WORDS)
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    while len(text) < least:
        text += " " + _WORDS
    return text if most is None else text[:most]


def _number(schema: dict[str, Any], root: dict[str, Any], depth: int) -> int | float:
    whole = _kind(schema) == "integer"
    value: Any = schema.get("minimum", min(1, schema.get("maximum", 1)))
    if "exclusiveMinimum" in schema:
        value = max(value, schema["exclusiveMinimum"] + (1 if whole else 0.5))
    if "exclusiveMaximum" in schema and value >= schema["exclusiveMaximum"]:
        value = schema["exclusiveMaximum"] - (1 if whole else 0.5)
    step = schema.get("multipleOf")
    if step:
        value = -(-value // step) * step
    return int(value) if whole else value
