# SPDX-License-Identifier: Apache-2.0
"""Go text: names, types of the intermediate form as fields of answers and of parameters, comments."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from ringside_codegen.ir import Field, Type
from ringside_codegen.naming import go_exported

WIDTH = 100
SCALARS = {
    "string": "string",
    "int64": "int64",
    "bool": "bool",
    "decimal": "Decimal",
    "number": "float64",
    "timestamp": "int64",
}
#: Names a struct of ours has for itself: what it embeds, its metadata and its methods.
_TAKEN = frozenset({"JSON", "RawJSON", "MarshalJSON", "UnmarshalJSON", "URLQuery", "AsAny", "Options"})
_OPTIONAL_KINDS = (*SCALARS, "enum")


def exported(name: str) -> str:
    """A wire name or a type's name as Go has it."""
    found = go_exported(name)
    return f"{found}_" if found in _TAKEN else found


def written(type_: Type) -> str:
    """The type of a value that is there."""
    if type_.kind == "list" and type_.item:
        return f"[]{written(type_.item)}"
    if type_.kind == "map" and type_.item:
        return f"map[string]{written(type_.item)}"
    return SCALARS.get(type_.kind) or ("any" if type_.kind == "any" else exported(str(type_.name)))


def may_lack(field: Field) -> bool:
    """Whether the value may be absent or null."""
    return field.type.nullable or not field.required


def answered(field: Field, recursive: bool) -> str:
    """The type of an answer's field; `recursive` where the object would hold itself."""
    plain = written(field.type)
    if field.type.kind in _OPTIONAL_KINDS and may_lack(field):
        return f"param.Opt[{plain}]"
    is_object = field.type.kind in ("object", "union")
    return f"*{plain}" if is_object and (recursive or may_lack(field)) else plain


def given(field: Field, recursive: bool) -> str:
    """The type of a parameter: OpenAI's own forms, so that absent, null and zero are three things."""
    kind, plain = field.type.kind, written(field.type)
    if kind in SCALARS and may_lack(field):
        return f"param.Opt[{plain}]"
    if kind == "enum" and field.type.nullable:
        return f"param.Opt[{plain}]"
    if kind == "union":
        return "any"
    return f"*{plain}" if recursive else plain


def comment(text: str, indent: str = "", deprecated: bool = False) -> str:
    """A comment of paragraphs, one a line of the text."""
    paragraphs = [line for line in text.strip().split("\n") if line]
    paragraphs += ["Deprecated: on its way out."] if deprecated else []
    start = f"{indent}// "
    filled = [textwrap.wrap(line, WIDTH - len(start), break_on_hyphens=False) for line in paragraphs]
    return f"\n{indent}//\n".join("\n".join(start + line for line in lines) for lines in filled)


def named(name: str, text: str) -> str:
    """A sentence about a thing that begins with its name, as Go's comments do."""
    return f"{name}: {text[:1].lower()}{text[1:]}" if text[1:2].islower() or text[1:2] == " " else f"{name}: {text}"


def import_lines(names: Iterable[str]) -> list[str]:
    """The lines of an import block: the standard library, an empty line, the others."""
    listed = sorted(set(names))
    standard = [f'\t"{name}"' for name in listed if "." not in name]
    others = [f'\t"{name}"' for name in listed if "." in name]
    return standard + ([""] if standard and others else []) + others
