# SPDX-License-Identifier: Apache-2.0
"""Go's named types: which file has which, and what each declares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ringside_codegen.ir import Document, Field, ObjectType, Type, UnionType
from ringside_codegen.named_types import NamedTypes, query_name
from ringside_codegen.naming import pascal
from ringside_codegen.targets.go_text import answered, comment, exported, given, import_lines, named

HOST = "github.com/openai/openai-go/v3"


class Types(NamedTypes):
    """The named types of a document under their Go names."""

    def __init__(self, document: Document) -> None:
        super().__init__(document, exported)
        own = [op for op in document.operations if op.sdk == "own"]
        self._queries = {query_name(op) for op in own if op.query_params}
        self._listed = sorted(self.objects(), key=lambda found: (found.noun, found.name))
        self._directly = {found.name: _held(found) for found in self._listed}

    def by_noun(self) -> dict[str, dict[str, Any]]:
        """What the types file of each noun declares. An enum stands where it is first needed."""
        files: dict[str, dict[str, Any]] = {}
        enums = {name: (description, values) for name, description, values in self.enums()}
        for found in self._listed:
            file = files.setdefault(found.noun, {"objects": [], "enums": [], "unions": []})
            file["objects"] += [form for form in self._declared(found) if form["form"] != "query"]
            file["enums"] += [_enum(name, *enums.pop(name)) for name in _enum_names(found) if name in enums]
        for union in self.unions():
            files.setdefault(union.noun, {"objects": [], "enums": [], "unions": []})["unions"].append(_union(union))
        filled = {noun: file for noun, file in files.items() if any(file.values())}
        return {noun: file | {"imports": import_lines(imports(file["objects"]))} for noun, file in filled.items()}

    def queries(self, noun: str) -> list[dict[str, Any]]:
        """The query objects of a noun's methods, which stand beside these."""
        mine = [found for found in self._listed if found.noun == noun and found.name in self._queries]
        return [form for found in mine for form in self._declared(found)]

    def _declared(self, found: ObjectType) -> list[dict[str, Any]]:
        """An object as answers hold it, as parameters do, or both under two names."""
        forms = []
        if self.is_output(found.name):
            forms.append(self._form(found, exported(found.name), "answer", answered))
        if found.name in self._queries:
            forms.append(self._form(found, exported(found.name), "query", given))
        elif self.is_input(found.name):
            forms.append(self._form(found, self.param_name(found.name), "body", given))
        return forms

    def param_name(self, name: str) -> str:
        """How parameters call an object: with `Param` behind where answers have it too."""
        return exported(name) + ("Param" if self.is_output(name) else "")

    def _form(self, found: ObjectType, name: str, form: str, type_of: Callable[[Field, bool], str]) -> dict[str, Any]:
        fields = [self._line(found, field, form, type_of) for field in found.fields]
        doc = comment(named(name, found.description or "has no description"))
        return {"name": name, "doc": doc, "form": form, "fields": fields}

    def _line(
        self, found: ObjectType, field: Field, form: str, type_of: Callable[[Field, bool], str]
    ) -> dict[str, str]:
        text = type_of(field, self._holds(field.type, found.name))
        if form == "body":
            text = self._as_param(field.type, text)
        omitted = ",omitzero" if form != "answer" and not field.required else ""
        tag = f'query:"{field.name}{omitted}" json:"-"' if form == "query" else f'json:"{field.name}{omitted}"'
        doc = comment(field.description, "\t", field.deprecated) if field.description or field.deprecated else ""
        return {"doc": doc, "line": f"{exported(field.name)} {text} `{tag}`"}

    def _as_param(self, type_: Type, text: str) -> str:
        """The type with the name of an object's parameter form in it."""
        inner = type_
        while inner.item:
            inner = inner.item
        if inner.kind != "object":
            return text
        return text.removesuffix(exported(str(inner.name))) + self.param_name(str(inner.name))

    def _holds(self, type_: Type, name: str) -> bool:
        """Whether a field of this type would make the object hold itself."""
        todo, seen = [type_.name] if type_.kind == "object" else [], set[str]()
        while todo:
            held = todo.pop()
            if held == name:
                return True
            if held and held not in seen:
                seen.add(held)
                todo += self._directly.get(held, [])
        return False


def _held(found: ObjectType) -> list[str]:
    return [str(field.type.name) for field in found.fields if field.type.kind == "object"]


def _enum_names(found: ObjectType) -> list[str]:
    """The enums an object mentions, in its order."""
    names = []
    for field in found.fields:
        type_ = field.type
        while type_.item:
            type_ = type_.item
        names += [str(type_.name)] if type_.kind == "enum" else []
    return list(dict.fromkeys(names))


def _enum(name: str, description: str, values: tuple[str, ...]) -> dict[str, Any]:
    """An open text type: other values may come."""
    text = f"{named(exported(name), description or 'a text')} Others may come."
    constants = [(exported(name) + exported(pascal(value)).removesuffix("_"), value) for value in values]
    return {"name": exported(name), "doc": comment(text), "constants": constants}


def _union(found: UnionType) -> dict[str, Any]:
    pairs = zip(found.type.tags, found.type.members, strict=True)
    return {
        "name": exported(found.name),
        "doc": comment(named(exported(found.name), found.description or "one of several objects")),
        "field": exported(str(found.type.discriminator)),
        "discriminator": found.type.discriminator,
        "members": [{"tag": tag, "name": exported(str(member.name))} for tag, member in pairs],
    }


def imports(objects: list[dict[str, Any]]) -> list[str]:
    """What the declared fields and methods need."""
    lines = [field["line"] for found in objects for field in found["fields"]]
    forms = {found["form"] for found in objects}
    standard = ["net/url"] if "query" in forms else []
    return standard + (
        [f"{HOST}/packages/param"] if "body" in forms or any("param.Opt" in line for line in lines) else []
    )
