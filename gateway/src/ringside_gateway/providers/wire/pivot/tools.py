# SPDX-License-Identifier: Apache-2.0
"""Tools and the choice between them as OpenAI writes them."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.chat import AUTO, NONE, REQUIRED, Tool
from ringside_gateway.providers.wire.pivot.refusals import invalid

_FUNCTION = frozenset({"name", "description", "parameters", "strict"})


def read_tools(raw: Any) -> tuple[Tool, ...]:
    """Every tool in order; two of one name are 400, since no provider could tell which one was called."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        raise invalid("tools", "must be an array")
    tools = tuple(_tool(tool, f"tools[{number}]") for number, tool in enumerate(raw))
    seen: set[str] = set()
    for tool in tools:
        if tool.name in seen:
            raise invalid(f"{tool.where}.function.name", "is the name of an earlier tool")
        seen.add(tool.name)
    return tools


def read_choice(raw: Any, tools: tuple[Tool, ...]) -> tuple[str | None, str | None]:
    """(auto, none, required or None; the one tool that must be called or None)."""
    if raw is None:
        return None, None
    if raw in (AUTO, NONE, REQUIRED):
        return raw, None
    function = raw.get("function") if isinstance(raw, dict) else None
    name = function.get("name") if isinstance(function, dict) else None
    if not isinstance(name, str):
        raise invalid("tool_choice", "must be none, auto, required or name one function")
    if all(tool.name != name for tool in tools):
        raise invalid("tool_choice.function.name", "is not among the tools")
    return REQUIRED, name


def _tool(raw: Any, where: str) -> Tool:
    if not isinstance(raw, dict):
        raise invalid(where, "must be an object")
    if raw.get("type") != "function":
        return Tool(str(raw.get("name") or raw.get("type")), where, native=raw)
    function = raw.get("function")
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise invalid(f"{where}.function.name", "is required")
    parameters = function.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise invalid(f"{where}.function.parameters", "must be an object")
    marks = {name: value for name, value in raw.items() if name not in ("type", "function")}
    marks |= {name: value for name, value in function.items() if name not in _FUNCTION}
    return Tool(
        function["name"],
        where,
        str(function.get("description") or ""),
        parameters or {"type": "object", "properties": {}},
        function.get("strict") is True,
        marks,
    )
