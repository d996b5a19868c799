# SPDX-License-Identifier: Apache-2.0
"""JSON Schemas on their way to providers: the answer's schema as a forced tool, and `$ref` written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ringside_gateway.domain.chat import REQUIRED, Chat, Schema, Tool
from ringside_gateway.providers.wire.pivot.refusals import invalid

#: The tool that stands for an answer in the requested form where a provider has no such thing.
ANSWER_TOOL = "ringside_answer"
_ABOUT = "Gives your answer to the user, in exactly this form. Call it once, when the answer is ready."
#: Depth and size to which references are written out.
_MOST_LEVELS, _MOST_NODES = 64, 20_000
#: Keywords whose keys are the caller's names, whose values are no schemas, and what references leave behind.
_MAPS = ("properties", "patternProperties", "dependentSchemas")
_VALUES = ("enum", "const", "default", "examples", "example", "required")
_DROPPED = ("$ref", "$defs", "definitions", "$schema", "$id")


def with_answer_tool(chat: Chat, *, force: bool = True) -> Chat:
    """The request whose schema is a tool that must be called; the caller's own tools stay, unless it forbids them."""
    assert chat.schema is not None
    if chat.forced is not None:
        return replace(chat, schema=None)
    own = () if chat.choice == "none" else chat.tools
    choice = REQUIRED if force else chat.choice
    forced = ANSWER_TOOL if force and not own else None
    tools = (*own, _answer_tool(chat.schema))
    return replace(chat, schema=None, tools=tools, choice=choice, forced=forced)


def _answer_tool(schema: Schema) -> Tool:
    parameters = schema.schema or {"type": "object", "additionalProperties": True}
    about = f"{_ABOUT} {schema.description}".strip()
    return Tool(ANSWER_TOOL, "response_format.json_schema", about, parameters, schema.strict)


def inlined(schema: dict[str, Any], where: str) -> dict[str, Any]:
    """The schema with every local `$ref` written out; 400 for a cycle, a foreign reference or a huge one."""
    return dict(_Inliner(schema, where).written(schema))


class _Inliner:
    def __init__(self, root: dict[str, Any], where: str) -> None:
        self._root, self._where, self._nodes = root, where, 0

    def written(self, node: Any, refs: tuple[str, ...] = (), depth: int = 0) -> Any:
        self._nodes += 1
        if self._nodes > _MOST_NODES or depth > _MOST_LEVELS:
            raise invalid(self._where, "is too large or too deep once its references are written out")
        if isinstance(node, list):
            return [self.written(item, refs, depth + 1) for item in node]
        if not isinstance(node, dict):
            return node
        inner = {name: self._member(name, item, refs, depth) for name, item in node.items() if name not in _DROPPED}
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return inner
        if ref in refs:
            raise invalid(self._where, f"refers to itself through {ref[:80]}, which this model does not take")
        target = self.written(self._target(ref), (*refs, ref), depth + 1)
        return {**target, **inner} if isinstance(target, dict) else target

    def _member(self, name: str, item: Any, refs: tuple[str, ...], depth: int) -> Any:
        if name in _VALUES:
            return item
        if name in _MAPS and isinstance(item, dict):
            return {key: self.written(schema, refs, depth + 1) for key, schema in item.items()}
        return self.written(item, refs, depth + 1)

    def _target(self, ref: str) -> Any:
        found: Any = self._root
        if not ref.startswith("#"):
            raise invalid(self._where, f"refers to {ref[:80]}, which is not inside it")
        for step in ref[1:].split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, dict) or name not in found:
                raise invalid(self._where, f"refers to {ref[:80]}, which is not there")
            found = found[name]
        return found
