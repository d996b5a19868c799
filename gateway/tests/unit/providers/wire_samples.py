# SPDX-License-Identifier: Apache-2.0
"""Attempts and responses to try a wire's parts with, without a socket."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.domain.upstream import Attempt, ChunkStream, Target

TOOL: dict[str, Any] = {
    "type": "function",
    "function": {"name": "look", "parameters": {"type": "object", "properties": {"at": {"type": "string"}}}},
}
SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "a", "schema": {"type": "object", "properties": {"n": {"type": "integer"}}}},
}
ASK: list[dict[str, Any]] = [{"role": "user", "content": "Go"}]


def attempt_of(facts: ModelFacts, **body: Any) -> Attempt:
    target = Target(facts.ref, facts, facts.provider)
    stream = bool(body.get("stream"))
    return Attempt(target, {"messages": ASK, **body}, stream, time.monotonic() + 10, True, "req_1")


def assistant(*ids: str, **more: Any) -> dict[str, Any]:
    """An answer that called `look` once for each id."""
    calls = [{"id": call, "type": "function", "function": {"name": "look", "arguments": "{}"}} for call in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls, **more}


def told(call_id: str, content: Any = "seen") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": content}


class Recorded:
    """A response whose body is there."""

    status = 200

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces
        self.headers: Mapping[str, str] = {}

    def read(self, limit_bytes: int) -> bytes:
        return b"".join(self._pieces)[:limit_bytes]

    def pieces(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def finish(self) -> None:
        return

    def close(self) -> None:
        return


def message_of(stream: ChunkStream) -> dict[str, Any]:
    """What a client has after the last chunk: the message, and `finish`."""
    message: dict[str, Any] = {"content": "", "tool_calls": [], "reasoning_details": [], "finish": None}
    for chunk in stream:
        for choice in orjson.loads(chunk.data)["choices"]:
            delta = choice["delta"]
            message["content"] += delta.get("content") or ""
            message["finish"] = choice["finish_reason"] or message["finish"]
            message["reasoning_details"] += delta.get("reasoning_details", [])
            for call in delta.get("tool_calls", []):
                if "id" in call:
                    message["tool_calls"].append(call)
                else:
                    message["tool_calls"][call["index"]]["function"]["arguments"] += call["function"]["arguments"]
    return message
