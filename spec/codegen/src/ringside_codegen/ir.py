# SPDX-License-Identifier: Apache-2.0
"""The intermediate form: what templates see. Every name is resolved, every type closed, nothing refers to YAML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "string", "int64", "bool", "decimal", "number", "timestamp", "enum", "list", "map", "object", "union", "any"
]


@dataclass(frozen=True)
class Type:
    """A type. `name`: of an object, a union or an enum; `item`: of a list or map; `values`: of an enum, which is `open`
    when others may come; `members` with their `tags` and `discriminator`: of a union."""

    kind: Kind
    name: str | None = None
    item: Type | None = None
    values: tuple[str, ...] = ()
    members: tuple[Type, ...] = ()
    discriminator: str | None = None
    nullable: bool = False
    open: bool = False
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A field of an object, or a parameter. `required` and `type.nullable` are apart: absent is not null.
    `limits` are JSON Schema's words (`maxLength`, `minimum`, …)."""

    name: str
    type: Type
    required: bool
    description: str = ""
    default: Any = None
    deprecated: bool = False
    limits: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ObjectType:
    """A named object; `noun` is the folder of the resource that has it; `input` marks request bodies."""

    name: str
    noun: str
    description: str
    fields: tuple[Field, ...]
    input: bool = False


@dataclass(frozen=True)
class UnionType:
    """A named union of objects, told apart by the field `type.discriminator`."""

    name: str
    noun: str
    description: str
    type: Type


@dataclass(frozen=True)
class Operation:
    """One operation. `path` has no `/v1`; `result` names the answer's object, `item` that of a list's elements;
    `kind` raw has no object as its answer. `body_fields` are those of the object `body` names."""

    id: str
    resource: str
    method: str
    noun: str
    http_method: str
    path: str
    full_path: str
    summary: str
    description: str
    path_params: tuple[Field, ...]
    query_params: tuple[Field, ...]
    header_params: tuple[Field, ...]
    body: str | None
    body_required: bool
    body_fields: tuple[Field, ...]
    result: str
    item: str | None
    kind: Literal["item", "list", "delete", "raw"]
    status: int
    streams: bool
    sdk: Literal["own", "openai", "none"]
    scope: str | None
    client_token_scope: str | None
    idempotent: bool
    pagination: str | None
    billable: bool
    errors: tuple[str, ...]
    own_errors: tuple[str, ...]
    since: str
    deprecated: bool = False
    examples: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Resource:
    """A node of the client: `customers.wallet`. `children` are resources below it; one with `extends_host` exists in
    OpenAI's SDKs too and ours is its subclass."""

    path: str
    noun: str
    extends_host: bool
    operations: tuple[Operation, ...]
    children: tuple[Resource, ...] = ()

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(".")[2]

    def walk(self) -> Iterator[Resource]:
        """This resource and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class ErrorCode:
    """A row of errors.yaml. `retry` is never, always or if_short; `aliases` are codes clients treat alike."""

    code: str
    type: str
    status: int
    retry: str
    message: str
    description: str
    since: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """A row of events.yaml; `object` is what `data.object` holds, `schema` its object type if the spec has one."""

    type: str
    description: str
    object: str
    since: str
    example: dict[str, Any] = field(default_factory=dict)
    schema: str | None = None


@dataclass(frozen=True)
class Header:
    """A row of headers.yaml; `direction` is request, response or webhook."""

    name: str
    direction: str
    format: str
    description: str
    since: str


@dataclass(frozen=True)
class Document:
    """The whole spec. `operations` are all, `resources` the tree our SDKs own, `types` and `unions` what that needs."""

    version: str
    digest: str
    operations: tuple[Operation, ...]
    resources: tuple[Resource, ...]
    types: tuple[ObjectType, ...]
    unions: tuple[UnionType, ...]
    errors: tuple[ErrorCode, ...]
    events: tuple[Event, ...]
    headers: tuple[Header, ...]
    bundle: dict[str, Any] = field(repr=False, default_factory=dict)
    published: dict[str, Any] = field(repr=False, default_factory=dict)

    def type(self, name: str) -> ObjectType:
        """The object type of this name."""
        return next(found for found in self.types if found.name == name)

    def all_resources(self) -> tuple[Resource, ...]:
        """Every resource of the tree, parents first."""
        return tuple(found for root in self.resources for found in root.walk())
