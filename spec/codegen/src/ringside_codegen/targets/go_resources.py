# SPDX-License-Identifier: Apache-2.0
"""Go's services: one a noun, its methods named as the spec names the operations."""

from __future__ import annotations

from typing import Any

from ringside_codegen.ir import Operation, Resource
from ringside_codegen.named_types import query_name
from ringside_codegen.naming import go_local, pascal, singular
from ringside_codegen.targets.go_text import comment, exported, import_lines
from ringside_codegen.targets.go_types import HOST, Types, imports


def service(resource: Resource) -> str:
    """`CustomerService`: the noun in the singular, as OpenAI names its own."""
    return f"{exported(pascal(singular(resource.noun)))}Service"


def resource_values(types: Types, resource: Resource) -> dict[str, Any]:
    """What the template of a service needs."""
    operations = resource.operations
    lists = any(operation.kind == "list" for operation in operations)
    untyped = any(not (operation.item or operation.result) for operation in operations)
    queries = types.queries(resource.noun)
    used = ["context", "net/http", *(["encoding/json"] if untyped else []), *(["iter"] if lists else [])]
    host = exported(pascal(singular(resource.name))) if resource.extends_host else ""
    return {
        "imports": import_lines([*used, *([HOST] if host else []), f"{HOST}/option", *imports(queries)]),
        "queries": queries,
        "name": service(resource),
        "doc": comment(f"{service(resource)} is client.{client_path(resource)}: its methods call the gateway."),
        "host": f"{host}Service" if host else "",
        "children": [{"name": exported(child.name), "type": service(child)} for child in resource.children],
        "operations": [_operation(types, operation) for operation in operations],
    }


def client_path(resource: Resource) -> str:
    """`Customers.Wallet`."""
    return ".".join(exported(part) for part in resource.path.split("."))


def item(types: Types, operation: Operation) -> str:
    """What the operation answers, or what its pages hold."""
    name = types.name(operation.item or operation.result)
    return exported(name) if name else "json.RawMessage"


def params(types: Types, operation: Operation) -> str:
    """The type of the argument that carries body or query; empty for neither."""
    if operation.body and operation.query_params:
        raise ValueError(f"{operation.id}: a body and a query would have to share one argument")
    if operation.body:
        return types.param_name(types.name(operation.body))
    return exported(query_name(operation)) if operation.query_params else ""


def all_name(method: str) -> str:
    """The method that walks all pages: `AllTransactions` beside `ListTransactions`."""
    first, _, rest = method.partition("_")
    return exported(f"all_{rest}") if first == "list" else exported(f"{method}_all")


def _operation(types: Types, operation: Operation) -> dict[str, Any]:
    values = [go_local(field.name) for field in operation.path_params]
    kind = params(types, operation)
    given = "body" if operation.body else "query"
    arguments = ["ctx context.Context", *(f"{value} string" for value in values)]
    arguments += [f"{given} {kind}"] if kind else []
    call = [f"http.Method{operation.http_method.capitalize()}", f'"{operation.path.lstrip("/")}"']
    fields = [f"method: {call[0]}", f"path: {call[1]}"]
    fields += [f"values: []string{{{', '.join(values)}}}"] if values else []
    fields += [f"params: {given}"] if kind else []
    fields += ["idempotent: true"] if operation.idempotent else []
    return {
        "name": exported(operation.method),
        "all": all_name(operation.method) if operation.kind == "list" else "",
        "doc": _doc(operation),
        "arguments": ", ".join([*arguments, "opts ...option.RequestOption"]),
        "item": item(types, operation),
        "call": f"operation{{{', '.join(fields)}}}",
    }


def _doc(operation: Operation) -> str:
    name = exported(operation.method)
    own = ", ".join(operation.own_errors)
    codes = f"\nCodes besides those of every call: {own}." if own else ""
    text = f"{name} is {operation.http_method} {operation.full_path}. {operation.description}{codes}"
    return comment(f"{text}\nSince {operation.since}.", deprecated=operation.deprecated)
