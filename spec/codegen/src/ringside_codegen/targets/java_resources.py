# SPDX-License-Identifier: Apache-2.0
"""Java's services: the calls of a noun, and the classes that send them, blocking or not."""

from __future__ import annotations

from typing import Any

from ringside_codegen.ir import Operation, Resource
from ringside_codegen.named_types import query_name
from ringside_codegen.naming import camel, pascal, safe, singular
from ringside_codegen.targets.java_text import PACKAGE, assigned, broken, chained, documented, javadoc, method
from ringside_codegen.targets.java_types import Types

_RAW = "com.openai.core.http.HttpResponseFor"
#: An answer the spec has no name for.
_UNTYPED = "UntypedObject"
_MUST_BE_CLOSED = "com.google.errorprone.annotations.MustBeClosed"
_FUTURE = "java.util.concurrent.CompletableFuture"


def calls_values(types: Types, resource: Resource) -> dict[str, Any]:
    """What the template of a noun's calls needs."""
    used = {"java.util.List", f"{PACKAGE}.core.Call"}
    for operation in resource.operations:
        used |= _used_by(types, operation)
        used.add(f"{PACKAGE}.core.PageData" if operation.kind == "list" else "com.openai.core.http.HttpMethod")
    return {
        # The noun's own object may have the same name; it is written in full.
        "imports": used - {f"{PACKAGE}.types.{pascal(resource.noun)}"},
        "noun": resource.noun,
        "name": pascal(resource.noun),
        "calls": [_call(types, operation) for operation in resource.operations],
    }


def _call(types: Types, operation: Operation) -> dict[str, str]:
    item = _item(types, operation)
    item = f"{PACKAGE}.types.{item}" if item == pascal(operation.noun) else item
    is_list = operation.kind == "list"
    pattern = operation.path.strip("/")
    for field in operation.path_params:
        pattern = pattern.replace("{" + field.name + "}", "{}")
    values = [f'"{pattern}"', *(_local(field.name) for field in operation.path_params)]
    links = [f".with{_given(operation)}(params.fields())"] if _params(operation) else []
    single = f"Call.of(HttpMethod.{operation.http_method}, path, {item}::new)"
    start = f"return Call.pages(path, {item}::new)" if is_list else f"return {single}"
    return {
        "head": broken(
            f"static Call<{f'PageData<{item}>' if is_list else item}> {method(operation.method)}",
            _declared(operation, options=False),
            " {",
            "  ",
        ),
        "path": assigned("List<String> path", "Call.path", values, "    "),
        "body": chained(start, links, "    "),
    }


def resource_values(types: Types, resource: Resource, suffix: str) -> dict[str, Any]:
    """What the template of a noun's service needs; the suffix is `Async` for the one that does not block."""
    host = _host(resource, suffix)
    used = {"com.openai.core.ClientOptions", "java.util.function.Consumer", _RAW}
    used |= {f"{PACKAGE}.core.{name}" for name in ("CallOptions", "Caller")} | {f"{PACKAGE}.compat.HostOptions"}
    used |= {_FUTURE} if suffix else {_MUST_BE_CLOSED}
    for operation in resource.operations:
        used |= _used_by(types, operation)
        used |= {f"{PACKAGE}.core.CursorPage{suffix}"} if operation.kind == "list" else set()
    calls = pascal(resource.noun)
    if f"{PACKAGE}.types.{calls}" in used:
        # As above, the other way round.
        calls = f"{PACKAGE}.resources.{calls}"
    path = ".".join(f"{method(part)}()" for part in resource.path.split("."))
    operations = resource.operations
    blocking = "Does not block" if suffix else "Its methods block"
    name = f"{pascal(resource.noun)}Resource{suffix}"
    return {
        "imports": used | set(host.get("imports", ())),
        "name": name,
        "doc": javadoc(f"`client.{path}`. {blocking}; thread-safe."),
        "raw_doc": _raw_doc(name),
        "host": host,
        "changed": broken(
            f"return new {name}",
            [*(["host.withOptions(modifier)"] if host else []), "HostOptions.modified(options, modifier)"],
            ";",
            "    ",
        ),
        "must_be_closed": "" if suffix else "@MustBeClosed",
        "children": [
            {
                "name": method(child.name),
                "type": f"{pascal(child.noun)}Resource{suffix}",
                "path": f"client.{path}.{method(child.name)}()",
            }
            for child in resource.children
        ],
        "methods": [found for op in operations for found in _methods(types, op, calls, suffix)],
        "raw_methods": [found for op in operations for found in _raw_methods(types, op, calls, suffix)],
    }


def _raw_doc(name: str) -> str:
    """Wrapped as code, which is as long as the link it becomes."""
    text = javadoc(f"The methods of `{name}` with status and headers beside the answer.", "  ")
    return text.replace(f"{{@code {name}}}", f"{{@link {name}}}")


