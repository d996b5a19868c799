# SPDX-License-Identifier: Apache-2.0
"""Checks bodies and queries against the operation's own schema; the error names the field and the limit."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any

import jsonschema_rs

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http.jsons import check_text

#: No more than this of a caller's own text is repeated in a message, and of a field's path in `param`.
_SHOWN, _SHOWN_PATH = 60, 200
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")


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
            message = f"`{name[:_SHOWN]}` is not a parameter here; known: {known}."
            raise GatewayError("invalid_request", message, param=name[:_SHOWN])
        if isinstance(value, list):
            raise GatewayError("invalid_request", f"`{name}` is given more than once.", param=name)
        check_text(value, name)
        is_number = schema["properties"][name]["type"] == "integer" and _WHOLE_NUMBER.fullmatch(value)
        parsed[name] = int(value) if is_number else value
    if "query" in _schemas()[operation]:
        _check(operation, "query", parsed)
    return parsed


def _check(operation: str, part: str, value: Mapping[str, Any]) -> None:
    validator = _validator(operation, part)
    if validator.is_valid(value):
        return
    error = _deepest(validator.iter_errors(value))
    message, path = _sentence(error, _path(error.instance_path))
    raise GatewayError("invalid_request", message, param=path[:_SHOWN_PATH] or None)


def _deepest(errors: Iterable[Any]) -> Any:
    """The error furthest inside the value; of alternatives, the one in the branch that came furthest."""
    error = min(errors, key=lambda found: (-len(found.instance_path), found.message))
    branches = getattr(error.kind, "context", None) or []
    inner = [_deepest(branch) for branch in branches if branch]
    deeper = [found for found in inner if len(found.instance_path) > len(error.instance_path)]
    return _deepest(deeper) if deeper else error


def _path(parts: list[Any]) -> str:
    text = ""
    for part in parts:
        text = f"{text}[{part}]" if isinstance(part, int) else _inside(text, part)
    return text


def _inside(path: str, name: object) -> str:
    """The path of a field; a name is the caller's own text, so a long one is cut."""
    return f"{path}.{str(name)[:_SHOWN]}" if path else str(name)[:_SHOWN]


def _sentence(error: Any, path: str) -> tuple[str, str]:
    """What is wrong in our words, and the field it is about."""
    kind, keyword = error.kind, error.kind.name.lower()
    named = f"`{path}`" if path else "The body"
    if keyword == "required":
        missing = _inside(path, kind.property)
        return f"`{missing}` is required.", missing
    if keyword in ("additionalproperties", "unevaluatedproperties"):
        unknown = _inside(path, kind.unexpected[0])
        return f"`{unknown}` is not a field here.", unknown
    return f"{named} {_complaint(error)}.", path


def _complaint(error: Any) -> str:
    """The rule that a value breaks, as the rest of a sentence about it."""
    kind, keyword = error.kind, error.kind.name.lower()
    texts: dict[str, Callable[[], str]] = {
        "type": lambda: f"must be {_types(kind.types)}",
        "enum": lambda: "must be one of " + ", ".join(json.dumps(option) for option in kind.options),
        "const": lambda: f"must be {json.dumps(kind.expected_value)}",
        "minimum": lambda: f"must be at least {kind.limit}",
        "maximum": lambda: f"must be at most {kind.limit}",
        "exclusiveminimum": lambda: f"must be greater than {kind.limit}",
        "exclusivemaximum": lambda: f"must be less than {kind.limit}",
        "minlength": lambda: f"must have at least {_count(kind.limit, 'character')}",
        "maxlength": lambda: f"must have at most {_count(kind.limit, 'character')}",
        "minitems": lambda: f"must have at least {_count(kind.limit, 'item')}",
        "maxitems": lambda: f"must have at most {_count(kind.limit, 'item')}",
        "maxproperties": lambda: f"must have at most {_count(kind.limit, 'key')}",
        "uniqueitems": lambda: "must not repeat an item",
        "pattern": lambda: f"must match {kind.pattern}",
        "minproperties": lambda: f"must have at least {_count(kind.limit, 'key')}",
        "propertynames": lambda: f"has a key that {_complaint(kind.error)}",
        "falseschema": lambda: "is not allowed here",
    }
    return texts[keyword]() if keyword in texts else _otherwise(error)


def _count(limit: int, what: str) -> str:
    return f"{limit} {what}" if limit == 1 else f"{limit} {what}s"


def _otherwise(error: Any) -> str:
    """Alternatives that all failed at the same place: the types they ask for, else no more than that none fits."""
    branches = getattr(error.kind, "context", None) or []
    found = [inner for branch in branches for inner in branch if inner.instance_path == error.instance_path]
    types = [name for inner in found if inner.kind.name == "type" for name in inner.kind.types]
    return f"must be {_types(list(dict.fromkeys(types)))}" if types else "has none of the forms it may have"


def _types(types: list[str]) -> str:
    names = {"null": "null", "object": "an object", "array": "an array", "integer": "an integer"}
    return " or ".join(names.get(name, f"a {name}") for name in sorted(types, key=lambda name: name == "null"))
