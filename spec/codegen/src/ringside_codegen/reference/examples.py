# SPDX-License-Identifier: Apache-2.0
"""An operation's examples as they are shown: those of the spec, or one made of its schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ringside_codegen.ir import Operation
from ringside_codegen.naming import singular
from ringside_codegen.reference.curl import curl
from ringside_codegen.reference.samples import sample


@dataclass(frozen=True)
class Example:
    """A request as a curl command, and the JSON of its answer."""

    title: str
    curl: str
    status: int
    answer: str


def examples(operation: Operation, raw: dict[str, Any], schemas: Mapping[str, Any]) -> tuple[Example, ...]:
    """Each example of the operation; one at least."""
    listed = operation.examples or (made_up(operation, raw, schemas),)
    return tuple(
        Example(
            example.get("summary") or operation.summary,
            curl(operation, example.get("request", {})),
            example["response"]["status"],
            _json(example["response"].get("body")),
        )
        for example in listed
    )


def made_up(operation: Operation, raw: dict[str, Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Request and answer with believable values."""
    request: dict[str, Any] = {}
    for found in raw.get("parameters", ()):
        place = {"path": "path_params", "query": "query"}.get(found["in"])
        if place and found.get("required"):
            value = sample(found["schema"], schemas, full=False, name=found["name"])
            request.setdefault(place, {})[found["name"]] = value
    if operation.body:
        reference = {"$ref": f"#/components/schemas/{operation.body}"}
        request["body"] = sample(reference, schemas, full=False)
    answer: dict[str, Any] = {"status": operation.status}
    if operation.result:
        answer["body"] = sample({"$ref": f"#/components/schemas/{operation.result}"}, schemas, full=True)
    if operation.kind == "delete":
        answer["body"] |= _deleted(operation, request)
    return {"request": request, "response": answer}


def _deleted(operation: Operation, request: dict[str, Any]) -> dict[str, Any]:
    *_, told = request["path_params"].values()
    prefix, _, rest = str(told).partition("_")
    is_id = prefix.isalpha() and len(rest) == len("01k6q3v8m4n7p2r5t9w0x1y2z3")
    return {"object": singular(operation.noun)} | ({"id": told} if is_id else {})


def _json(value: Any) -> str:
    return "" if value is None else json.dumps(value, indent=2, ensure_ascii=False)
