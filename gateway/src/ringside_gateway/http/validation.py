# SPDX-License-Identifier: Apache-2.0
"""Checks bodies and queries against the operation's own schema; the error names the field and the limit."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

from ringside_gateway.domain.errors import GatewayError

_SHOWN = 60


@cache
def _schemas() -> dict[str, Any]:
    text = resources.files("ringside_gateway.http._generated").joinpath("schemas.json").read_text()
    return dict(json.loads(text))


@cache
def _validator(operation: str, part: str) -> Any:
    schema = _schemas()[operation].get(part)
    return None if schema is None else jsonschema_rs.validator_for(schema)


def body_expected(operation: str) -> bool:
    """Whether the operation has a body at all."""
    return "body" in _schemas()[operation]


def body_required(operation: str) -> bool:
    """Whether an empty body is an error."""
    return bool(_schemas()[operation].get("body_required"))


def check_body(operation: str, body: Mapping[str, Any]) -> None:
    """400 `invalid_request` whose message and `param` name the first field at fault."""
    _check(operation, "body", body)


def parse_query(operation: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Query parameters with numbers as numbers; 400 names an unknown, repeated or bad one."""
    schema = _schemas()[operation].get("query", {"properties": {}})
    parsed: dict[str, Any] = {}
    for name, value in values.items():
        if name not in schema["properties"]:
            known = ", ".join(f"`{known}`" for known in schema["properties"]) or "none"
            raise GatewayError(
                "invalid_request", f"`{name[:_SHOWN]}` is not a parameter here; known: {known}.", param=name
            )
        if isinstance(value, list):
            raise GatewayError("invalid_request", f"`{name}` is given more than once.", param=name)
        parsed[name] = _number(value) if schema["properties"][name]["type"] == "integer" else value
    if "query" in _schemas()[operation]:
        _check(operation, "query", parsed)
    return parsed


def _number(value: str) -> int | str:
    return int(value) if value.lstrip("-").isascii() and value.lstrip("-").isdigit() and len(value) < 20 else value


def _check(operation: str, part: str, value: Mapping[str, Any]) -> None:
    validator = _validator(operation, part)
    if validator.is_valid(value):
        return
    error = min(validator.iter_errors(value), key=lambda found: (-len(found.instance_path), found.message))
    path = _path(error.instance_path)
    message, path = _sentence(error, path)
    raise GatewayError("invalid_request", message, param=path or None)


def _path(parts: list[Any]) -> str:
    text = ""
    for part in parts:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def _sentence(error: Any, path: str) -> tuple[str, str]:
    """What is wrong in our words, and the field it is about."""
    kind, keyword = error.kind, error.kind.name.lower()
    named = f"`{path}`" if path else "The body"
    if keyword == "required":
        missing = f"{path}.{kind.property}" if path else str(kind.property)
        return f"`{missing}` is required.", missing
    if keyword in ("additionalproperties", "unevaluatedproperties"):
        unknown = f"{path}.{kind.unexpected[0]}" if path else str(kind.unexpected[0])
        return f"`{unknown[:_SHOWN]}` is not a field here.", unknown
    texts: dict[str, Callable[[], str]] = {
        "type": lambda: f"must be {_types(kind.types)}",
        "enum": lambda: "must be one of " + ", ".join(json.dumps(option) for option in kind.options),
        "const": lambda: f"must be {json.dumps(kind.expected_value)}",
        "minimum": lambda: f"must be at least {kind.limit}",
        "maximum": lambda: f"must be at most {kind.limit}",
        "exclusiveminimum": lambda: f"must be greater than {kind.limit}",
        "exclusivemaximum": lambda: f"must be less than {kind.limit}",
        "minlength": lambda: f"must have at least {kind.limit} characters",
        "maxlength": lambda: f"must have at most {kind.limit} characters",
        "minitems": lambda: f"must have at least {kind.limit} items",
        "maxitems": lambda: f"must have at most {kind.limit} items",
        "maxproperties": lambda: f"must have at most {kind.limit} keys",
        "uniqueitems": lambda: "must not repeat an item",
        "pattern": lambda: f"must match {kind.pattern}",
        "propertynames": lambda: "has a key that is empty or longer than 64 characters",
    }
    text = texts[keyword]() if keyword in texts else "is not valid"
    return f"{named} {text}.", path


def _types(types: list[str]) -> str:
    names = {"null": "null", "object": "an object", "array": "an array", "integer": "an integer"}
    return " or ".join(names.get(name, f"a {name}") for name in types)
