# SPDX-License-Identifier: Apache-2.0
"""What translation costs in CPU over passing OpenAI's format through, for every wire, against its budget.

Run `python bench/translation_cost.py`; figures are microseconds of this thread's time, the median of seven rounds. A
call is a conversation of eight messages with two tools, a call and its result; a stream has 300 deltas of a word.
"""

from __future__ import annotations

import statistics
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import orjson
from ringside_gateway.domain.upstream import Attempt, Target
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.providers.wire import Wire, wire_named

ROUNDS, DELTAS = 7, 300
CALL_BUDGET_US, EVENT_BUDGET_US = 300.0, 30.0
CATALOGUE = load_catalogue()
MODELS = {
    "openai": "gpt-4o-mini",
    "anthropic": "claude-sonnet-4-5",
    "cohere": "command-a-03-2025",
    "google": "gemini-2.5-flash",
    "bedrock": "claude-sonnet-4-5",
}
TEXT = "It is 18 degrees in Paris and the sky is clear. " * 6
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
REQUEST: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "You are a weather station. " * 20},
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Good morning."},
        {"role": "user", "content": [{"type": "text", "text": "How warm is it in Paris?"}]},
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "call_1", "type": "function", "function": {"name": "now", "arguments": '{"city":"Paris"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "call_1", "content": TEXT},
        {"role": "assistant", "content": TEXT},
        {"role": "user", "content": "And tomorrow?"},
    ],
    "tools": [
        {"type": "function", "function": {"name": name, "description": TEXT, "parameters": PARAMETERS}}
        for name in ("now", "soon")
    ],
    "temperature": 0.5,
    "max_tokens": 500,
}
USAGE = {"prompt_tokens": 900, "completion_tokens": 80, "total_tokens": 980}
ANSWERS: dict[str, Any] = {
    "openai": {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": TEXT}, "finish_reason": "stop"}],
        "usage": USAGE,
    },
    "anthropic": {
        "id": "msg_1",
        "type": "message",
        "model": "m",
        "content": [{"type": "text", "text": TEXT}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 900, "output_tokens": 80},
    },
    "cohere": {
        "id": "1",
        "finish_reason": "COMPLETE",
        "message": {"role": "assistant", "content": [{"type": "text", "text": TEXT}]},
        "usage": {"billed_units": {"input_tokens": 900, "output_tokens": 80}},
    },
    "google": {
        "responseId": "1",
        "modelVersion": "m",
        "candidates": [{"content": {"parts": [{"text": TEXT}], "role": "model"}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": 900, "candidatesTokenCount": 80, "totalTokenCount": 980},
    },
    "bedrock": {
        "output": {"message": {"role": "assistant", "content": [{"text": TEXT}]}},
        "stopReason": "end_turn",
        "usage": {"inputTokens": 900, "outputTokens": 80, "totalTokens": 980},
    },
}
CHUNK = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "usage": None}
#: Wire -> a delta of its streams, and what comes before and after all of them.
STREAMS: dict[str, tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]] = {
    "openai": (
        {**CHUNK, "choices": [{"index": 0, "delta": {"content": " word"}, "logprobs": None, "finish_reason": None}]},
        [],
        [{**CHUNK, "choices": [{"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}]}],
    ),
    "anthropic": (
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": " word"}},
        [{"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}],
        [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"}],
    ),
    "cohere": (
        {"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": " word"}}}},
        [],
        [{"type": "message-end", "delta": {"finish_reason": "COMPLETE"}}],
    ),
    "google": (
        {"candidates": [{"content": {"parts": [{"text": " word"}], "role": "model"}, "index": 0}], "responseId": "1"},
        [],
        [{"candidates": [{"content": {"parts": []}, "finishReason": "STOP", "index": 0}], "responseId": "1"}],
    ),
    "bedrock": (
        {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": " word"}}},
        [{"messageStart": {"role": "assistant"}}],
        [
            {"messageStop": {"stopReason": "end_turn"}},
            {"metadata": {"usage": {"inputTokens": 900, "outputTokens": 80}}},
        ],
    ),
}


def sse(event: dict[str, Any]) -> bytes:
    return b"data: %b\n\n" % orjson.dumps(event)


def event_message(event: dict[str, Any]) -> bytes:
    """A message of AWS's event stream."""
    ((kind, body),) = event.items()
    told = {":event-type": kind, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in told.items()
    )
    payload = orjson.dumps(body)
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    data = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return data + struct.pack(">I", zlib.crc32(data))


class Canned:
    """A response that is already there, in packets of 1,400 bytes."""

    status, headers = 200, {"content-type": "text/event-stream"}

    def __init__(self, provider: str) -> None:
        delta, before, after = STREAMS[provider]
        frame = event_message if provider == "bedrock" else sse
        self._data = b"".join(map(frame, [*before, *[delta] * DELTAS, *after]))

    def pieces(self) -> Iterator[bytes]:
        return (self._data[start : start + 1400] for start in range(0, len(self._data), 1400))

    def read(self, limit_bytes: int) -> bytes:
        return self._data[:limit_bytes]

    def finish(self) -> None:
        return

    def close(self) -> None:
        return


def attempt(provider: str, *, stream: bool) -> Attempt:
    facts = CATALOGUE.find(provider, MODELS[provider])
    assert facts is not None
    return Attempt(Target(facts.ref, facts, provider), REQUEST, stream, time.monotonic() + 600, True, "req_1")


def cost_us(action: Callable[[], object], times: int) -> float:
    """Microseconds of this thread's CPU for one action."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        for _ in range(times):
            action()
        rounds.append((time.thread_time() - began) / times * 1e6)
    return statistics.median(rounds)


def call_us(wire: Wire, provider: str) -> float:
    """A whole call: its request written and its answer read."""
    asked, answer = attempt(provider, stream=False), orjson.dumps(ANSWERS[provider])
    return cost_us(lambda: (wire.body_of(asked), wire.answer_of(answer, asked)), 1000)


def event_us(wire: Wire, provider: str) -> float:
    """An event of a stream."""
    asked, canned = attempt(provider, stream=True), Canned(provider)
    return cost_us(lambda: list(wire.stream_of(canned, asked)), 20) / DELTAS


def main() -> None:
    costs = {}
    for provider in MODELS:
        wire = wire_named(CATALOGUE.providers[provider].wire)
        assert wire is not None
        costs[provider] = (call_us(wire, provider), event_us(wire, provider))
    plain_call, plain_event = costs.pop("openai")
    sys.stdout.write(f"{'passed through':<14}{plain_call:>8.1f} us a call {plain_event:>15.2f} us an event\n")
    over = False
    for provider, (call, event) in costs.items():
        more_call, more_event = call - plain_call, event - plain_event
        over = over or more_call > CALL_BUDGET_US or more_event > EVENT_BUDGET_US
        sys.stdout.write(f"{provider:<14}{more_call:>+8.1f} of {CALL_BUDGET_US:.0f} us {more_event:>+13.2f} of ")
        sys.stdout.write(f"{EVENT_BUDGET_US:.0f} us\n")
    if over:
        sys.exit("translation costs more than its budget")


if __name__ == "__main__":
    main()
