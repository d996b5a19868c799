# SPDX-License-Identifier: Apache-2.0
"""A conversation as OpenAI writes it: who said what, which tool was called, and what it answered."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.chat import ASSISTANT, SYSTEM, TOOL, USER, Message, Part, ToolCall
from ringside_gateway.providers.wire.pivot.parts import read_content, read_part
from ringside_gateway.providers.wire.pivot.refusals import invalid
from ringside_gateway.providers.wire.pivot.states import plain_id, unpacked_id

_ROLES = {"system": SYSTEM, "developer": SYSTEM, "user": USER, "assistant": ASSISTANT, "tool": TOOL}
#: Fields of a message that the pivot reads; what else is there is a provider's own mark.
_READ = frozenset({"role", "content", "tool_calls", "tool_call_id", "refusal", "name", "reasoning_details"})


def read_messages(raw: Any) -> tuple[Message, ...]:
    """Every message; 400 names the first that is wrong, a tool message that answers no earlier call among them."""
    if not isinstance(raw, list) or not raw:
        raise invalid("messages", "must be an array of at least one message")
    names: dict[str, str] = {}
    return tuple(_message(message, f"messages[{number}]", names) for number, message in enumerate(raw))


def _message(raw: Any, where: str, names: dict[str, str]) -> Message:
    role = _ROLES.get(str(raw.get("role"))) if isinstance(raw, dict) else None
    if role is None:
        raise invalid(f"{where}.role", f"must be one of {', '.join(_ROLES)}")
    parts = read_content(raw.get("content"), f"{where}.content")
    marks = {} if _READ.issuperset(raw) else {name: raw[name] for name in raw if name not in _READ}
    if role == TOOL:
        return _answer(raw, where, parts, names, marks)
    if role != ASSISTANT:
        return Message(role, where, parts, marks=marks)
    if raw.get("refusal"):
        parts = (*parts, read_part({"type": "refusal", "refusal": raw["refusal"]}, f"{where}.refusal"))
    calls, carried = _calls(raw.get("tool_calls"), f"{where}.tool_calls")
    names.update((call.id, call.name) for call in calls)
    details = raw.get("reasoning_details")
    own = [detail for detail in details if isinstance(detail, dict)] if isinstance(details, list) else []
    return Message(role, where, parts, calls, reasoning=tuple(own or carried), marks=marks)


def _answer(
    raw: dict[str, Any], where: str, parts: tuple[Part, ...], names: dict[str, str], marks: dict[str, Any]
) -> Message:
    place = f"{where}.tool_call_id"
    answered = raw.get("tool_call_id")
    if not isinstance(answered, str):
        raise invalid(place, "is required")
    call_id = plain_id(answered)
    if call_id not in names:
        raise invalid(place, "names no tool call of an earlier message")
    return Message(TOOL, where, parts, answers=call_id, name=names[call_id], marks=marks)


def _calls(raw: Any, where: str) -> tuple[tuple[ToolCall, ...], list[dict[str, Any]]]:
    """The calls, and the reasoning that their ids carry."""
    if raw is None:
        return (), []
    if not isinstance(raw, list):
        raise invalid(where, "must be an array")
    calls: list[ToolCall] = []
    carried: list[dict[str, Any]] = []
    for number, call in enumerate(raw):
        calls.append(_call(call, f"{where}[{number}]", carried))
    return tuple(calls), carried


def _call(raw: Any, where: str, carried: list[dict[str, Any]]) -> ToolCall:
    function = raw.get("function") if isinstance(raw, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise invalid(f"{where}.function.name", "is required")
    if not isinstance(raw.get("id"), str):
        raise invalid(f"{where}.id", "is required")
    call_id, details = unpacked_id(raw["id"])
    carried += details
    text = function.get("arguments") or "{}"
    return ToolCall(call_id, function["name"], text, _parsed(text, f"{where}.function.arguments"))


def _parsed(text: Any, where: str) -> dict[str, Any]:
    try:
        parsed = orjson.loads(text) if isinstance(text, str) else None
    except ValueError:
        parsed = None
    if not isinstance(parsed, dict):
        raise invalid(where, "must be a JSON object as a string")
    return parsed
