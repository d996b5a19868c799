# SPDX-License-Identifier: Apache-2.0
"""The gateway's tables: errors, events, headers, operations, and the schemas its bodies are checked against."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ringside_codegen.ir import Document, Operation
from ringside_codegen.reference.curl import BASE, ROOT
from ringside_codegen.reference.pages import RETRIES, page_of, pages
from ringside_codegen.render import render
from ringside_codegen.targets import OutputFile, Target

DOMAIN = "gateway/src/ringside_gateway/domain/_generated"
HTTP = "gateway/src/ringside_gateway/http/_generated"
PACKAGE = '"""Generated tables."""\n'


def files(document: Document) -> Iterable[OutputFile]:
    """Tables for the domain and for the HTTP layer, and the pages it serves."""
    yield OutputFile(f"{DOMAIN}/__init__.py", PACKAGE)
    yield OutputFile(f"{HTTP}/__init__.py", PACKAGE)
    for name in ("errors", "events", "event_examples", "headers"):
        yield OutputFile(f"{DOMAIN}/{name}.py", render(f"gateway/{name}.py.jinja", document=document))
    yield OutputFile(f"{HTTP}/operations.py", render("gateway/operations.py.jinja", document=document))
    schemas = {operation.id: _schemas(document, operation) for operation in document.operations}
    yield OutputFile(f"{HTTP}/schemas.json", json.dumps(schemas, indent=1) + "\n", comment=None)
    bundle = json.dumps(document.published, separators=(",", ":"), ensure_ascii=False)
    yield OutputFile(f"{HTTP}/openapi.json", bundle + "\n", comment=None)
    yield OutputFile(f"{HTTP}/reference.html", reference(document), comment="<!--")


def reference(document: Document) -> str:
    """The page at /docs: all of the reference in one file that loads nothing else."""
    info = document.bundle["info"]
    return render(
        "reference/page.html.jinja",
        title=info["title"].removesuffix(" API"),
        version=document.version,
        summary=info.get("summary", ""),
        description=" ".join(info["description"].split()),
        digest=document.digest,
        pages=pages(document),
        linked=frozenset(page_of(document)),
        errors=sorted(document.errors, key=lambda error: (error.status, error.code)),
        events=document.events,
        headers=document.headers,
        retries=RETRIES,
        base=BASE,
        root=ROOT,
    )


def _schemas(document: Document, operation: Operation) -> dict[str, Any]:
    """Self-contained schemas of body and query."""
    raw = document.bundle["paths"][operation.full_path][operation.http_method.lower()]
    result: dict[str, Any] = {}
    if operation.body is not None:
        definitions: dict[str, Any] = {}
        schema = _local({"$ref": f"#/components/schemas/{operation.body}"}, document, definitions)
        result["body"] = schema | {"$defs": definitions}
        result["body_required"] = operation.body_required
    queries = [parameter for parameter in raw.get("parameters", ()) if parameter["in"] == "query"]
    if queries:
        result["query"] = {
            "type": "object",
            "properties": {parameter["name"]: parameter["schema"] for parameter in queries},
            "required": [parameter["name"] for parameter in queries if parameter.get("required")],
            "additionalProperties": False,
        }
    return result


def _local(node: Any, document: Document, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_local(item, document, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in definitions:
            definitions[name] = None
            definitions[name] = _local(document.bundle["components"]["schemas"][name], document, definitions)
        return {"$ref": f"#/$defs/{name}"}
    return {key: _local(value, document, definitions) for key, value in node.items()}


TARGET = Target("gateway", files)
