# SPDX-License-Identifier: Apache-2.0
"""Cases: one YAML entry each, or made from the spec's examples, error codes and vectors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from ringside_conformance.spec import ROOT, Spec

CASES = ROOT / "conformance/cases"
GROUPS = {
    "A": "Authentication",
    "B": "Model refs",
    "C": "Configuration",
    "D": "Drop-in",
    "E": "Errors",
    "F": "Forward compatibility",
    "I": "Idempotency",
    "L": "Wallet",
    "O": "Operations",
    "P": "Pages",
    "R": "Customers",
    "S": "Streams",
    "T": "Client tokens",
    "U": "Encoding",
    "W": "Webhooks",
    "X": "Time and cancelling",
    "Y": "Retries",
}

_STEP = ("call", "op", "args", "mode", "take", "request", "repeat", "parallel", "head", "client_name")


@dataclass(frozen=True)
class Case:
    """One case. `fields` is the entry as it was written."""

    id: str
    title: str
    fields: dict[str, Any] = field(hash=False)

    @property
    def group(self) -> str:
        """The letter its id begins with."""
        return self.id[0]

    @property
    def requires(self) -> set[str]:
        """What a driver must offer for the case to mean anything."""
        return set(self.fields.get("requires", ()))

    @property
    def steps(self) -> list[dict[str, Any]]:
        """What is done, in order; a case with one step may write it out at the top."""
        if "steps" in self.fields:
            return list(self.fields["steps"])
        names = [*_STEP, "cancel_after_ms", "cancel_after_events", "expect"]
        return [{name: self.fields[name] for name in names if name in self.fields}]


class CaseError(Exception):
    """A case file that cannot be read; the message names file and case."""


def load(spec: Spec, only: str = "*", skip: str = "") -> list[Case]:
    """Every case whose id fits `only` and not `skip`, by group."""
    found = [*_written(), *_of_operations(spec), *_of_errors(spec), *_of_vectors(spec)]
    seen: set[str] = set()
    for case in found:
        if case.id in seen:
            raise CaseError(f"{case.id} is given twice")
        seen.add(case.id)
    return sorted(
        (case for case in found if fnmatch(case.id, only) and not (skip and fnmatch(case.id, skip))),
        key=lambda case: case.id,
    )


def _written() -> Iterator[Case]:
    schema = json.loads(resources.files("ringside_conformance").joinpath("case.schema.json").read_text())
    check = jsonschema.Draft202012Validator(schema)
    for path in sorted(Path(CASES).glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            for error in check.iter_errors(entry):
                raise CaseError(f"{path.name}: {entry.get('id')}: {error.json_path}: {error.message}")
            yield Case(entry["id"], entry["title"], entry)


def _of_operations(spec: Spec) -> Iterator[Case]:
    """Each example of each operation: the request stands on the wire as the spec says, the answer comes back whole."""
    for name, operation in spec.operations.items():
        if operation["sdk"] != "own":
            continue
        for example in operation["examples"]:
            request, answer = example["request"], example["response"]
            args = {**request.get("path_params", {}), **request.get("query", {}), **request.get("body", {})}
            rule: dict[str, Any] = {
                "method": operation["http_method"],
                "decoded_path": operation["full_path"].format(**request.get("path_params", {})),
                "query": request.get("query", {}),
            }
            if operation.get("idempotent"):
                rule["headers"] = {"idempotency-key": "~uuid"}
            else:
                rule["no_headers"] = ["idempotency-key"]
            if "body" in request:
                rule["json"] = request["body"]
            paged = operation["kind"] == "list"
            expect: dict[str, Any] = {"value": answer["body"]}
            if answer["status"] >= 400:
                expect = {"error": {"kind": "api_status", "code": answer["body"]["error"]["code"]}}
            elif paged:
                expect = {"has": {"data": answer["body"]["data"]}}
            fields = {
                "call": name,
                "args": args,
                "mode": "page" if paged else "value",
                "expect": expect,
                "gateway": [{"json": answer["body"], "status": answer["status"]}],
                "wire": [rule],
            }
            yield Case(f"O-{name}-{example['name']}", example["summary"].rstrip("."), fields)


def _of_errors(spec: Spec) -> Iterator[Case]:
    """Each code, and each other name of one: its class, its facts, and not one attempt more than advised."""
    for code, error in spec.errors.items():
        for name in (code, *error.get("aliases", ())):
            again = error["retry"] != "never"
            fields = {
                "call": "customers.retrieve",
                "args": {"customer_id": "cus_1"},
                "client": {"max_retries": 1},
                "gateway": [{"error": name, "with": {"param": "p"}, "headers": {"retry-after-ms": 10}, "repeat": 2}],
                "expect": {
                    "error": {
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
                },
                "wire": [{"method": "GET", "times": 2 if again else 1}],
            }
            yield Case(f"E-{name}", f"{error['status']} {name}", fields)


def _of_vectors(spec: Spec) -> Iterator[Case]:
    for number, vector in enumerate(spec.model_refs["build"], 1):
        expect = {"error": {"kind": "invalid_argument"}} if "error" in vector else {"value": vector["text"]}
        step = {"op": "model.build", "steps": vector["steps"]}
        yield _pure(f"B-build-{number:02}", str(vector["steps"]), step, expect)
    canonical = {vector["text"]: vector["canonical"] for vector in spec.model_refs["canonical"]}
    for number, vector in enumerate(spec.model_refs["parse"], 1):
        text = canonical.get(vector["text"], vector["text"])
        expect = {"error": {"kind": "invalid_argument"}} if "error" in vector else {"value": text}
        step = {"op": "model.parse", "text": vector["text"]}
        yield _pure(f"B-parse-{number:02}", f"parse {vector['text']!r}", step, expect)
    for number, vector in enumerate(spec.signatures["golden"], 1):
        asked = {"op": "webhook.sign", **{name: vector[name] for name in ("payload", "secret", "time")}}
        expect = {"value": f"t={vector['time']},v1={vector['v1']}"}
        yield _pure(f"W-sign-{number:02}", f"sign golden value {number}", asked, expect)
    for number, vector in enumerate(spec.signatures["verify"], 1):
        asked = {
            "op": "webhook.verify",
            **{n: vector[n] for n in ("payload", "headers", "secrets", "tolerance", "now")},
        }
        reason = vector.get("reason")
        expect = {"error": {"kind": "signature", "reason": reason}} if reason else {"has": {"id": vector["event"]}}
        yield _pure(f"W-verify-{number:02}", vector["name"], asked, expect)


def _pure(name: str, title: str, step: dict[str, Any], expect: dict[str, Any]) -> Case:
    """A case without any request."""
    return Case(name, title, {"steps": [{**step, "expect": expect}], "modes": ["sync"], "client": None, "wire": []})
