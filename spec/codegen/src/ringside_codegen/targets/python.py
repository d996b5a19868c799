# SPDX-License-Identifier: Apache-2.0
"""The Python SDK: resources (sync, async, raw) and types a noun, errors by code, events, the client's attributes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from ringside_codegen.ir import Document, ErrorCode, Event, ObjectType, Operation, Resource
from ringside_codegen.naming import pascal, safe
from ringside_codegen.render import render
from ringside_codegen.targets import OutputFile, Target
from ringside_codegen.targets.python_text import Types, doc, field_name, imports, parameter, without_unused_imports

GENERATED = "sdk-python/src/ringside/_generated"
#: The SDK's class for a status, which an error of that status extends.
STATUS_CLASSES = {
    400: "BadRequest",
    401: "Authentication",
    402: "PaymentRequired",
    403: "PermissionDenied",
    404: "NotFound",
    409: "Conflict",
    422: "UnprocessableEntity",
    429: "RateLimit",
}
#: A class of this name already stands for a whole status in the host's package.
ERROR_NAMES = {"not_found": "ObjectNotFoundError"}
MODES = {"resources": "", "async_resources": "Async"}


def files(document: Document) -> Iterable[OutputFile]:
    """Every generated file of the package."""
    types = Types(document)
    resources = document.all_resources()
    for folder in ("", "types/", "resources/", "async_resources/", "raw/"):
        if folder != "types/":
            yield OutputFile(f"{GENERATED}/{folder}__init__.py", '"""Generated code."""\n')
    ordered = sorted(types.all(), key=lambda found: (found.noun, found.name))
    by_noun = {noun: list(group) for noun, group in groupby(ordered, key=lambda found: found.noun)}
    for noun, objects in by_noun.items():
        yield _file(f"types/{noun}.py", "types.py", **_types_values(types, noun, objects))
    yield _file("types/__init__.py", "types_index.py", nouns=by_noun)
    for resource in resources:
        for folder, prefix in MODES.items():
            yield _file(f"{folder}/{resource.noun}.py", "resource.py", **_resource_values(types, resource, prefix))
        yield _file(f"raw/{resource.noun}.py", "raw.py", **_raw_values(resource))
    for name, prefix in (("client", ""), ("async_client", "Async")):
        yield _file(f"{name}.py", "client.py", **_client_values(document, prefix))
    yield _file("errors.py", "errors.py", **_errors_values(document.errors))
    yield _file("error_classes.py", "error_classes.py", **_classes_values(document.errors))
    yield _file("events.py", "events.py", **_events_values(types, document.events))
    yield _file("event_types.py", "event_types.py", events=_event_rows(document.events))
    yield OutputFile("sdk-python/api.md", _api(types, resources), "<!--")


def _file(path: str, template: str, **values: Any) -> OutputFile:
    return OutputFile(
        f"{GENERATED}/{path}", without_unused_imports(render(f"python/{template}.jinja", doc=doc, **values))
    )


def _types_values(types: Types, noun: str, objects: list[ObjectType]) -> dict[str, Any]:
    others = {name for found in objects for field in found.fields for name in types.names_in(field.type)}
    foreign = sorted(name for name in others if types.noun(name) != noun)
    ordered = types.dependencies_first(objects)
    return {
        "noun": noun,
        "imports": imports((f".{types.noun(name)}", name) for name in foreign),
        "objects": [_object(types, found) for found in ordered],
        "forward": types.forward([found for found in ordered if not found.input]),
    }


def _object(types: Types, found: ObjectType) -> dict[str, Any]:
    return {
        "name": found.name,
        "doc": found.description,
        "input": found.input,
        "functional": found.input and any(field_name(field.name) != field.name for field in found.fields),
        "money": [field.name for field in found.fields if field.type.kind == "decimal"],
        "fields": [
            {
                "wire": field.name,
                "name": field_name(field.name),
                "type": types.text(field.type, found.input),
                "required": field.required,
                "doc": field.description,
            }
            for field in found.fields
        ],
    }


def _class(resource: Resource, prefix: str) -> str:
    return f"{prefix}{pascal(resource.noun)}Resource"


def _resource_values(types: Types, resource: Resource, prefix: str) -> dict[str, Any]:
    lists = any(operation.kind == "list" for operation in resource.operations)
    names = {op.item or op.result for op in resource.operations if op.item or op.result}
    names |= {name for op in resource.operations for field in _inputs(op) for name in types.names_in(field.type)}
    host = f"{prefix}{pascal(resource.name)}"
    return {
        "name": _class(resource, prefix),
        "attribute": resource.path,
        "host": host if resource.extends_host else None,
        "host_module": f"openai.resources.{resource.name}",
        "prefix": prefix,
        "noun": resource.noun,
        "view": f"{prefix}{pascal(resource.noun)}",
        "page": ("Async" if prefix else "Sync") + "CursorPage" if lists else None,
        "paginator": bool(prefix) and lists,
        "type_imports": imports((f"..types.{types.noun(name)}", name) for name in names),
        "children": [
            {"name": child.name, "noun": child.noun, "type": _class(child, prefix)} for child in resource.children
        ],
        "operations": [_operation(types, operation) for operation in resource.operations],
    }


def _inputs(operation: Operation) -> list[Any]:
    """Body and query fields, the required ones first; both are keywords."""
    fields = [*operation.body_fields, *operation.query_params]
    names = [field.name for field in fields]
    if len(set(names)) != len(names):
        raise ValueError(f"{operation.id}: body and query have a field of the same name, and both are keywords")
    return sorted(fields, key=lambda field: not field.required)


def _operation(types: Types, operation: Operation) -> dict[str, Any]:
    path = operation.path
    for field in operation.path_params:
        path = path.replace("{" + field.name + "}", "{}")
    return {
        "method": safe(operation.method, "python"),
        "verb": operation.http_method.lower(),
        "path": path,
        "path_params": [field_name(field.name) for field in operation.path_params],
        "parameters": [parameter(types, field) for field in _inputs(operation)],
        "body": [(field.name, field_name(field.name)) for field in operation.body_fields],
        "query": [(field.name, field_name(field.name)) for field in operation.query_params],
        "has_body": operation.http_method != "GET" and operation.body is not None,
        "takes_body": operation.http_method != "GET",
        "idempotent": operation.idempotent,
        "is_list": operation.kind == "list",
        "result": operation.item or operation.result,
        "doc": _operation_doc(operation),
    }


def _operation_doc(operation: Operation) -> str:
    codes = f"\n\nCodes besides those of every call: {', '.join(operation.own_errors)}." if operation.own_errors else ""
    return f"{operation.summary}. {operation.description}{codes}"


def _raw_values(resource: Resource) -> dict[str, Any]:
    kinds = [
        (f"{prefix}{pascal(resource.noun)}{suffix}", _class(resource, prefix), prefix, suffix, wrapper)
        for prefix, suffix, wrapper in (
            ("", "WithRawResponse", "to_raw_response_wrapper"),
            ("Async", "WithRawResponse", "async_to_raw_response_wrapper"),
            ("", "WithStreamingResponse", "to_streamed_response_wrapper"),
            ("Async", "WithStreamingResponse", "async_to_streamed_response_wrapper"),
        )
    ]
    return {
        "noun": resource.noun,
        "kinds": [
            {"name": name, "resource": of, "prefix": prefix, "suffix": suffix, "wrapper": wrapper}
            for name, of, prefix, suffix, wrapper in kinds
        ],
        "host": pascal(resource.name) if resource.extends_host else None,
        "host_module": f"openai.resources.{resource.name}",
        "methods": [safe(operation.method, "python") for operation in resource.operations],
        "children": [
            {"name": child.name, "noun": child.noun, "view": pascal(child.noun)} for child in resource.children
        ],
    }


def _client_values(document: Document, prefix: str) -> dict[str, Any]:
    tags = {tag["name"]: tag["description"] for tag in document.bundle["tags"]}
    roots = sorted(document.resources, key=lambda resource: resource.path)
    return {
        "prefix": prefix,
        "folder": "async_resources" if prefix else "resources",
        "roots": [
            {
                "name": root.name,
                "noun": root.noun,
                "type": _class(root, prefix),
                "doc": tags[root.noun],
                "override": root.extends_host,
            }
            for root in roots
        ],
    }


def _error_class(error: ErrorCode) -> str:
    return ERROR_NAMES.get(error.code) or f"{pascal(error.code.removesuffix('_error'))}Error"


def _errors_values(errors: Iterable[ErrorCode]) -> dict[str, Any]:
    listed = [
        {
            "name": _error_class(error),
            "host": _status_class(error.status),
            "doc": f"{error.status} `{error.code}`: {error.description}",
        }
        for error in errors
    ]
    return {"imports": sorted({error["host"] for error in listed}), "errors": listed}


def _status_class(status: int) -> str:
    fallback = "InternalServer" if status >= 500 else "Status"
    return f"Ringside{STATUS_CLASSES.get(status, fallback)}Error"


def _classes_values(errors: Iterable[ErrorCode]) -> dict[str, Any]:
    return {"rows": [(code, _error_class(error)) for error in errors for code in (error.code, *error.aliases)]}


def _events_values(types: Types, events: Iterable[Event]) -> dict[str, Any]:
    schemas = sorted({event.schema for event in events if event.schema and types.has(event.schema)})
    return {
        "imports": imports((f".types.{types.noun(name)}", name) for name in schemas),
        "schemas": schemas,
        "events": [
            row | {"schema": event.schema if event.schema in schemas else None}
            for row, event in zip(_event_rows(events), events, strict=True)
        ],
    }


def _event_rows(events: Iterable[Event]) -> list[dict[str, Any]]:
    return [{"type": event.type, "name": f"{pascal(event.type)}Event", "doc": event.description} for event in events]


def _api(types: Types, resources: Iterable[Resource]) -> str:
    rows = [
        {"path": resource.path, "methods": [_api_line(resource, operation) for operation in resource.operations]}
        for resource in resources
    ]
    return render("python/api.md.jinja", resources=rows, nouns=sorted({found.noun for found in types.all()}))


def _api_line(resource: Resource, operation: Operation) -> str:
    arguments = [field.name for field in operation.path_params]
    if operation.body or operation.query_params:
        arguments.append("**params")
    call = f"client.{resource.path}.{operation.method}({', '.join(arguments)})"
    item = operation.item or operation.result
    answer = f"SyncCursorPage[{item}]" if operation.kind == "list" else item
    file = f"./src/ringside/_generated/resources/{resource.noun}.py"
    return f"- `{operation.http_method} {operation.full_path}` [{call}]({file}) -> {answer}"


TARGET = Target("python", files)
