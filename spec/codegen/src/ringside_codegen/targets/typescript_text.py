# SPDX-License-Identifier: Apache-2.0
"""TypeScript text: types of the intermediate form, doc comments, and lines broken the way the formatter breaks them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from ringside_codegen.ir import Document, Field, ObjectType, Type
from ringside_codegen.naming import kebab

WIDTH = 120
SCALARS = {
    "string": "string",
    "int64": "number",
    "bool": "boolean",
    "decimal": "number",
    "number": "number",
    "timestamp": "number",
    "any": "unknown",
}
#: `Model` is the builder of refs.
_RENAMED = {"Model": "RingsideModel"}


class Types:
    """The named types of a document and how they are written."""

    def __init__(self, document: Document) -> None:
        reachable = self._reachable(document)
        self._objects = {found.name: found for found in document.types if found.name in reachable}

    def _reachable(self, document: Document) -> set[str]:
        """What methods take and give and events are about; a paginated list's own object is the pager's business."""
        by_name = {found.name: found for found in document.types}
        own = [operation for operation in document.operations if operation.sdk == "own"]
        todo = [name for op in own for name in (op.body, op.item or op.result) if name]
        todo += [event.schema for event in document.events if event.schema]
        found: set[str] = set()
        while todo:
            name = todo.pop()
            if name in by_name and name not in found:
                found.add(name)
                todo += [other for field in by_name[name].fields for other in _names(field.type)]
        return found

    def all(self) -> list[ObjectType]:
        """Every object type the package declares."""
        return list(self._objects.values())

    def has(self, name: str) -> bool:
        """Whether the package declares this type."""
        return name in self._objects

    def object(self, name: str) -> ObjectType:
        """The object type of this name."""
        return self._objects[name]

    def name(self, name: str | None) -> str:
        """How the package calls it."""
        return _RENAMED.get(name or "", name or "")

    def names_in(self, type_: Type) -> set[str]:
        """The declared types a type mentions."""
        return {name for name in _names(type_) if name in self._objects}

    def imports(self, names: Iterable[str], folder: str) -> dict[str, set[str]]:
        """The files that declare these types, each with what to import of it."""
        files: dict[str, set[str]] = {}
        for name in filter(self.has, names):
            files.setdefault(f"{folder}{kebab(self._objects[name].noun)}", set()).add(f"type {self.name(name)}")
        return files

    def text(self, type_: Type) -> str:
        """The type as TypeScript."""
        return " | ".join(self._members(type_))

    def _members(self, type_: Type) -> list[str]:
        """The members of the type's union, one for a type that is none."""
        if type_.kind == "enum":
            members = [*(f"'{value}'" for value in type_.values), *(["(string & {})"] if type_.open else [])]
        elif type_.kind == "union":
            members = [self.text(member) for member in type_.members]
        else:
            members = [self._single(type_)]
        return [*members, "null"] if type_.nullable else members

    def _single(self, type_: Type) -> str:
        if type_.kind == "list" and type_.item:
            return f"Array<{self.text(type_.item)}>"
        if type_.kind == "map" and type_.item:
            return f"Record<string, {self.text(type_.item)}>"
        return self.name(type_.name) if type_.kind == "object" else SCALARS[type_.kind]

    def field_line(self, field: Field, is_input: bool) -> str:
        """`name?: type;`; an absent input may also be written as undefined, whatever the caller's compiler options."""
        members = [*self._members(field.type), *(["undefined"] if is_input and not field.required else [])]
        head = f"  {field.name}{'' if field.required else '?'}:"
        return union_lines(head, members, "    ")


def union_lines(head: str, members: list[str], indent: str) -> str:
    """`head a | b;` on one line if it fits, else a line a member."""
    line = f"{head} {' | '.join(members)};"
    return line if len(line) <= WIDTH else head + "".join(f"\n{indent}| {member}" for member in members) + ";"


def _names(type_: Type) -> set[str]:
    nested = [item for item in (type_.item, *type_.members) if item]
    own = {type_.name} if type_.kind == "object" and type_.name else set()
    return own.union(*(_names(item) for item in nested))


def doc(text: str, indent: str = "") -> str:
    """A doc comment; line breaks of the text are kept, long lines are broken."""
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, WIDTH - len(indent) - 3)]
    if len(lines) == 1 and len(lines[0]) + len(indent) + 7 <= WIDTH:
        return f"{indent}/** {lines[0]} */"
    return "\n".join([f"{indent}/**", *(f"{indent} * {line}" for line in lines), f"{indent} */"])


def join_wrapped(head: str, parts: list[str], tail: str, indent: str = "    ") -> str:
    """`head a, b tail` on one line if it fits, else a line a part."""
    line = head + ", ".join(parts) + tail
    if len(line) <= WIDTH:
        return line
    outer = indent[2:]
    return head.rstrip() + "".join(f"\n{indent}{part}," for part in parts) + f"\n{outer}{tail.lstrip()}"


def import_lines(modules: Mapping[str, set[str]]) -> list[str]:
    """One import a module, the farthest first, names without regard to case."""
    return [_import(names, module) for module, names in sorted(modules.items(), key=_distance) if names]


def _distance(entry: tuple[str, set[str]]) -> tuple[int, str]:
    return (-entry[0].count("../"), entry[0])


def _import(names: set[str], module: str) -> str:
    keyword = "import"
    if all(name.startswith("type ") for name in names):
        keyword, names = "import type", {name.removeprefix("type ") for name in names}
    ordered = sorted(names, key=lambda name: name.removeprefix("type ").lower())
    return join_wrapped(f"{keyword} {{ ", ordered, f" }} from '{module}';", indent="  ")
