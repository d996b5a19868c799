# SPDX-License-Identifier: Apache-2.0
"""What the sandbox says: text, a tool call, or an instance of the wanted schema; the same request, the same answer."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import orjson

from ringside_gateway.providers import tokens
from ringside_gateway.providers.sandbox.instances import instance

#: The longest answer anybody may ask the sandbox to write.
MAX_WORDS = 20_000
_LOREM = [
    "a",
    "ring",
    "has",
    "four",
    "corners",
    "and",
    "every",
    "round",
    "has",
    "an",
    "end",
    "so",
    "the",
    "bell",
    "decides",
    "when",
    "the",
    "crowd",
    "may",
    "breathe",
    "again",
    "while",
    "the",
    "seconds",
    "count",
    "what",
    "was",
    "spent",
    "and",
    "nobody",
    "leaves",
    "before",
    "the",
    "ledger",
    "says",
    "that",
    "it",
    "all",
    "adds",
    "up",
]
_WORDS_WANTED = re.compile(r"\b(\d{1,6}) words\b")


@dataclass(frozen=True, slots=True)
class Said:
    """One choice: text or tool calls, why it ended, how many tokens it has."""

    text: str | None
    tool_calls: tuple[dict[str, Any], ...]
    finish_reason: str
    tokens: int


def reply(body: dict[str, Any], choice: int) -> Said:
    """The answer of one choice to a chat body in OpenAI's format."""
    call = _tool_call(body, choice)
    if call is not None:
        written = call["function"]["name"] + call["function"]["arguments"]
        return Said(None, (call,), "tool_calls", tokens.count_text(written))
    return _limited(_text(body, choice), body)


def _limited(text: str, body: dict[str, Any]) -> Said:
    stops = body.get("stop") or []
    ends = [text.find(stop) for stop in ([stops] if isinstance(stops, str) else stops) if stop and stop in text]
    if ends:
        text = text[: min(ends)]
    most = body.get("max_completion_tokens") or body.get("max_tokens")
    if most is None:
        return Said(text, (), "stop", tokens.count_text(text))
    shown, count = tokens.cut(text, int(most))
    return Said(shown, (), "stop" if shown == text else "length", count)


def _text(body: dict[str, Any], choice: int) -> str:
    wanted = body.get("response_format") or {}
    asked = last_user_text(body)
    if wanted.get("type") == "json_schema":
        return orjson.dumps(instance((wanted.get("json_schema") or {}).get("schema") or {})).decode()
    if wanted.get("type") == "json_object":
        return orjson.dumps({"sandbox": True, "question": asked[:200]}).decode()
    count = _WORDS_WANTED.search(asked)
    if count:
        return " ".join(_LOREM[number % len(_LOREM)] for number in range(min(int(count[1]), MAX_WORDS)))
    if body["messages"][-1].get("role") == "tool":
        return f"The tool answered: {_plain(body['messages'][-1].get('content'))[:500]}"
    number = f" This is answer {choice + 1}." if choice else ""
    return f"Hello from the Ringside sandbox, standing in for {body['model']}. You said: {asked[:500]!r}.{number}"


def last_user_text(body: dict[str, Any]) -> str:
    """What the last user message says."""
    spoken = [message.get("content") for message in body["messages"] if message.get("role") == "user"]
    return _plain(spoken[-1]) if spoken else ""


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    return " ".join(part.get("text") or f"[{part.get('type')}]" for part in content or ())


def _tool_call(body: dict[str, Any], choice: int) -> dict[str, Any] | None:
    """A call of the tool that `tool_choice` forces, or that the last user message names."""
    functions = {tool["function"]["name"]: tool["function"] for tool in body.get("tools") or () if tool.get("function")}
    wanted, last = body.get("tool_choice"), body["messages"][-1]
    if not functions or wanted == "none" or last.get("role") == "tool":
        return None
    forced = (wanted.get("function") or {}).get("name") if isinstance(wanted, dict) else None
    named = [name for name in functions if name in last_user_text(body)]
    name = forced or (named[0] if named else next(iter(functions)) if wanted == "required" else None)
    if name not in functions:
        return None
    arguments = orjson.dumps(instance(functions[name].get("parameters") or {"type": "object"})).decode()
    return {
        "id": f"call_{digest(body, choice)}",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    }


def digest(body: dict[str, Any], choice: int = 0) -> str:
    """Twenty-four characters that stand for this request: the same request, the same id."""
    return hashlib.sha256(orjson.dumps([body, choice], option=orjson.OPT_SORT_KEYS)).hexdigest()[:24]
