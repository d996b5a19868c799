# SPDX-License-Identifier: Apache-2.0
"""The TypeScript SDK: a resource file and a types file a noun, errors by code, event types, the method list."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from ringside_codegen.ir import Document, ErrorCode, Event, Field, ObjectType, Operation, Resource
from ringside_codegen.named_types import query_name
from ringside_codegen.naming import camel, kebab, pascal, safe
from ringside_codegen.render import environment, render
from ringside_codegen.targets import OutputFile, Target
from ringside_codegen.targets.typescript_text import WIDTH, Types, doc, import_lines, join_wrapped, union_lines

GENERATED = "sdk-typescript/src/generated"
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


def files(document: Document) -> Iterable[OutputFile]:
    """Every generated file of the package."""
    types = Types(document)
    flat = document.all_resources()
    by_noun = _declared(types, flat)
    for noun, objects in by_noun.items():
        yield _file(f"types/{kebab(noun)}.ts", "types.ts", **_types_values(types, objects))
    yield _file("types/index.ts", "types_index.ts", nouns=sorted(map(kebab, by_noun)))
    for resource in flat:
        yield _file(f"resources/{kebab(resource.noun)}.ts", "resource.ts", **_resource_values(types, resource))
    yield _file("resources-client.ts", "resources_client.ts", **_client_values(document.resources))
    yield _file("errors.ts", "errors.ts", **_errors_values(document.errors))
    yield _file("error-classes.ts", "error_classes.ts", **_classes_values(document.errors))
    yield _file("events.ts", "events.ts", **_events_values(types, document.events))
    yield OutputFile("sdk-typescript/api.md", _api(types, flat), "<!--")


def _file(path: str, template: str, **values: Any) -> OutputFile:
    environment().filters.update(doc=doc)
    return OutputFile(f"{GENERATED}/{path}", render(f"typescript/{template}.jinja", **values), "//")


def _class(resource: Resource) -> str:
    return f"{pascal(resource.noun)}Resource"


def _declared(types: Types, resources: Iterable[Resource]) -> dict[str, list[ObjectType]]:
    """What each noun's types file declares: its objects, and a `...Params` for every query."""
    queries = [
        ObjectType(
            query_name(operation),
            operation.noun,
            f"What `{camel(operation.method)}` may ask for.",
            operation.query_params,
            input=True,
        )
        for resource in resources
        for operation in resource.operations
        if operation.query_params
    ]
    ordered = sorted([*types.all(), *queries], key=lambda found: (found.noun, found.name))
    return {noun: list(group) for noun, group in groupby(ordered, key=lambda found: found.noun)}


def _types_values(types: Types, objects: list[ObjectType]) -> dict[str, Any]:
    others = {name for found in objects for field in found.fields for name in types.names_in(field.type)}
    return {
        "imports": import_lines(types.imports(others - {found.name for found in objects}, "./")),
        "objects": [
            {
                "name": types.name(found.name),
                "doc": found.description,
                "fields": [
                    {"doc": _field_doc(field), "line": types.field_line(field, found.input)} for field in found.fields
                ],
            }
            for found in objects
        ],
    }


def _field_doc(field: Field) -> str:
    return field.description + ("\n@deprecated" if field.deprecated else "")


def _resource_values(types: Types, resource: Resource) -> dict[str, Any]:
    operations = resource.operations
    used = {name for operation in operations for name in (operation.body, operation.item or operation.result) if name}
    queries = {f"type {query_name(operation)}" for operation in operations if operation.query_params}
    lists = [operation for operation in operations if operation.kind == "list"]
    host = f"Host{pascal(resource.name)}" if resource.extends_host else "APIResource"
    imports = {
        "../../calls": {
            "type RequestOptions",
            *({"sendList"} if lists else ()),
            *({"send"} if len(lists) < len(operations) else ()),
        },
        "../../compat": {
            host,
            *({"type PagePromise"} if lists else ()),
            *({"type APIPromise"} if len(lists) < len(operations) else ()),
        },
        "../../pagination": {"type CursorPage"} if lists else set(),
        "../../path": {"path"} if any(operation.path_params for operation in operations) else set(),
        **types.imports(used, "../types/"),
        **{f"./{kebab(child.noun)}": {_class(child)} for child in resource.children},
    }
    own = f"../types/{kebab(resource.noun)}"
    imports[own] = imports.get(own, set()) | queries
    return {
        "imports": import_lines(imports),
        "name": _class(resource),
        "doc": f"`client.{'.'.join(camel(part) for part in resource.path.split('.'))}`",
        "host": host,
        "children": [{"name": camel(child.name), "type": _class(child)} for child in resource.children],
        "operations": [_operation(types, operation) for operation in operations],
    }


