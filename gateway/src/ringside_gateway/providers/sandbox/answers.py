# SPDX-License-Identifier: Apache-2.0
"""What the sandbox says: text, tool calls, or an instance of the wanted schema; the same request, the same answer."""

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
#: What of a question or a tool's result an answer repeats.
QUOTED_CHARACTERS = 500
_VERSE = (
    "a ring has four corners and every round has an end so the bell decides when the crowd may breathe again while "
    "the seconds count what was spent and nobody leaves before the ledger says that it all adds up"
)
_WORDS = _VERSE.split()
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
    calls = tuple(_tool_calls(body, choice))
    if calls:
        written = "".join(call["function"]["name"] + call["function"]["arguments"] for call in calls)
        return Said(None, calls, "tool_calls", tokens.count_text(written))
    return _limited(_text(body, choice), body)


def _limited(text: str, body: dict[str, Any]) -> Said:
    """The text up to the first stop sequence and the most tokens it may have."""
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
    asked, last = last_user_text(body), body["messages"][-1]
    if wanted.get("type") == "json_schema":
        return orjson.dumps(instance((wanted.get("json_schema") or {}).get("schema") or {"type": "object"})).decode()
    if wanted.get("type") == "json_object":
        return orjson.dumps({"sandbox": True, "question": asked[:QUOTED_CHARACTERS]}).decode()
    count = _WORDS_WANTED.search(asked)
    if count:
        return " ".join(_WORDS[number % len(_WORDS)] for number in range(min(int(count[1]), MAX_WORDS)))
    if last.get("role") == "tool":
        return f"The tool answered: {_plain(last.get('content'))[:QUOTED_CHARACTERS]}"
    said = f'You said: "{asked[:QUOTED_CHARACTERS]}"' if asked else "You said nothing."
    number = f" This is answer {choice + 1}." if choice else ""
    return f"Hello from the Ringside sandbox, standing in for {body['model']}. {said}{number}"


def last_user_text(body: dict[str, Any]) -> str:
    """What the last user message says."""
    spoken = [message.get("content") for message in body["messages"] if message.get("role") == "user"]
    return _plain(spoken[-1]) if spoken else ""


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    return " ".join(part.get("text") or f"[{part.get('type')}]" for part in content or () if isinstance(part, dict))


def _tool_calls(body: dict[str, Any], choice: int) -> list[dict[str, Any]]:
    """Calls of the tool that `tool_choice` forces, or of those that the last user message names."""
    functions = {tool["function"]["name"]: tool["function"] for tool in body.get("tools") or () if tool.get("function")}
    wanted = body.get("tool_choice")
    if not functions or wanted == "none" or body["messages"][-1].get("role") == "tool":
        return []
    forced = (wanted.get("function") or {}).get("name") if isinstance(wanted, dict) else None
    names = [forced] if forced else _named(functions, last_user_text(body))
    if not names and wanted == "required":
        names = list(functions)[:1]
    if body.get("parallel_tool_calls") is False:
        names = names[:1]
    return [_call(functions[name], f"{digest(body, choice)[:22]}{place:02d}") for place, name in enumerate(names)]


def _named(functions: dict[str, Any], text: str) -> list[str]:
    """Functions in the order the text names them, as they are written or with blanks for underscores."""
    places: dict[str, int] = {}
    for name in functions:
        found = re.search(rf"(?<!\w){re.escape(name).replace('_', '[_ ]')}(?!\w)", text, re.IGNORECASE)
        if found:
            places[name] = found.start()
    return sorted(places, key=places.__getitem__)


def _call(function: dict[str, Any], number: str) -> dict[str, Any]:
    arguments = orjson.dumps(instance(function.get("parameters") or {"type": "object"})).decode()
    return {
        "id": f"call_{number}",
        "type": "function",
        "function": {"name": function["name"], "arguments": arguments},
    }


def digest(body: dict[str, Any], choice: int = 0) -> str:
    """Twenty-four characters that stand for this request: the same request, the same id."""
    return hashlib.sha256(orjson.dumps([body, choice], option=orjson.OPT_SORT_KEYS)).hexdigest()[:24]
