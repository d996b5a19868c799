# SPDX-License-Identifier: Apache-2.0
"""A chat request as OpenAI writes it -> the pivot format. What the provider cannot honour is refused by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ringside_gateway.domain.chat import Chat, Schema
from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.wire.pivot.messages import read_messages
from ringside_gateway.providers.wire.pivot.refusals import invalid, unsupported
from ringside_gateway.providers.wire.pivot.tools import read_choice, read_tools
from ringside_gateway.providers.wire.quirks import applied

#: Parameters that have a place of their own in the pivot format.
_PLACED = frozenset(
    {"model", "messages", "stream", "stream_options", "tools", "tool_choice", "parallel_tool_calls"}
    | {"response_format", "stop", "max_tokens", "max_completion_tokens"}
)  # fmt: skip
#: Hints that change nothing in the answer: a provider without them loses nothing.
_HINTS = frozenset({"user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention"})
#: Values that ask for nothing.
_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "n": (1,),
    "logprobs": (False,),
    "top_logprobs": (0,),
    "logit_bias": ({},),
    "frequency_penalty": (0,),
    "presence_penalty": (0,),
    "store": (False,),
    "metadata": ({},),
    "modalities": (["text"],),
    "service_tier": ("auto",),
    "verbosity": ("medium",),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a wire takes besides messages, tools, schema, stop and limits: OpenAI's parameters it honours, and the
    provider's own that pass through under their own names."""

    honoured: frozenset[str] = field(default_factory=frozenset)
    native: frozenset[str] = field(default_factory=frozenset)


def read_chat(attempt: Attempt, terms: Terms) -> Chat:
    """The request in the pivot format, quirks applied; 400 `invalid_request` or `unsupported_parameter` by name."""
    facts, ref = attempt.target.facts, attempt.target.ref
    body = applied(facts.quirks, attempt.body, ref)
    tools = read_tools(body.get("tools"))
    choice, forced = read_choice(body.get("tool_choice"), tools)
    parallel = body.get("parallel_tool_calls")
    return Chat(
        model=facts.upstream_name,
        messages=read_messages(body.get("messages")),
        tools=tools,
        choice=choice,
        forced=forced,
        parallel=parallel if isinstance(parallel, bool) else None,
        max_tokens=_max_tokens(body, facts.max_output_tokens),
        stop=_stop(body.get("stop")),
        schema=_schema(body.get("response_format")),
        values=_values(body, terms, ref, drop=drops(attempt)),
    )


def drops(attempt: Attempt) -> bool:
    """Whether the caller lets go of what the provider cannot honour."""
    return bool(attempt.body.get("drop_params"))


def object_in(values: dict[str, Any], name: str) -> dict[str, Any]:
    """A provider's own object of that name, empty where the caller gave none; 400 for anything else."""
    value = values.get(name) or {}
    if not isinstance(value, dict):
        raise invalid(name, "must be an object")
    return value


def _values(body: dict[str, Any], terms: Terms, ref: str, *, drop: bool) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in body.items():
        if name in _PLACED or value is None:
            continue
        if name in terms.honoured or name in terms.native:
            values[name] = value
        elif name not in _HINTS and value not in _NEUTRAL.get(name, ()) and not drop:
            raise unsupported(name, ref)
    return values


def _max_tokens(body: dict[str, Any], most: int) -> int | None:
    """The caller's limit, never more than the model has: providers refuse that, and it changes nothing."""
    asked = body.get("max_completion_tokens") or body.get("max_tokens")
    if asked is not None and (not isinstance(asked, int) or asked < 1):
        raise invalid("max_completion_tokens", "must be an integer of at least 1")
    return None if asked is None else min(asked, most)


def _stop(raw: Any) -> tuple[str, ...]:
    stops = (raw,) if isinstance(raw, str) else raw or ()
    if not isinstance(stops, (list, tuple)) or not all(isinstance(stop, str) for stop in stops):
        raise invalid("stop", "must be a string or an array of strings")
    return tuple(stop for stop in stops if stop)


def _schema(raw: Any) -> Schema | None:
    kind = raw.get("type") if isinstance(raw, dict) else None
    if kind in (None, "text"):
        return None
    if kind == "json_object":
        return Schema()
    inner = raw.get("json_schema")
    if kind != "json_schema" or not isinstance(inner, dict):
        raise invalid("response_format", "must be of type text, json_object or json_schema with a json_schema")
    schema = inner.get("schema")
    if schema is not None and not isinstance(schema, dict):
        raise invalid("response_format.json_schema.schema", "must be an object")
    return Schema(
        str(inner.get("name") or "answer"),
        str(inner.get("description") or ""),
        schema or {"type": "object"},
        inner.get("strict") is True,
    )
