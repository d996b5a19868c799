# SPDX-License-Identifier: Apache-2.0
"""Holds what a real gateway took and answered against the OpenAPI document, in both directions."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import cache
from typing import Any

import jsonschema

from ringside_conformance.raw_http import parse
from ringside_conformance.spec import Spec
from ringside_conformance.wire import Session, Wire

_METHODS = ("get", "post", "patch", "put", "delete")


class Exchanges:
    """Knows every operation of the document. `checked` counts the exchanges that were held against it."""

    def __init__(self, spec: Spec) -> None:
        self._document = spec.document
        self._schemas = spec.document["components"]
        self._routes = [
            (method.upper(), _pattern(path), operation)
            for path, operations in sorted(spec.document["paths"].items(), key=lambda row: row[0].count("{"))
            for method, operation in operations.items()
            if method in _METHODS
        ]
        self._validator = cache(self._made_validator)
        self.checked = 0

    def problems(self, session: Session) -> list[str]:
        """What of a case's exchanges the document does not say."""
        return [line for request in session.requests if request.answer for line in self._of(request, request.answer)]

    def _of(self, request: Wire, raw: bytes) -> list[str]:
        operation = self._operation(request)
        if operation is None:
            return []
        self.checked += 1
        answer = parse(raw)
        name, status = operation["operationId"], str(answer["status"])
        if status not in operation["responses"]:
            return [f"document: {name} does not say that it answers {status}"]
        found = self._of_answer(name, status, operation["responses"][status], answer)
        if answer["status"] < 300:
            found += [
                f"document: {name} took a body it should not: {line}" for line in self._of_body(operation, request)
            ]
        return found

    def _of_answer(self, name: str, status: str, said: dict[str, Any], answer: dict[str, Any]) -> list[str]:
        kind = answer["headers"].get("content-type", "").split(";")[0]
        found = [] if "x-request-id" in answer["headers"] else [f"document: {name} answered without x-request-id"]
        if kind not in said.get("content", {}):
            return [*found, f"document: {name} does not say that it answers {status} as {kind}"]
        if kind == "application/json":
            where = f"{name}/{status}"
            found += [
                f"document: {where}: {line}" for line in self._unfit(said["content"][kind]["schema"], answer["json"])
            ]
        if kind == "text/event-stream":
            schema = said["content"][kind].get("schema", {})
            for event in _events(answer["body"]):
                found += [f"document: {name}: an event: {line}" for line in self._unfit(schema, event)]
        return found

    def _of_body(self, operation: dict[str, Any], request: Wire) -> list[str]:
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        if schema is None or not request.body:
            return []
        try:
            return self._unfit(schema, request.json())
        except ValueError as error:
            return [f"no JSON: {error}"]

    def _operation(self, request: Wire) -> dict[str, Any] | None:
        fits = (
            found for method, path, found in self._routes if method == request.method and path.fullmatch(request.path)
        )
        return next(fits, None)

    def _unfit(self, schema: dict[str, Any], value: Any) -> list[str]:
        validator = self._validator(json.dumps(schema))
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(value)][:3]

    def _made_validator(self, schema: str) -> Any:
        return jsonschema.Draft202012Validator({**json.loads(schema, parse_float=Decimal), "components": self._schemas})


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(path)))


def _events(body: str) -> list[Any]:
    lines = [line.removeprefix("data: ") for line in body.splitlines() if line.startswith("data: ")]
    return [json.loads(line, parse_float=Decimal) for line in lines if line != "[DONE]"]