def _operation(types: Types, operation: Operation) -> dict[str, Any]:
    if operation.body and operation.query_params:
        raise ValueError(f"{operation.id}: a body and a query would have to share one `params` argument")
    given = types.name(operation.body) if operation.body else query_name(operation) if operation.query_params else None
    arguments = [f"{safe(camel(field.name), 'typescript')}: string" for field in operation.path_params]
    if given:
        fields = types.object(operation.body).fields if operation.body else operation.query_params
        arguments.append(f"params: {given}" + ("" if any(field.required for field in fields) else " = {}"))
    arguments.append("options?: RequestOptions")
    item = types.name(operation.item or operation.result) or "unknown"
    is_list = operation.kind == "list"
    result = f"PagePromise<CursorPage<{item}>, {item}>" if is_list else f"APIPromise<{item}>"
    key = "body" if operation.body else "query"
    send = f"    return {'sendList' if is_list else 'send'}("
    call = ["this._client", *([] if is_list else [f"'{operation.http_method.lower()}'"]), _path(operation)]
    inputs = [f"{key}: params", "options"] if given else ["options"]
    return {
        "doc": _operation_doc(operation),
        "head": join_wrapped(f"  {camel(operation.method)}(", arguments, f"): {result} {{"),
        "body": _call(send, call, inputs),
    }


def _call(send: str, call: list[str], inputs: list[str]) -> str:
    """The call as the formatter leaves it: a path too long for the first line puts each argument on its own."""
    head = f"{send}{', '.join(call)}, {{ "
    if len(head.rstrip()) <= WIDTH:
        return join_wrapped(head, inputs, " });", indent="      ")
    return join_wrapped(send, [*call, f"{{ {', '.join(inputs)} }}"], ");", indent="      ")


def _path(operation: Operation) -> str:
    if not operation.path_params:
        return f"'{operation.path}'"
    path = operation.path
    for field in operation.path_params:
        path = path.replace("{" + field.name + "}", "${" + safe(camel(field.name), "typescript") + "}")
    return f"path`{path}`"


def _operation_doc(operation: Operation) -> str:
    own = ", ".join(operation.own_errors)
    codes = f"\nCodes besides those of every call: {own}." if own else ""
    deprecated = "\n@deprecated" if operation.deprecated else ""
    return f"{operation.summary}. {operation.description}{codes}\n@since {operation.since}{deprecated}"


def _client_values(resources: Iterable[Resource]) -> dict[str, Any]:
    roots = sorted(resources, key=lambda resource: resource.path)
    imports = {"../compat": {"HostClient"}, **{f"./resources/{kebab(root.noun)}": {_class(root)} for root in roots}}
    return {
        "imports": import_lines(imports),
        "roots": [{"name": camel(root.name), "type": _class(root), "override": root.extends_host} for root in roots],
    }


def _status_class(error: ErrorCode) -> str:
    fallback = "InternalServer" if error.status >= 500 else "Status"
    return f"Ringside{STATUS_CLASSES.get(error.status, fallback)}Error"


def _error_class(error: ErrorCode) -> str:
    return ERROR_NAMES.get(error.code) or f"{pascal(error.code.removesuffix('_error'))}Error"


def _errors_values(errors: Iterable[ErrorCode]) -> dict[str, Any]:
    listed = [
        {
            "name": _error_class(error),
            "host": _status_class(error),
            "doc": f"{error.status} `{error.code}`: {error.description}",
        }
        for error in errors
    ]
    return {"imports": import_lines({"../status-errors": {error["host"] for error in listed}}), "errors": listed}


def _classes_values(errors: Iterable[ErrorCode]) -> dict[str, Any]:
    rows = [(code, _error_class(error)) for error in errors for code in (error.code, *error.aliases)]
    return {"rows": rows}


def _events_values(types: Types, events: Iterable[Event]) -> dict[str, Any]:
    rows = [
        {
            "type": event.type,
            "name": f"{pascal(event.type)}Event",
            "doc": event.description,
            "object": types.name(event.schema) if event.schema else "AnyObject",
        }
        for event in events
    ]
    used = {event.schema for event in events if event.schema}
    union = union_lines("export type WebhookEvent =", [row["name"] for row in rows], "  ")
    return {"imports": import_lines(types.imports(used, "./types/")), "events": rows, "union": union}


def _api(types: Types, resources: Iterable[Resource]) -> str:
    rows = [
        {
            "path": ".".join(camel(part) for part in resource.path.split(".")),
            "methods": [_api_line(types, resource, operation) for operation in resource.operations],
        }
        for resource in resources
    ]
    return render("typescript/api.md.jinja", resources=rows)


def _api_line(types: Types, resource: Resource, operation: Operation) -> str:
    arguments = [camel(field.name) for field in operation.path_params]
    if operation.body or operation.query_params:
        arguments.append("{ ...params }")
    item = types.name(operation.item or operation.result) or "unknown"
    path = ".".join(camel(part) for part in resource.path.split("."))
    call = f"client.{path}.{camel(operation.method)}({', '.join(arguments)})"
    answer = f"CursorPage<{item}>" if operation.kind == "list" else item
    file = f"./src/generated/resources/{kebab(resource.noun)}.ts"
    return f"- `{operation.http_method} {operation.full_path}` [{call}]({file}) -> {answer}"


TARGET = Target("typescript", files)
