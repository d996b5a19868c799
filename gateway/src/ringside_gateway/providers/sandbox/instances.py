# SPDX-License-Identifier: Apache-2.0
"""A valid instance of a JSON Schema: what the sandbox answers with under `json_schema` and passes to tools."""

from __future__ import annotations

import math
from typing import Any

from ringside_gateway.providers.sandbox.patterns import matching

#: Past this depth, or this many values, optional parts are left out and recursion takes its way out.
MAX_DEPTH, MAX_VALUES = 8, 500
#: A schema that demands itself for ever gets this much of it.
HARD_DEPTH = 48
_FORMATS = {
    "date": "2026-01-01",
    "date-time": "2026-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "duration": "P1D",
    "email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
#: What a field without further hints holds, by its name: arguments that read well in an example.
_BY_NAME = {"city": "Paris", "location": "Paris, France", "country": "France", "name": "Ada", "unit": "celsius"}
_WORD = "sandbox"


def instance(schema: Any) -> Any:
    """An instance that satisfies type, required, enum, const, formats, patterns, limits, items, $ref, all/any/oneOf."""
    return _Maker(schema).make(schema, 0)


class _Maker:
    def __init__(self, root: Any) -> None:
        self._root = root
        self._values = 0

    def make(self, schema: Any, depth: int, name: str = "") -> Any:
        self._values += 1
        if not isinstance(schema, dict) or depth > HARD_DEPTH:
            return {} if schema is True else None
        if "$ref" in schema:
            target = self._resolved(schema["$ref"])
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            return self.make(self._merged([target, rest]) if rest else target, depth + 1, name)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][0]
        for choice in ("anyOf", "oneOf", "allOf"):
            if schema.get(choice):
                rest = {key: value for key, value in schema.items() if key != choice}
                parts = schema[choice] if choice == "allOf" else [self._way_out(schema[choice], depth)]
                return self.make(self._merged([rest, *parts]), depth + 1, name)
        return self._typed(schema, depth, name)

    def _typed(self, schema: dict[str, Any], depth: int, name: str) -> Any:
        kind = _kind(schema)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, depth, name)
        if kind == "string":
            return _string(schema, name)
        if kind in ("integer", "number"):
            return _number(schema, whole=kind == "integer")
        return True if kind == "boolean" else None

    def _deep(self, depth: int) -> bool:
        return depth >= MAX_DEPTH or self._values >= MAX_VALUES

    def _resolved(self, reference: Any) -> Any:
        node: Any = self._root
        for part in str(reference).removeprefix("#").strip("/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, list) and key.isdigit():
                node = node[int(key)] if int(key) < len(node) else {}
            elif part:
                node = node.get(key, {}) if isinstance(node, dict) else {}
        return node

    def _way_out(self, options: list[Any], depth: int) -> Any:
        """The first option; deep down one that is not built of others, which ends a recursion."""
        if not self._deep(depth):
            return options[0]
        flat = (option for option in options if isinstance(option, dict) and _kind(option) not in ("object", "array"))
        return next((option for option in flat if "$ref" not in option), options[0])

    def _merged(self, parts: list[Any], links: int = 0) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for part in parts:
            if isinstance(part, dict) and "$ref" in part:
                rest = {key: value for key, value in part.items() if key != "$ref"}
                target = self._resolved(part["$ref"]) if links < MAX_DEPTH else {}
                part = self._merged([target, rest], links + 1)
            for key, value in part.items() if isinstance(part, dict) else ():
                if key == "properties":
                    value = result.get(key, {}) | value
                elif key == "required":
                    value = [*result.get(key, ()), *value]
                result[key] = value
        return result

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        properties, required = schema.get("properties") or {}, schema.get("required") or []
        wanted = [key for key in properties if key in required or not self._deep(depth)]
        wanted += [key for key in required if key not in properties]
        made = {key: self.make(properties.get(key, {"type": "string"}), depth + 1, key) for key in wanted}
        more = schema.get("additionalProperties", {"type": "string"})
        for number in range(len(made), min(schema.get("minProperties", 0), MAX_VALUES)):
            made[f"key{number}"] = self.make(more, depth + 1) if isinstance(more, dict) else _WORD
        return made

    def _array(self, schema: dict[str, Any], depth: int, name: str) -> list[Any]:
        made = [self.make(item, depth + 1) for item in schema.get("prefixItems") or ()]
        least = min(schema.get("minItems", 0), MAX_VALUES)
        wanted = max(least, 0 if self._deep(depth) else len(made) + 1)
        item = schema.get("items", schema.get("contains", {"type": "string"}))
        distinct = list(item["enum"]) if isinstance(item, dict) and item.get("enum") else []
        for number in range(len(made), min(wanted, schema.get("maxItems", wanted))):
            value = distinct[number] if number < len(distinct) else self.make(item, depth + 1, name)
            made.append(_another(value, number) if schema.get("uniqueItems") and value in made else value)
        return made


def _kind(schema: dict[str, Any]) -> str:
    kinds = schema.get("type")
    if isinstance(kinds, list):
        kinds = next((kind for kind in kinds if kind != "null"), "null")
    if isinstance(kinds, str):
        return kinds
    if "properties" in schema or "required" in schema:
        return "object"
    if "minimum" in schema or "maximum" in schema or "multipleOf" in schema:
        return "number"
    return "array" if "items" in schema or "prefixItems" in schema else "string"


def _another(value: Any, number: int) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + number
    return f"{value}{number}" if isinstance(value, str) else value


def _string(schema: dict[str, Any], name: str) -> str:
    if isinstance(schema.get("pattern"), str):
        found = matching(schema["pattern"])
        if found is not None:
            return found
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    text = _BY_NAME.get(name, _WORD)
    least, most = min(schema.get("minLength", 0), 10_000), schema.get("maxLength")
    if len(text) < least:
        text = (f"{text} " * (least // len(text) + 1))[:least].rstrip().ljust(least, ".")
    return text if most is None else text[:most]


def _number(schema: dict[str, Any], *, whole: bool) -> int | float:
    step = schema.get("multipleOf") or (1 if whole else 0)
    low, high = _limit(schema, "minimum"), _limit(schema, "maximum")
    above, below = _limit(schema, "exclusiveMinimum"), _limit(schema, "exclusiveMaximum")
    floor = max((bound for bound in (low, above) if bound is not None), default=None)
    ceiling = min((bound for bound in (high, below) if bound is not None), default=None)
    value = 1 if floor is None else floor
    if ceiling is not None and (floor is None and ceiling <= value):
        value = ceiling
    if step:
        value = (math.ceil(value / step) if floor is not None or ceiling is None else math.floor(value / step)) * step
    if value == above:
        value = value + step if step else (value + 1 if ceiling is None else (value + ceiling) / 2)
    if value == below:
        value = value - step if step else (value - 1 if floor is None else (floor + value) / 2)
    return int(value) if whole else value


def _limit(schema: dict[str, Any], name: str) -> Any:
    """A limit; the old boolean form of the exclusive ones says nothing by itself."""
    value = schema.get(name)
    return None if isinstance(value, bool) else value
