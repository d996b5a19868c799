# SPDX-License-Identifier: Apache-2.0
"""What the suite takes from the spec: operations with their examples, error codes, vectors."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
#: A longer wait is not worth a program's patience (the gateway tells so by x-should-retry).
LONGEST_RETRY_S = 60
_REQUEST_ID = "req_01m84gyvw6km4szcpvf79bm43f"


class Spec:
    """The intermediate form that the generator writes, and the vectors beside it."""

    def __init__(self, root: Path = ROOT / "spec") -> None:
        self._root = root

    @cached_property
    def _ir(self) -> dict[str, Any]:
        return dict(_read(self._root / "codegen/ir.json"))

    @cached_property
    def operations(self) -> dict[str, dict[str, Any]]:
        """Every operation by id."""
        return {operation["id"]: operation for operation in self._ir["operations"]}

    @cached_property
    def own_operations(self) -> dict[str, dict[str, Any]]:
        """Those whose methods are ours, not the host's."""
        return {name: operation for name, operation in self.operations.items() if operation["sdk"] == "own"}

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document as the gateway serves it."""
        return dict(_read(self._root / "dist/openapi.json"))

    @cached_property
    def errors(self) -> dict[str, dict[str, Any]]:
        """Every error by code."""
        return {error["code"]: error for error in self._ir["errors"]}

    @cached_property
    def model_refs(self) -> dict[str, Any]:
        """Vectors of the builders."""
        return dict(_read(self._root / "model_refs/vectors.json"))

    @cached_property
    def signatures(self) -> dict[str, Any]:
        """Vectors of webhook signatures."""
        return dict(_read(self._root / "signatures/vectors.json"))

    def example(self, name: str) -> dict[str, Any]:
        """An operation's example: `customers.create`, or `customers.create:name` for one of several."""
        operation, _, wanted = name.partition(":")
        examples = self.operations[operation]["examples"]
        return next(dict(example) for example in examples if wanted in ("", example["name"]))

    def arguments(self, operation: str, args: dict[str, Any]) -> dict[str, Any]:
        """A call's arguments as drivers get them: path parameters in order, and the rest where there can be any."""
        known = self.operations.get(operation)
        if known is None or known["sdk"] != "own":
            return {"path": [], "args": args, "has_args": True}
        names = [parameter["name"] for parameter in known.get("path_params", ())]
        rest = {name: value for name, value in args.items() if name not in names}
        can = bool(known.get("body") or known.get("query_params"))
        return {"path": [args[name] for name in names], "args": rest, "has_args": can}

    def answer_of(self, name: str) -> tuple[int, Any]:
        """Status and body of an example."""
        response = self.example(name)["response"]
        return response["status"], response["body"]

    def envelope(self, code: str, changes: dict[str, Any]) -> tuple[int, Any]:
        """Status and body of an error; an alias answers as its code, under its own name."""
        error = self._error(code)
        detail = {
            "type": error["type"],
            "code": code,
            "message": f"Something about {code}.",
            "param": None,
            "request_id": _REQUEST_ID,
            "retry_after_seconds": None,
        }
        return error["status"], {"error": detail | changes}

    def error_headers(self, code: str, changes: dict[str, Any]) -> dict[str, str]:
        """What the gateway says about another attempt."""
        error, wait = self._error(code), changes.get("retry_after_seconds")
        again = {"never": False, "always": True}.get(error["retry"], wait is None or wait <= LONGEST_RETRY_S)
        headers = {"x-should-retry": "true" if again else "false"}
        return headers | ({"retry-after": str(math.ceil(wait))} if wait is not None else {})

    def _error(self, code: str) -> dict[str, Any]:
        known = self.errors.get(code)
        return known or next(error for error in self.errors.values() if code in error.get("aliases", ()))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
