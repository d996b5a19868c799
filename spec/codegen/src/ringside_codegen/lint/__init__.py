# SPDX-License-Identifier: Apache-2.0
"""The spec's house rules. Each finding says where it is and what to write instead."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ringside_codegen.lint.examples import example_rules
from ringside_codegen.lint.operations import operation_rules
from ringside_codegen.lint.schemas import schema_rules
from ringside_codegen.lint.subject import Operation
from ringside_codegen.loader import Spec


def findings(spec: Spec) -> Iterator[str]:
    """Every breach of every rule."""
    schemas = spec.bundle["components"]["schemas"]
    for path, item in spec.bundle["paths"].items():
        for verb, raw in item.items():
            operation = Operation(path, verb, raw, spec.sources[raw["operationId"]], schemas)
            for rule in (*operation_rules(), *example_rules()):
                yield from (f"{operation.source.name}: {raw['operationId']}: {text}" for text in rule(operation))
    own = _own_schemas(spec)
    for name, schema in schemas.items():
        for rule in schema_rules():
            yield from (f"{name}: {text}" for text in rule(schema, name in own))


def run(spec: Spec) -> int:
    """Prints the findings; 1 when there are any."""
    found = list(findings(spec))
    sys.stdout.writelines(f"{finding}\n" for finding in found)
    return 1 if found else 0


def _own_schemas(spec: Spec) -> set[str]:
    """Request bodies of operations our SDKs generate."""
    names = set()
    for item in spec.bundle["paths"].values():
        for raw in item.values():
            body = raw.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            if raw.get("x-ringside-sdk") == "own" and "$ref" in body:
                names.add(body["$ref"].rpartition("/")[2])
    return names
