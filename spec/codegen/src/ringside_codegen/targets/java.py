# SPDX-License-Identifier: Apache-2.0
"""The Java SDK: types, services and calls of each noun, exceptions by code, event classes, the method list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ringside_codegen.ir import Document, ErrorCode, Event, Operation, Resource
from ringside_codegen.named_types import query_name
from ringside_codegen.naming import camel, pascal
from ringside_codegen.render import render
from ringside_codegen.targets import OutputFile, Target
from ringside_codegen.targets.java_resources import calls_values, resource_values
from ringside_codegen.targets.java_text import PACKAGE, broken, import_block, javadoc, method
from ringside_codegen.targets.java_types import Types, enum_values, object_values, union_values

GENERATED = f"sdk-java/src/generated/java/{PACKAGE.replace('.', '/')}"
#: The SDK's class for a status, which an exception of that status extends.
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
#: These would read like the class of a whole status.
EXCEPTION_NAMES = {"not_found": "ObjectNotFoundException"}
_FIELDS = "Map<String, ? extends @Nullable Object> fields"


def files(document: Document) -> Iterable[OutputFile]:
    """Every generated file of the package."""
    types = Types(document)
    flat = document.all_resources()
    for found in types.objects():
        yield _file(f"types/{found.name}", "object", **object_values(types, found))
    for name, description, values in types.enums():
        yield _file(f"types/{name}", "enum", **enum_values(name, description, values))
    for union in types.unions():
        yield _file(f"types/{union.name}", "union", **union_values(union))
    for resource in flat:
        yield _file(f"resources/{pascal(resource.noun)}", "calls", **calls_values(types, resource))
        for suffix in ("", "Async"):
            name = f"resources/{pascal(resource.noun)}Resource{suffix}"
            yield _file(name, "resource", **resource_values(types, resource, suffix))
    yield from _clients(document.resources)
    yield from _errors(document.errors)
    yield from _events(types, document.events)
    yield OutputFile("sdk-java/api.md", _api(types, flat), "<!--")


def _file(path: str, template: str, **values: Any) -> OutputFile:
    values["imports"] = import_block(values.get("imports", ()))
    return OutputFile(f"{GENERATED}/{path}.java", render(f"java/{template}.java.jinja", **values), "//")


def _clients(resources: Iterable[Resource]) -> Iterable[OutputFile]:
    for suffix in ("", "Async"):
        host = f"OpenAIClient{suffix}"
        roots = [
            {
                "name": method(root.name),
                "type": f"{pascal(root.noun)}Resource{suffix}",
                "override": root.extends_host,
                "path": f"client.{method(root.name)}()",
            }
            for root in sorted(resources, key=lambda root: root.path)
        ]
        values = {"name": f"ResourcesClient{suffix}", "host": host, "roots": roots}
        client = f"com.openai.client.{host}"
        yield _file(f"resources/ResourcesClient{suffix}", "client", imports=[client], **values)
        used = [f"{client}Impl", "com.openai.core.ClientOptions", f"{PACKAGE}.compat.Forwarding{host}"]
        yield _file(f"resources/DefaultResourcesClient{suffix}", "default_client", imports=used, **values)


def _errors(errors: Iterable[ErrorCode]) -> Iterable[OutputFile]:
    rows = []
    for error in errors:
        name = _exception(error)
        text = f"{error.status} `{error.code}`: {error.description}\n@since {error.since}"
        host = STATUS_CLASSES.get(error.status, "InternalServer" if error.status >= 500 else "Status")
        yield _file(f"errors/{name}", "error", name=name, host=f"Ringside{host}Exception", doc=javadoc(text))
        rows += [(code, name) for code in (error.code, *error.aliases)]
    yield _file("errors/ErrorClasses", "error_classes", rows=_entries(rows))


def _exception(error: ErrorCode) -> str:
    return EXCEPTION_NAMES.get(error.code) or f"{pascal(error.code.removesuffix('_error'))}Exception"


def _events(types: Types, events: Iterable[Event]) -> Iterable[OutputFile]:
    rows = []
    for event in events:
        name = f"{pascal(event.type)}Event"
        named = types.name(event.schema) if event.schema else ""
        used = ["java.util.Map", "org.jspecify.annotations.Nullable", *([f"{PACKAGE}.types.{named}"] if named else [])]
        head = f"  {name}({_FIELDS}) {{"
        values = {
            "name": name,
            "object": named,
            "doc": javadoc(f"`{event.type}`: {event.description}\n@since {event.since}"),
            "constructor": head,
        }
        yield _file(f"events/{name}", "event", imports=used, **values)
        rows.append((event.type, name))
    yield _file("events/WebhookEvents", "events", rows=_entries(rows))


def _entries(rows: list[tuple[str, str]]) -> list[str]:
    last = len(rows) - 1
    return [
        broken("Map.entry", [f'"{key}"', f"{name}::new"], ");" if index == last else ",", " " * 10)
        for index, (key, name) in enumerate(rows)
    ]


def _api(types: Types, resources: Iterable[Resource]) -> str:
    rows = [
        {"path": _path(resource), "methods": [_api_line(types, resource, op) for op in resource.operations]}
        for resource in resources
    ]
    return render("java/api.md.jinja", resources=rows)


def _path(resource: Resource) -> str:
    return ".".join(f"{method(part)}()" for part in resource.path.split("."))


def _api_line(types: Types, resource: Resource, operation: Operation) -> str:
    arguments = [camel(field.name) for field in operation.path_params]
    if operation.body or operation.query_params:
        arguments.append(operation.body or query_name(operation))
    item = types.name(operation.item or operation.result) or "UntypedObject"
    answer = f"CursorPage<{item}>" if operation.kind == "list" else item
    call = f"client.{_path(resource)}.{method(operation.method)}({', '.join(arguments)})"
    file = f"./{GENERATED.removeprefix('sdk-java/')}/resources/{pascal(resource.noun)}Resource.java"
    return f"- `{operation.http_method} {operation.full_path}` [{call}]({file}) -> {answer}"


TARGET = Target("java", files)
