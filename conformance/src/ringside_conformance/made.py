# SPDX-License-Identifier: Apache-2.0
"""Cases nobody has to write: from the spec's operations with their examples, its error codes and its vectors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ringside_conformance.cases import Case
from ringside_conformance.spec import Spec


def cases(spec: Spec) -> Iterator[Case]:
    """All of them."""
    yield from _of_operations(spec)
    yield from _of_raw_access(spec)
    yield from _of_errors(spec)
    yield from _of_builders(spec)
    yield from _of_signatures(spec)


def _of_operations(spec: Spec) -> Iterator[Case]:
    """Each example of each operation: the request stands on the wire as the spec says, the answer comes back whole."""
    for name, operation in spec.own_operations.items():
        for example in operation["examples"]:
            answer, paged = example["response"], operation["kind"] == "list"
            expect: dict[str, Any] = {"value": answer["body"]}
            if answer["status"] >= 400:
                expect = {"error": {"kind": "api_status", "code": answer["body"]["error"]["code"]}}
            elif paged:
                expect = {"has": {"data": answer["body"]["data"]}}
            fields = {
                "call": name,
                "args": _arguments(example["request"]),
                "mode": "page" if paged else "value",
                "expect": expect,
                "gateway": [{"json": answer["body"], "status": answer["status"]}],
                "wire": [_wire_of(operation, example["request"])],
            }
            yield Case(f"O-{name}-{example['name']}", example["summary"].rstrip("."), fields)


def _arguments(request: dict[str, Any]) -> dict[str, Any]:
    return {**request.get("path_params", {}), **request.get("query", {}), **request.get("body", {})}


def _wire_of(operation: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "method": operation["http_method"],
        "decoded_path": operation["full_path"].format(**request.get("path_params", {})),
        "query": request.get("query", {}),
    }
    key = (
        {"headers": {"idempotency-key": "~uuid"}}
        if operation.get("idempotent")
        else {"no_headers": ["idempotency-key"]}
    )
    return rule | key | ({"json": request["body"]} if "body" in request else {})


def _of_raw_access(spec: Spec) -> Iterator[Case]:
    """Each operation's raw form: status, headers, request id and the same object."""
    for name, operation in spec.own_operations.items():
        example = next(found for found in operation["examples"] if found["response"]["status"] < 400)
        answer = example["response"]
        value = {"data": answer["body"]["data"]} if operation["kind"] == "list" else answer["body"]
        facts = {"status": answer["status"], "headers": {"x-ratelimit-remaining": "7"}, "request_id": "~req_.*"}
        fields = {
            "requires": ["raw"],
            "call": name,
            "args": _arguments(example["request"]),
            "mode": "raw",
            "expect": {"has": {**facts, "value": value}},
            "gateway": [{**answer_entry(answer), "headers": {"x-ratelimit-remaining": 7}}],
        }
        yield Case(f"R-raw-{name}", f"raw {name}", fields)


def answer_entry(answer: dict[str, Any]) -> dict[str, Any]:
    """An example's answer as an entry of a script."""
    return {"json": answer["body"], "status": answer["status"]}


def _of_errors(spec: Spec) -> Iterator[Case]:
    """Each code, and each other name of one: its class, its facts, and not one attempt more than advised."""
    for code, error in spec.errors.items():
        for name in (code, *error.get("aliases", ())):
            facts = {
                "kind": "api_status",
                "class_of": code,
                "host": True,
                "status": error["status"],
                "code": name,
                "type": error["type"],
                "param": "p",
                "request_id": "~req_.*",
                "message_has": [name, f"Something about {name}."],
            }
            fields = {
                "call": "customers.retrieve",
                "args": {"customer_id": "cus_1"},
                "client": {"max_retries": 1},
                "gateway": [{"error": name, "with": {"param": "p"}, "headers": {"retry-after-ms": 10}, "repeat": 2}],
                "expect": {"error": facts},
                "wire": [{"method": "GET", "times": 1 if error["retry"] == "never" else 2}],
            }
            yield Case(f"E-{name}", f"{error['status']} {name}", fields)


def _of_builders(spec: Spec) -> Iterator[Case]:
    for number, vector in enumerate(spec.model_refs["build"], 1):
        expect = {"error": {"kind": "invalid_argument"}} if "error" in vector else {"value": vector["text"]}
        title = ".".join(f"{name}({', '.join(map(repr, values))})" for name, *values in vector["steps"])
        yield _pure(f"B-build-{number:02}", title, {"op": "model.build", "steps": vector["steps"]}, expect)
    canonical = {vector["text"]: vector["canonical"] for vector in spec.model_refs["canonical"]}
    for number, vector in enumerate(spec.model_refs["parse"], 1):
        text = canonical.get(vector["text"], vector["text"])
        expect = {"error": {"kind": "invalid_argument"}} if "error" in vector else {"value": text}
        step = {"op": "model.parse", "text": vector["text"]}
        yield _pure(f"B-parse-{number:02}", f"parse {vector['text']!r}", step, expect)


def _of_signatures(spec: Spec) -> Iterator[Case]:
    for number, vector in enumerate(spec.signatures["golden"], 1):
        asked = {"op": "webhook.sign", **{name: vector[name] for name in ("payload", "secret", "time")}}
        expect: dict[str, Any] = {"value": f"t={vector['time']},v1={vector['v1']}"}
        yield _pure(f"W-sign-{number:02}", f"sign golden value {number}", asked, expect)
    for number, vector in enumerate(spec.signatures["verify"], 1):
        names = ("payload", "headers", "secrets", "tolerance", "now")
        asked = {"op": "webhook.verify", **{name: vector[name] for name in names}}
        reason = vector.get("reason")
        expect = {"error": {"kind": "signature", "reason": reason}} if reason else {"has": {"id": vector["event"]}}
        yield _pure(f"W-verify-{number:02}", vector["name"], asked, expect)


def _pure(name: str, title: str, step: dict[str, Any], expect: dict[str, Any]) -> Case:
    """A case without any request."""
    return Case(name, title, {"steps": [{**step, "expect": expect}], "modes": ["sync"], "client": None, "wire": []})
