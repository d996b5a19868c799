# SPDX-License-Identifier: Apache-2.0
"""Java text: types of the intermediate form, Javadoc, and lines broken the way google-java-format breaks them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from ringside_codegen.ir import Type
from ringside_codegen.naming import camel, safe

WIDTH = 100
PACKAGE = "pro.fightclub.ringside"
#: By kind: how it is written, how as a primitive, what is imported for it, and the method of `Values` that reads it.
SCALARS = {
    "string": ("String", "String", None, "string"),
    "int64": ("Long", "long", None, "integer"),
    "bool": ("Boolean", "boolean", None, "bool"),
    "decimal": ("BigDecimal", "BigDecimal", "java.math.BigDecimal", "decimal"),
    "number": ("BigDecimal", "BigDecimal", "java.math.BigDecimal", "decimal"),
    "timestamp": ("Instant", "Instant", "java.time.Instant", "timestamp"),
    "any": ("Object", "Object", None, "any"),
}
#: Methods every object of ours has, beyond those every Java object has.
_TAKEN = frozenset({"equals", "fields", "builder", "build", "self", "put", "checked", "required", "optional"})


def method(name: str) -> str:
    """A wire name as a method's."""
    found = safe(camel(name), "java")
    return f"{found}_" if found in _TAKEN else found


def written(type_: Type) -> str:
    """The type as it is written between `<` and `>`."""
    if type_.kind == "list" and type_.item:
        return f"List<{written(type_.item)}>"
    if type_.kind == "map" and type_.item:
        return f"Map<String, {written(type_.item)}>"
    return SCALARS[type_.kind][0] if type_.kind in SCALARS else str(type_.name)


def plain(type_: Type) -> str:
    """The type of a value that is there: primitive where Java has one."""
    return SCALARS[type_.kind][1] if type_.kind in SCALARS else written(type_)


def reader(type_: Type) -> str:
    """The expression that reads such a value."""
    if type_.kind in ("list", "map") and type_.item:
        return f"Values.{type_.kind}({reader(type_.item)})"
    if type_.kind in SCALARS:
        return f"Values::{SCALARS[type_.kind][3]}"
    if type_.kind == "enum":
        return f"Values.enumeration({type_.name}::of)"
    return f"Values.object({type_.name}::{'of' if type_.kind == 'union' else 'new'})"


def imports(type_: Type) -> set[str]:
    """What the written type needs imported; the package's own types are not among it."""
    own = {"list": "java.util.List", "map": "java.util.Map"}.get(type_.kind)
    found = {own} if own else {SCALARS.get(type_.kind, ("", "", None))[2]}
    return {name for name in found if name} | (imports(type_.item) if type_.item else set())


def import_block(names: Iterable[str]) -> str:
    """The lines of an import block and the empty line behind it; empty without imports."""
    lines = [f"import {name};\n" for name in sorted(set(names))]
    return "".join([*lines, "\n"]) if lines else ""


def javadoc(text: str, indent: str = "") -> str:
    """A doc comment of Markdown-like text: paragraphs, backticks for code, tags on lines of their own at the end."""
    lines = text.strip().split("\n")
    tags = [line for line in lines if line.startswith("@")]
    prose = " ".join(line for line in lines if line and not line.startswith("@"))
    one = f"{indent}/** {_escaped(prose)} */"
    if not tags and len(one) <= WIDTH:
        return one
    body = _filled(_escaped(prose), indent)
    if tags:
        body += [f"{indent} *", *(f"{indent} * {tag}" for tag in tags)]
    return "\n".join([f"{indent}/**", *body, f"{indent} */"])


def documented(text: str, indent: str, deprecated: bool) -> str:
    """A doc comment, and behind it the annotation of what is on its way out."""
    if not deprecated:
        return javadoc(text, indent)
    return javadoc(f"{text}\n@deprecated on its way out", indent) + f"\n{indent}@Deprecated"


def _filled(text: str, indent: str) -> list[str]:
    start = f"{indent} * "
    lines = textwrap.wrap(text, WIDTH - len(start), break_long_words=False, break_on_hyphens=False)
    return [start + line for line in lines]


def _escaped(text: str) -> str:
    parts = re.split(r"`([^`]*)`", text.replace("*/", "*&#47;"))
    return "".join(
        ("{@code " + part + "}" if _balanced(part) else _html(part)) if index % 2 else _html(part)
        for index, part in enumerate(parts)
    )


def _balanced(code: str) -> bool:
    return code.strip() != "" and code.count("{") == code.count("}") and "@" not in code


def _html(text: str) -> str:
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("@", "&#64;"), ("{", "&#123;")):
        text = text.replace(character, entity)
    return text


def broken(head: str, parts: Iterable[str], tail: str, indent: str) -> str:
    """`head(a, b)tail` on one line if it fits, else all parts on the next, else a line a part."""
    parts = list(parts)
    line = f"{indent}{head}({', '.join(parts)}){tail}"
    if len(line) <= WIDTH or not parts:
        return line
    deeper = indent + "    "
    second = f"{deeper}{', '.join(parts)}){tail}"
    if len(second) <= WIDTH:
        return f"{indent}{head}(\n{second}"
    joined = f",\n{deeper}".join(parts)
    return f"{indent}{head}(\n{deeper}{joined}){tail}"


def assigned(target: str, head: str, parts: Iterable[str], indent: str) -> str:
    """`target = head(a, b);` on one line if it fits, else the whole call on the next, else broken as any call."""
    call = f"{head}({', '.join(parts := list(parts))});"
    if len(f"{indent}{target} = {call}") > WIDTH >= len(f"{indent}    {call}"):
        return f"{indent}{target} =\n{indent}    {call}"
    return broken(f"{target} = {head}", parts, ";", indent)


def chained(start: str, links: Iterable[str], indent: str) -> str:
    """`start.a().b();` on one line if it fits, else a line a link."""
    links = list(links)
    line = f"{indent}{start}{''.join(links)};"
    if len(line) <= WIDTH:
        return line
    return f"{indent}{start}" + "".join(f"\n{indent}    {link}" for link in links) + ";"
