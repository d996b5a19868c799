# SPDX-License-Identifier: Apache-2.0
"""The gateway answers exactly the spec's operations, and raises only codes the spec has."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from types import SimpleNamespace

from ringside_gateway.domain._generated.errors import ERRORS
from ringside_gateway.http._generated.operations import OPERATIONS
from ringside_gateway.http.routes import add_routes

SOURCE = Path(__file__).parents[2] / "src" / "ringside_gateway"
#: Pages for people and tools about the API, not operations of it.
NOT_OPERATIONS = {"/", "/docs", "/metrics", "/openapi.json"}


class _Recorder:
    def __init__(self) -> None:
        self.routes: dict[str, object] = {}

    def add_route(self, path: str, resource: object) -> None:
        self.routes[re.sub(r":path}", "}", path)] = resource


def routed() -> dict[tuple[str, str], str]:
    """Method and path of every routed operation, with its id."""
    recorder = _Recorder()
    add_routes(recorder, SimpleNamespace(services=None))  # type: ignore[arg-type]
    found = {}
    for path, resource in recorder.routes.items():
        for verb in ("get", "post", "put", "patch", "delete"):
            operation = getattr(getattr(resource, f"on_{verb}", None), "operation", None)
            if operation is not None:
                found[verb.upper(), path] = operation.id
    assert {path for path in recorder.routes if path not in {p for _, p in found}} == NOT_OPERATIONS
    return found


def test_every_operation_of_the_spec_is_routed_and_nothing_else() -> None:
    specified = {(operation.method, operation.path): operation.id for operation in OPERATIONS.values()}
    twice = {("POST", path): name for (method, path), name in specified.items() if method == "PATCH"}
    assert routed() == specified | twice


def test_every_code_that_is_raised_is_in_the_spec() -> None:
    raised = set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("GatewayError", "UpstreamFault"):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    raised.add(first.value)
    assert raised <= set(ERRORS), raised - set(ERRORS)
    assert len(raised) > 25