def _host(resource: Resource, suffix: str) -> dict[str, Any]:
    """The host's service that a resource extends; empty for a resource of our own."""
    if not resource.extends_host:
        return {}
    service = f"{pascal(singular(resource.name))}Service"
    base = f"Forwarding{service}{suffix}"
    raw = f"Forwarding{service}Raw{suffix}"
    package = "async" if suffix else "blocking"
    return {
        "service": f"{service}{suffix}",
        "base": base,
        "raw": raw,
        "imports": [
            f"com.openai.services.{package}.{service}{suffix}",
            f"{PACKAGE}.compat.{base}",
            f"{PACKAGE}.compat.{raw}",
        ],
    }


def _methods(types: Types, operation: Operation, calls: str, suffix: str) -> list[dict[str, str]]:
    """The overloads of one operation: without optional parameters, without options, with everything."""
    name = method(operation.method)
    item = _item(types, operation)
    answer = f"CursorPage{suffix}<{item}>" if operation.kind == "list" else item
    answer = f"CompletableFuture<{answer}>" if suffix else answer
    send = ("page" if operation.kind == "list" else "send") + suffix
    passed = [argument.split(" ")[1] for argument in _declared(operation, options=False)]
    overloads = []
    if _is_optional(operation):
        empty = f"{_params(operation)}.builder().build()"
        overloads.append((_declared(operation, options=False)[:-1], f"return {name}", [*passed[:-1], empty]))
    overloads.append((_declared(operation, options=False), f"return {name}", [*passed, "CallOptions.none()"]))
    call = f"{calls}.{name}({', '.join(passed)})"
    overloads.append((_declared(operation, options=True), f"return caller.{send}", [call, "options"]))
    return [
        {
            "doc": documented(_doc(operation) if index == 0 else _more(index, overloads), "  ", operation.deprecated),
            "head": broken(f"public {answer} {name}", declared, " {", "  "),
            "body": broken(start, given, ";", "    "),
        }
        for index, (declared, start, given) in enumerate(overloads)
    ]


def _more(index: int, overloads: list[Any]) -> str:
    return "The same, with options of its own." if index == len(overloads) - 1 else "The same, as asked for."


def _raw_methods(types: Types, operation: Operation, calls: str, suffix: str) -> list[dict[str, str]]:
    name = method(operation.method)
    item = _item(types, operation)
    answer = f"HttpResponseFor<{f'CursorPage{suffix}<{item}>' if operation.kind == 'list' else item}>"
    answer = f"CompletableFuture<{answer}>" if suffix else answer
    send = ("rawPage" if operation.kind == "list" else "raw") + suffix
    passed = [argument.split(" ")[1] for argument in _declared(operation, options=False)]
    call = f"{calls}.{name}({', '.join(passed)})"
    variants = [
        (_declared(operation, options=False), f"return {name}", [*passed, "CallOptions.none()"]),
        (_declared(operation, options=True), f"return caller.{send}", [call, "options"]),
    ]
    return [
        {
            "doc": documented(
                f"As `{name}`." if index == 0 else f"As `{name}`, with options of its own.",
                "    ",
                operation.deprecated,
            ),
            "head": broken(f"public {answer} {name}", declared, " {", "    "),
            "body": broken(start, given, ";", "      "),
        }
        for index, (declared, start, given) in enumerate(variants)
    ]


def _doc(operation: Operation) -> str:
    own = ", ".join(f"`{code}`" for code in operation.own_errors)
    codes = f" Codes besides those of every call: {own}." if own else ""
    return f"{operation.summary}. {operation.description}{codes}\n@since {operation.since}"


def _used_by(types: Types, operation: Operation) -> set[str]:
    item = _item(types, operation)
    used = {f"{PACKAGE}.types.{name}" for name in (item, _params(operation)) if name}
    return used - {f"{PACKAGE}.types.{_UNTYPED}"} | ({f"{PACKAGE}.core.{_UNTYPED}"} if item == _UNTYPED else set())


def _item(types: Types, operation: Operation) -> str:
    return types.name(operation.item or operation.result) or _UNTYPED


def _params(operation: Operation) -> str:
    """The type of the argument that carries body or query; empty for neither."""
    if operation.body and operation.query_params:
        raise ValueError(f"{operation.id}: a body and a query would have to share one `params` argument")
    return operation.body or (query_name(operation) if operation.query_params else "")


def _given(operation: Operation) -> str:
    return "Body" if operation.body else "Query"


def _is_optional(operation: Operation) -> bool:
    fields = operation.body_fields if operation.body else operation.query_params
    return bool(_params(operation)) and not any(field.required for field in fields)


def _declared(operation: Operation, options: bool) -> list[str]:
    declared = [f"String {_local(field.name)}" for field in operation.path_params]
    declared += [f"{_params(operation)} params"] if _params(operation) else []
    return declared + (["CallOptions options"] if options else [])


def _local(name: str) -> str:
    return safe(camel(name), "java")
