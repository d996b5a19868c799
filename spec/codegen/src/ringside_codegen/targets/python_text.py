# SPDX-License-Identifier: Apache-2.0
"""Python text: types of the intermediate form as annotations, docstrings, imports."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any

from ringside_codegen.ir import Document, Field, ObjectType, Type
from ringside_codegen.naming import safe

WIDTH = 120
_SCALARS = {"string": "str", "int64": "int", "bool": "bool", "number": "float", "timestamp": "int", "any": "Any"}
#: Names a field or keyword must not hide: attributes of models, builtins of annotations, what methods use themselves.
# fmt: off
_TAKEN = {
    "construct", "copy", "dict", "json", "schema", "to_dict", "to_json", "validate", "money_fields", "bool",
    "float", "frozenset", "int", "list", "str", "self", "path", "given", "options", "post_options", "omit",
    "not_given", "timeout", "idempotency_key", "extra_headers", "extra_query", "extra_body",
}
# fmt: on


class Types:
    """The named types the package declares and how they are written."""

    def __init__(self, document: Document) -> None:
        by_name = {found.name: found for found in document.types}
        own = [operation for resource in document.all_resources() for operation in resource.operations]
        todo = [name for op in own for name in (op.body, op.item or op.result) if name]
        todo += [event.schema for event in document.events if event.schema]
        self._objects: dict[str, ObjectType] = {}
        while todo:
            name = todo.pop()
            if name in by_name and name not in self._objects:
                self._objects[name] = by_name[name]
                todo += [other for field in by_name[name].fields for other in _names(field.type)]

    def all(self) -> list[ObjectType]:
        """Every object type the package declares; the envelopes of lists are the pager's business."""
        return list(self._objects.values())

    def has(self, name: str) -> bool:
        """Whether the package declares this type."""
        return name in self._objects

    def noun(self, name: str) -> str:
        """The noun whose file declares it."""
        return self._objects[name].noun

    def names_in(self, type_: Type) -> set[str]:
        """The declared types a type mentions."""
        return {name for name in _names(type_) if name in self._objects}

    def dependencies_first(self, objects: Iterable[ObjectType]) -> list[ObjectType]:
        """The objects in an order in which annotations can be evaluated; cycles keep the order given."""
        listed = {found.name: found for found in objects}
        ordered: dict[str, ObjectType] = {}

        def add(found: ObjectType, above: frozenset[str]) -> None:
            for name in sorted(name for field in found.fields for name in self.names_in(field.type)):
                if name in listed and name not in ordered and name not in above:
                    add(listed[name], above | {name})
            ordered.setdefault(found.name, found)

        for found in listed.values():
            add(found, frozenset({found.name}))
        return list(ordered.values())

    def forward(self, ordered: list[ObjectType]) -> list[str]:
        """Those of the objects that mention themselves or a later one, whose annotations wait for it."""
        position = {found.name: number for number, found in enumerate(ordered)}
        return [
            found.name
            for found in ordered
            if any(
                position.get(name, -1) >= position[found.name]
                for field in found.fields
                for name in self.names_in(field.type)
            )
        ]

    def text(self, type_: Type, is_input: bool) -> str:
        """The type as an annotation; inputs take any sequence and mapping."""
        return " | ".join([*self._members(type_, is_input), *(["None"] if type_.nullable else [])])

    def _members(self, type_: Type, is_input: bool) -> list[str]:
        if type_.kind == "enum":
            literal = f"Literal[{', '.join(map(repr, type_.values))}]"
            return [literal, "str"] if type_.open else [literal]
        if type_.kind == "union":
            return [self.text(member, is_input) for member in type_.members]
        if type_.kind == "decimal":
            return ["MoneyParam" if is_input else "Money"]
        if type_.kind == "list" and type_.item:
            return [f"{'Sequence' if is_input else 'list'}[{self.text(type_.item, is_input)}]"]
        if type_.kind == "map" and type_.item:
            return [f"{'Mapping' if is_input else 'dict'}[str, {self.text(type_.item, is_input)}]"]
        return [str(type_.name)] if type_.kind == "object" else [_SCALARS[type_.kind]]


def _names(type_: Type) -> list[str]:
    nested = [item for item in (type_.item, *type_.members) if item]
    own = [type_.name] if type_.kind == "object" and type_.name else []
    return own + [name for item in nested for name in _names(item)]


def field_name(wire: str) -> str:
    """How a field is called in Python: as on the wire, wherever that is free."""
    return f"{wire}_" if wire in _TAKEN else safe(wire, "python")


def parameter(types: Types, field: Field) -> str:
    """A keyword of a method; what may be left out is `omit` by default, since None means null."""
    parts = [types.text(replace(field.type, nullable=False), is_input=True)]
    parts += [] if field.required else ["Omit"]
    parts += ["None"] if field.type.nullable else []
    return f"{field_name(field.name)}: {' | '.join(parts)}" + ("" if field.required else " = omit")


def doc(text: str, indent: int = 4) -> str:
    """A docstring: the first line stands alone where there is more; long lines are broken."""
    blanks = " " * indent
    safe_text = text.replace("\\", "\\\\").replace('"""', "'''")
    if safe_text.endswith('"'):
        safe_text += " "
    lines = [part for line in safe_text.split("\n") for part in (textwrap.wrap(line, WIDTH - indent - 3) or [""])]
    if len(lines) == 1 and len(lines[0]) + indent + 6 <= WIDTH:
        return f'{blanks}"""{lines[0]}"""'
    if len(lines) > 1 and lines[1]:
        lines.insert(1, "") if lines[0].endswith(".") else None
    body = "\n".join(f"{blanks}{line}".rstrip() for line in lines[1:])
    return f'{blanks}"""{lines[0]}\n{body}\n{blanks}"""'


def imports(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    """Modules and the names to import of each, sorted."""
    ordered = sorted(set(pairs))
    return [
        {"module": module, "names": [name for _, name in group]}
        for module, group in groupby(ordered, key=lambda pair: pair[0])
    ]


def without_unused_imports(text: str) -> str:
    """The text less every imported name that it does not mention again, so that templates may import at will."""

    def line(match: re.Match[str]) -> str:
        names = match["names"].split(", ")
        used = [name for name in names if " as " in name or len(re.findall(rf"\b{name}\b", text)) > 1]
        return f"{match['head']}{', '.join(used)}\n" if used else ""

    pruned = re.sub(
        r"^(?P<head> *from (?!__future__)\S+ import )(?P<names>\w[^(\n]*)\n", line, text, flags=re.MULTILINE
    )
    return re.sub(r"\n{3,}(?=(?:from|import|if TYPE_CHECKING) ?)", "\n\n", pruned)
