# SPDX-License-Identifier: Apache-2.0
"""Rules about examples: every operation has one, and each fits its schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from ringside_codegen.lint.subject import Operation, OperationRule


def there_is_an_example(op: Operation) -> Iterator[str]:
    """Docs show it, conformance replays it."""
    if not op.raw.get("x-ringside-examples"):
        yield f"write examples/{op.source.name}: a list of name, summary, request and response"


def examples_fit_their_schemas(op: Operation) -> Iterator[str]:
    """An example that is refused would teach the wrong thing; one of an error shows what is refused."""
    sent = op.raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    for example in op.raw.get("x-ringside-examples") or ():
        response = example["response"]
        if sent is not None and "body" in example["request"] and response["status"] < 400:
            yield from _misfits(op, sent, example["request"]["body"], f"{example['name']}: request body")
        answers = op.raw["responses"].get(str(response["status"]))
        if answers is None:
            yield f"{example['name']}: the operation does not answer {response['status']}; add the code to its errors"
        elif "body" in response:
            schema = answers["content"]["application/json"]["schema"]
            yield from _misfits(op, schema, response["body"], f"{example['name']}: response body")


def _misfits(op: Operation, schema: dict[str, Any], value: Any, where: str) -> Iterator[str]:
    root = {"components": {"schemas": op.schemas}}
    registry = Registry().with_resource("urn:spec", Resource.from_contents(root, default_specification=DRAFT202012))
    absolute = {"$ref": f"urn:spec{schema['$ref']}"} if "$ref" in schema else schema
    for error in Draft202012Validator(absolute, registry=registry).iter_errors(value):
        yield f"{where}: {'.'.join(map(str, error.absolute_path)) or 'it'}: {error.message[:120]}"


def example_rules() -> tuple[OperationRule, ...]:
    """All of them."""
    return (there_is_an_example, examples_fit_their_schemas)
