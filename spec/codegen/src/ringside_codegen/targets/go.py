# SPDX-License-Identifier: Apache-2.0
"""The Go SDK: a service and the types of each noun, the client that has them, sentinels by code, events, api.md."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ringside_codegen.ir import Document, ErrorCode, Event, Operation, Resource
from ringside_codegen.naming import pascal
from ringside_codegen.render import render
from ringside_codegen.targets import OutputFile, Target
from ringside_codegen.targets.go_resources import all_name, client_path, item, params, resource_values, service
from ringside_codegen.targets.go_text import comment, exported, named
from ringside_codegen.targets.go_types import Types

FOLDER = "sdk-go"
#: This would read like the error of a whole status.
ERROR_NAMES = {"not_found": "ObjectNotFound"}


def files(document: Document) -> Iterable[OutputFile]:
    """Every generated file of the package."""
    types = Types(document)
    flat = document.all_resources()
    for resource in flat:
        yield _file(resource.noun, "resource", **resource_values(types, resource))
    for noun, declared in types.by_noun().items():
        yield _file(f"{noun}_types", "types", **declared)
    yield _file("client", "client", roots=_roots(document.resources))
    yield _file("errors", "errors", errors=[_error(error) for error in document.errors])
    yield _file("events", "events", **_events(types, document.events))
    yield OutputFile(f"{FOLDER}/api.md", _api(types, flat), "<!--")


def _file(stem: str, template: str, **values: Any) -> OutputFile:
    return OutputFile(f"{FOLDER}/{stem}.gen.go", render(f"go/{template}.go.jinja", **values), "//")


def _roots(resources: Iterable[Resource]) -> list[dict[str, str]]:
    ordered = sorted(resources, key=lambda root: root.path)
    return [{"name": exported(root.name), "type": service(root)} for root in ordered]


def _error(error: ErrorCode) -> dict[str, Any]:
    name = "Err" + exported(ERROR_NAMES.get(error.code) or pascal(error.code.removesuffix("_error")))
    text = f"{name} is {error.status} {error.code}: {error.description}"
    return {"name": name, "doc": comment(text, "\t"), "codes": [error.code, *error.aliases]}


def _events(types: Types, events: Iterable[Event]) -> dict[str, Any]:
    rows = []
    for event in events:
        name = exported(pascal(event.type)) + "Event"
        schema = exported(types.name(event.schema)) if event.schema else "json.RawMessage"
        doc = comment(named(name, f"{event.type}. {event.description}"))
        rows.append({"type": event.type, "name": name, "doc": doc, "object": schema})
    return {"events": rows, "untyped": any(row["object"] == "json.RawMessage" for row in rows)}


def _api(types: Types, resources: Iterable[Resource]) -> str:
    rows = [
        {"path": client_path(resource), "methods": [_api_line(types, resource, op) for op in resource.operations]}
        for resource in resources
    ]
    return render("go/api.md.jinja", resources=rows)


def _api_line(types: Types, resource: Resource, operation: Operation) -> str:
    arguments = ["ctx", *(field.name for field in operation.path_params)]
    arguments += [params(types, operation)] if params(types, operation) else []
    path, file = client_path(resource), f"./{resource.noun}.gen.go"
    call = f"[client.{path}.{exported(operation.method)}({', '.join(arguments)})]({file})"
    found = item(types, operation)
    if operation.kind == "list":
        every = f"[client.{path}.{all_name(operation.method)}]({file})"
        return f"- `{operation.http_method} {operation.full_path}` {call} -> Page[{found}], {every} -> every {found}"
    return f"- `{operation.http_method} {operation.full_path}` {call} -> {found}"


TARGET = Target("go", files)
