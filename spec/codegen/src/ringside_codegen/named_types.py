# SPDX-License-Identifier: Apache-2.0
"""The named types of a language whose enums are types: which there are, and which texts with a meaning share one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ringside_codegen.ir import Document, Field, ObjectType, Operation, Type, UnionType
from ringside_codegen.naming import pascal, singular, words

#: `Model` is the builder of refs.
RENAMED = {"Model": "RingsideModel"}
#: Words of an enum's name that tell which operation it came from, not what it is.
_ORIGIN = frozenset({"create", "update", "retrieve", "list", "params"})


class NamedTypes:
    """The named types of a document under the names of one language; `spell` writes a method's name."""

    def __init__(self, document: Document, spell: Callable[[str], str]) -> None:
        self._document = document
        own = [op for op in document.operations if op.sdk == "own"]
        queries = [_query(op, spell) for op in own if op.query_params]
        self._objects = {found.name: found for found in self._reachable(own)}
        self._objects |= {found.name: found for found in queries}
        self._enums = self._merged(self._objects.values())
        self._inputs = self._needed_by(name for name, found in self._objects.items() if found.input)
        answers = {op.item or op.result for op in own} | {event.schema or "" for event in document.events}
        self._outputs = self._needed_by(name for name in answers if name)
        self._unions = {found.name: found for found in document.unions}

    def objects(self) -> list[ObjectType]:
        """Every object type, its fields' types under the language's names."""
        return [
            replace(found, name=self.name(found.name), fields=tuple(self._field(field) for field in found.fields))
            for found in self._objects.values()
        ]

    def enums(self) -> list[tuple[str, str, tuple[str, ...]]]:
        """Name, description and values of every text with a meaning."""
        return sorted(set(self._enums.values()))

    def unions(self) -> list[UnionType]:
        """Every union that the objects mention, its members under the language's names."""
        used = {name for found in self._objects.values() for field in found.fields for name in _names(field.type)}
        names = sorted(used & set(self._unions))
        return [replace(self._unions[name], type=self._type("", self._unions[name].type)) for name in names]

    def unions_of(self, name: str) -> list[str]:
        """The unions an object is a member of."""
        return [found.name for found in self.unions() if any(member.name == name for member in found.type.members)]

    def is_input(self, name: str) -> bool:
        """Whether callers build such an object, as a body or inside one."""
        return name in self._inputs

    def is_output(self, name: str) -> bool:
        """Whether answers or events hold such an object."""
        return name in self._outputs

    def name(self, name: str | None) -> str:
        """How the package calls an object type."""
        return RENAMED.get(name or "", name or "")

    def _field(self, field: Field) -> Field:
        return replace(field, type=self._type(field.name, field.type))

    def _type(self, field: str, type_: Type) -> Type:
        name = self._enums[_key(field, type_)][0] if type_.kind == "enum" else self.name(type_.name)
        item = self._type(field, type_.item) if type_.item else None
        members = tuple(self._type(field, member) for member in type_.members)
        return replace(type_, name=name or None, item=item, members=members)

    def _reachable(self, operations: Iterable[Operation]) -> list[ObjectType]:
        """What methods take and give; a paginated list's own object is the pager's business."""
        wanted = {name for op in operations for name in (op.body, op.item or op.result) if name}
        wanted |= {event.schema for event in self._document.events if event.schema}
        return [found for found in self._document.types if found.name in self._closure(wanted)]

    def _closure(self, names: Iterable[str]) -> set[str]:
        by_name = {found.name: found for found in self._document.types}
        todo, found = list(names), set[str]()
        while todo:
            name = todo.pop()
            if name in by_name and name not in found:
                found.add(name)
                todo += [other for field in by_name[name].fields for other in _names(field.type)]
        return found

    def _needed_by(self, names: Iterable[str]) -> set[str]:
        listed = list(names)
        return {self.name(name) for name in {*listed, *self._closure(listed)}}

    def _merged(
        self, objects: Iterable[ObjectType]
    ) -> dict[tuple[str, tuple[str, ...]], tuple[str, str, tuple[str, ...]]]:
        """By field name and values one class each: the same choice in two places is the same class."""
        found: dict[tuple[str, tuple[str, ...]], list[tuple[str, str]]] = {}
        for owner in objects:
            for field in owner.fields:
                for type_, in_list in _enums(field.type):
                    name = _enum_name(str(type_.name), in_list)
                    found.setdefault(_key(field.name, type_), []).append((name, field.description))
        merged = {}
        for (field_name, values), names in found.items():
            name, description = min(names, key=lambda named: (len(named[0]), named[0]))
            merged[field_name, values] = (name, description, values)
        if len({row[0] for row in merged.values()}) < len(merged):
            raise ValueError(f"two enums would share a class: {sorted(row[0] for row in merged.values())}")
        return merged


def query_name(operation: Operation) -> str:
    """`CustomerListParams`: the noun in the singular, the method, as the spec names its bodies."""
    return f"{pascal(singular(operation.noun))}{pascal(operation.method)}Params"


def _query(operation: Operation, spell: Callable[[str], str]) -> ObjectType:
    text = f"What `{spell(operation.method)}` may ask for."
    return ObjectType(query_name(operation), operation.noun, text, operation.query_params, input=True)


def _key(field: str, type_: Type) -> tuple[str, tuple[str, ...]]:
    return (field, type_.values)


def _enum_name(name: str, in_list: bool) -> str:
    kept = "".join(word.capitalize() for word in words(name) if word not in _ORIGIN)
    return singular(kept) if in_list else kept


def _enums(type_: Type, in_list: bool = False) -> Iterator[tuple[Type, bool]]:
    if type_.kind == "enum":
        yield type_, in_list
    for inner in (type_.item, *type_.members):
        if inner:
            yield from _enums(inner, in_list or type_.kind == "list")


def _names(type_: Type) -> set[str]:
    own = {type_.name} if type_.kind in ("object", "union") and type_.name else set()
    return own.union(*(_names(item) for item in (type_.item, *type_.members) if item))
