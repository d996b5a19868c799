# SPDX-License-Identifier: Apache-2.0
"""Lowers the bundle to the intermediate form, checking as it goes; errors name the operation or object and field."""

from __future__ import annotations

from typing import Any

from ringside_codegen import lower_types as types
from ringside_codegen.ir import Document, ErrorCode, Event, Field, Header, Operation, Resource
from ringside_codegen.loader import Spec
from ringside_codegen.lower_types import Schemas, type_of
from ringside_codegen.naming import pascal
from ringside_codegen.published import published
from ringside_codegen.yaml_reader import SpecError, need

__all__ = ["lower", "type_of"]


def lower(spec: Spec) -> Document:
    """The document templates are rendered from; raises SpecError."""
    schemas: Schemas = spec.bundle["components"]["schemas"]
    operations = tuple(
        _operation(path, verb, raw, schemas)
        for path, item in spec.bundle["paths"].items()
        for verb, raw in item.items()
    )
    events = tuple(_event(name, row, schemas) for name, row in spec.events.items())
    own = [operation for operation in operations if operation.sdk == "own"]
    roots = [(name, operation.noun) for operation in own for name in (operation.body, operation.result) if name]
    owners = types.owned(schemas, roots + [(event.schema, "events") for event in events if event.schema])
    return Document(
        version=spec.bundle["info"]["version"],
        digest=spec.digest,
        operations=operations,
        resources=_resources(operations, spec.bundle),
        types=types.object_types(schemas, owners, {operation.body for operation in operations}),
        unions=types.union_types(schemas, owners),
        errors=tuple(_error(code, row) for code, row in spec.errors.items()),
        events=events,
        headers=tuple(_header(name, row) for name, row in spec.headers.items()),
        bundle=spec.bundle,
        published=published(spec.bundle, spec.headers),
    )


def _error(code: str, row: dict[str, Any]) -> ErrorCode:
    where = f"errors.yaml: {code}"
    kind, status, retry, message, description, since = (
        need(row, key, where) for key in ("type", "status", "retry", "message", "description", "since")
    )
    if retry not in ("never", "always", "if_short"):
        raise SpecError(f"{where}: retry is {retry}; it must be never, always or if_short")
    return ErrorCode(
        code, kind, status, retry, message, types.plain(description), str(since), tuple(row.get("aliases", ()))
    )


def _event(name: str, row: dict[str, Any], schemas: Schemas) -> Event:
    description, subject, since = (need(row, key, f"events.yaml: {name}") for key in ("description", "object", "since"))
    schema = pascal(subject)
    return Event(
        name,
        types.plain(description),
        subject,
        str(since),
        row.get("example", {}),
        schema if schema in schemas else None,
    )


def _header(name: str, row: dict[str, Any]) -> Header:
    direction, form, description, since = (
        need(row, key, f"headers.yaml: {name}") for key in ("direction", "format", "description", "since")
    )
    return Header(name, direction, form, types.plain(description), str(since))


def _operation(path: str, verb: str, raw: dict[str, Any], schemas: Schemas) -> Operation:
    name = raw["operationId"]
    status, answer = _success(name, raw)
    body, result = _object_name(raw.get("requestBody", {})), _object_name(answer)
    pagination = raw.get("x-ringside-pagination")
    kind = "list" if pagination else "delete" if verb == "delete" else "item" if result else "raw"
    return Operation(
        id=name,
        resource=raw["x-ringside-resource"],
        method=raw["x-ringside-method"],
        noun=raw["x-ringside-noun"],
        http_method=verb.upper(),
        path=path.removeprefix("/v1"),
        full_path=path,
        summary=types.plain(raw["summary"]),
        description=types.plain(raw["description"]),
        **_parameters(name, path, raw, schemas),
        body=body or None,
        body_required=bool(raw.get("requestBody", {}).get("required")),
        body_fields=types.object_fields(body, schemas) if body and types.is_object(schemas[body]) else (),
        result=result,
        item=_item(name, result, schemas) if pagination else None,
        kind=kind,  # type: ignore[arg-type]
        status=status,
        streams="text/event-stream" in answer.get("content", {}),
        sdk=_sdk(name, raw["x-ringside-sdk"]),
        scope=raw.get("x-ringside-scope"),
        client_token_scope=raw.get("x-ringside-client-token-scope"),
        idempotent=raw.get("x-ringside-idempotent") == "auto",
        pagination=pagination,
        billable=bool(raw.get("x-ringside-billable")),
        errors=tuple(raw["x-ringside-all-errors"]),
        own_errors=tuple(raw.get("x-ringside-errors") or ()),
        since=str(raw["x-ringside-since"]),
        deprecated=bool(raw.get("deprecated")),
        examples=tuple(raw.get("x-ringside-examples") or ()),
    )


