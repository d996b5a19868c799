# SPDX-License-Identifier: Apache-2.0
"""Whether an answer keeps to the JSON schema that was asked for; in a cascade one that does not is passed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import orjson

from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.pricing import Price, cost_nano
from ringside_gateway.domain.upstream import Answer, Target

#: Says whether an answer may be handed on.
OutputCheck = Callable[[Answer], bool]


def check_of(call: Call) -> OutputCheck | None:
    """The check of the requested schema; None without one, on a stream, or for a schema that cannot be checked here."""
    schema = _requested(call.body)
    if schema is None or call.stream:
        return None
    try:
        # The engine without look-around runs in linear time whatever the caller's patterns are.
        options = jsonschema_rs.RegexOptions()
        validator = jsonschema_rs.validator_for(schema, retriever=_refused, pattern_options=options)
    except (ValueError, jsonschema_rs.ReferencingError):
        return None
    return lambda answer: all(_keeps_to(validator, choice) for choice in _choices(answer))


def discarded_nano(target: Target, answer: Answer) -> int | None:
    """What the provider charges for an answer nobody gets; None when it did not say what was used."""
    return None if answer.usage is None else cost_nano(target.facts.price or Price(), answer.usage)


def _requested(body: dict[str, Any]) -> Any:
    wanted = body.get("response_format")
    if not isinstance(wanted, dict) or wanted.get("type") != "json_schema":
        return None
    described = wanted.get("json_schema")
    return described.get("schema") if isinstance(described, dict) else None


def _choices(answer: Answer) -> list[Any]:
    choices = orjson.loads(answer.body).get("choices")
    return choices if isinstance(choices, list) else []


def _keeps_to(validator: Any, choice: Any) -> bool:
    """A refusal, a tool call and an answer cut at its limit are answers too: they are the caller's to handle."""
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict) or message.get("refusal") or message.get("tool_calls"):
        return True
    if choice.get("finish_reason") in ("length", "content_filter"):
        return True
    try:
        return bool(validator.is_valid(orjson.loads(message.get("content") or "")))
    except ValueError:
        return False


def _refused(uri: str) -> Any:
    raise ValueError(f"a schema may not refer to {uri}")
