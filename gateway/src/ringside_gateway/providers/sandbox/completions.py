# SPDX-License-Identifier: Apache-2.0
"""Answers in OpenAI's format: one JSON object, or the events of a stream."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import orjson

from ringside_gateway.providers import tokens
from ringside_gateway.providers.sandbox.answers import Said, digest, reply

_PIECES = re.compile(r"\s*\S+\s*$|\s*\S+")


def completion(body: dict[str, Any]) -> bytes:
    """The whole answer."""
    choices = [reply(body, number) for number in range(int(body.get("n") or 1))]
    return orjson.dumps(
        _head(body, "chat.completion")
        | {
            "choices": [
                {
                    "index": number,
                    "message": _message(said),
                    "logprobs": _logprobs(body, said.text),
                    "finish_reason": said.finish_reason,
                }
                for number, said in enumerate(choices)
            ],
            "usage": _usage(body, choices),
        }
    )


def stream(body: dict[str, Any]) -> Iterator[bytes]:
    """The events, each a `data:` frame, the last one `[DONE]`."""
    choices = [reply(body, number) for number in range(int(body.get("n") or 1))]
    head = _head(body, "chat.completion.chunk")
    wants_usage = (body.get("stream_options") or {}).get("include_usage")
    tail = {"usage": None} if wants_usage else {}
    for number, said in enumerate(choices):
        for delta, finish in _deltas(said):
            logprobs = _logprobs(body, delta.get("content"))
            choice = {"index": number, "delta": delta, "logprobs": logprobs, "finish_reason": finish}
            yield frame(head | {"choices": [choice]} | tail)
            time.sleep(0)
    if wants_usage:
        yield frame(head | {"choices": [], "usage": _usage(body, choices)})
    yield b"data: [DONE]\n\n"


def frame(payload: dict[str, Any]) -> bytes:
    """One event."""
    return b"data: " + orjson.dumps(payload) + b"\n\n"


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{digest(body)}",
        "object": kind,
        "created": int(time.time()),
        "model": body["model"],
        "service_tier": "default",
        "system_fingerprint": "fp_sandbox",
    }


def _message(said: Said) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": said.text, "refusal": None, "annotations": []}
    return message | ({"tool_calls": list(said.tool_calls)} if said.tool_calls else {})


def _logprobs(body: dict[str, Any], text: str | None) -> dict[str, Any] | None:
    """Pieces of the text with one and the same made-up probability each, where the caller wants to see them."""
    if not body.get("logprobs") or not text:
        return None
    most = int(body.get("top_logprobs") or 0)
    pieces = [{"token": piece, "logprob": -0.01, "bytes": list(piece.encode())} for piece in _PIECES.findall(text)]
    return {"content": [piece | {"top_logprobs": [piece] if most else []} for piece in pieces], "refusal": None}


def _deltas(said: Said) -> Iterator[tuple[dict[str, Any], str | None]]:
    """What each event adds: the role first, then small pieces, then the reason why it ended."""
    if said.tool_calls:
        yield {"role": "assistant", "content": None}, None
    else:
        yield {"role": "assistant", "content": "", "refusal": None}, None
    for index, call in enumerate(said.tool_calls):
        function = call["function"]
        opened = {"index": index, "id": call["id"], "type": "function"}
        yield {"tool_calls": [opened | {"function": {"name": function["name"], "arguments": ""}}]}, None
        for start in range(0, len(function["arguments"]), 12):
            part = function["arguments"][start : start + 12]
            yield {"tool_calls": [{"index": index, "function": {"arguments": part}}]}, None
    for piece in _PIECES.findall(said.text or ""):
        yield {"content": piece}, None
    yield {}, said.finish_reason


def _usage(body: dict[str, Any], choices: list[Said]) -> dict[str, Any]:
    read, written = tokens.estimate_input_tokens(body), sum(said.tokens for said in choices)
    return {
        "prompt_tokens": read,
        "completion_tokens": written,
        "total_tokens": read + written,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }
