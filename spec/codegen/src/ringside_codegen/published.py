# SPDX-License-Identifier: Apache-2.0
"""The bundle as strangers' tools read it: who may call, the idempotency key, and the headers of answers.

Our SDKs know all three by themselves, so nothing of this is lowered; it follows from the extensions and `headers.yaml`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ringside_codegen.yaml_reader import SpecError

_KEY = "Idempotency-Key"
#: A header's `on` -> whether an operation's answer of this status may have it.
_ON: dict[str, Callable[[dict[str, Any], str], bool]] = {
    "answers": lambda operation, status: True,
    "replays": lambda operation, status: _is_idempotent(operation) and status[0] == "2",
    "calls": lambda operation, status: bool(operation.get("x-ringside-billable")) and status[0] == "2",
    "limits": lambda operation, status: status == "429" or _ON["calls"](operation, status),
    "errors": lambda operation, status: status[0] in "45",
    "waits": lambda operation, status: status in ("429", "503"),
}


def published(bundle: dict[str, Any], headers: dict[str, Any]) -> dict[str, Any]:
    """A copy of the bundle with security, keys and headers on every operation; SpecError for an `on` that is none."""
    bundle = copy.deepcopy(bundle)
    told = {name: row for name, row in headers.items() if row["direction"] == "response"}
    for name, row in told.items():
        if row.get("on") not in _ON:
            raise SpecError(f"headers.yaml: {name}: on must be one of {', '.join(_ON)}")
    components = bundle["components"]
    components["headers"] = {name: _header(row) for name, row in told.items()}
    if _KEY in headers:
        components["parameters"] = {_KEY: _key(headers[_KEY])}
    for item in bundle["paths"].values():
        for operation in item.values():
            _complete(operation, told, _KEY in headers)
    return bundle


def _complete(operation: dict[str, Any], told: dict[str, Any], has_key: bool) -> None:
    if operation.get("x-ringside-client-token-scope"):
        operation["security"] = [{"apiKey": []}, {"clientToken": []}]
    if has_key and _is_idempotent(operation):
        reference = {"$ref": f"#/components/parameters/{_KEY}"}
        operation["parameters"] = [*operation.get("parameters", ()), reference]
    for status, response in operation["responses"].items():
        found = {
            name: {"$ref": f"#/components/headers/{name}"}
            for name, row in told.items()
            if _ON[row["on"]](operation, status)
        }
        if found:
            response["headers"] = found


def _is_idempotent(operation: dict[str, Any]) -> bool:
    return operation.get("x-ringside-idempotent") == "auto"


def _header(row: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "integer"} if row["format"] == "integer" else {"type": "string"}
    return {"description": f"{row['description']} ({row['format']})", "schema": schema}


def _key(row: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1, "maxLength": 255}
    return {"name": _KEY, "in": "header", "description": row["description"], "schema": schema}