def _sdk(name: str, value: str) -> Any:
    if value not in ("own", "openai", "none"):
        raise SpecError(f"{name}: x-ringside-sdk is {value}; it must be own, openai or none")
    return value


def _success(name: str, raw: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    for status, answer in raw["responses"].items():
        if status.startswith("2"):
            return int(status), answer
    raise SpecError(f"{name}: no response with a 2xx status")


def _object_name(holder: dict[str, Any]) -> str:
    schema = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _item(name: str, result: str, schemas: Schemas) -> str:
    """What the pages of a list hold: the object its `data` lists."""
    data = schemas.get(result, {}).get("properties", {}).get("data", {}).get("items", {})
    if "$ref" not in data:
        raise SpecError(f"{name}: a paginated answer needs `data`, an array of a named object")
    return str(data["$ref"]).rpartition("/")[2]


def _parameters(name: str, path: str, raw: dict[str, Any], schemas: Schemas) -> dict[str, tuple[Field, ...]]:
    found: dict[str, list[Field]] = {"path": [], "query": [], "header": []}
    for parameter in raw.get("parameters", ()):
        where = f"{name}: parameters"
        key, place = need(parameter, "name", where), need(parameter, "in", where)
        if place not in found:
            raise SpecError(f"{where}: {key} is in {place}; it must be in path, query or header")
        told = {word: parameter[word] for word in ("description", "deprecated") if word in parameter}
        schema = told | need(parameter, "schema", f"{where}: {key}")
        found[place].append(types.field_of(key, schema, bool(parameter.get("required")), f"{name}.{key}", schemas))
    for parameter in found["path"]:
        if "{" + parameter.name + "}" not in path:
            raise SpecError(f"{name}: the path {path} has no {{{parameter.name}}}")
    if path.count("{") != len(found["path"]):
        raise SpecError(f"{name}: the path {path} has a parameter that the operation does not list")
    found["path"].sort(key=lambda parameter: path.index("{" + parameter.name + "}"))
    return {f"{place}_params": tuple(fields) for place, fields in found.items()}


def _resources(operations: tuple[Operation, ...], bundle: dict[str, Any]) -> tuple[Resource, ...]:
    listed = [raw for item in bundle["paths"].values() for raw in item.values()]
    extending = {raw["x-ringside-resource"] for raw in listed if raw.get("x-ringside-extends-host")}
    own = [operation for operation in operations if operation.sdk == "own"]
    paths = sorted({operation.resource for operation in own})
    for path in paths:
        parent = path.rpartition(".")[0]
        if parent and parent not in paths:
            raise SpecError(f"{path}: its parent {parent} has no operation of its own, so no client has it")

    def node(path: str) -> Resource:
        mine = tuple(operation for operation in own if operation.resource == path)
        below = tuple(node(child) for child in paths if child.rpartition(".")[0] == path)
        return Resource(path, mine[0].noun, path in extending, mine, below)

    return tuple(node(path) for path in paths if "." not in path)
