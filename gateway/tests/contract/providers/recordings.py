# SPDX-License-Identifier: Apache-2.0
"""Recorded exchanges: read from files, put on the wire as the provider would, played through the client."""

from __future__ import annotations

import base64
import json
import struct
import time
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml
from ringside_gateway.domain.attachments import Fetched
from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.domain.upstream import Answer, Attempt, Chunk, Target
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.client import ProviderClient
from ringside_gateway.providers.registry import load_catalogue

RECORDINGS = Path(__file__).parents[1] / "recordings"
SCENARIOS = Path(__file__).parent / "scenarios"
KEY = "provider-key-1234"
PNG = base64.b64decode("iVBORw0KGgoAAAAN")


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


@cache
def scenarios() -> dict[str, dict[str, Any]]:
    """Every scenario by name, in the order in which they are written."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(SCENARIOS.glob("*.yaml")):
        for name, scenario in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            assert name not in found, name
            plain = {"messages": [{"role": "user", "content": "How warm is it in Paris?"}]}
            request = scenario.get("request", plain) | ({"stream": True} if file.stem == "streams" else {})
            found[name] = {**scenario, "name": name, "file": file.name, "request": request}
    return found


def recording(provider: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDINGS / provider / f"{name}.json").read_text(encoding="utf-8"))
    return found


def framed_openai(event: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(event) + b"\n\n"


def framed_named(event: dict[str, Any]) -> bytes:
    return b"event: " + str(event.get("type")).encode() + b"\ndata: " + orjson.dumps(event) + b"\n\n"


def framed_google(event: dict[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(event) + b"\r\n\r\n"


def framed_bedrock(event: dict[str, Any]) -> bytes:
    """An event-stream message; the recorded event is {its type: payload}, `!type` for an exception."""
    ((kind, body),) = event.items()
    names = (":exception-type", "exception") if kind.startswith("!") else (":event-type", "event")
    told = {names[0]: kind.removeprefix("!"), ":content-type": "application/json", ":message-type": names[1]}
    return event_message(told, orjson.dumps(body))


def event_message(headers: dict[str, str], body: bytes) -> bytes:
    written = b"".join(
        bytes([len(name)]) + name.encode() + b"\x07" + struct.pack(">H", len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 16 + len(written) + len(body), len(written))
    data = prelude + struct.pack(">I", zlib.crc32(prelude)) + written + body
    return data + struct.pack(">I", zlib.crc32(data))


#: Provider -> how one event of its streams is framed, and what ends them. OpenAI's way where nothing is said.
FRAMES: dict[str, tuple[Callable[[dict[str, Any]], bytes], bytes]] = {
    "anthropic": (framed_named, b""),
    "bedrock": (framed_bedrock, b""),
    "cohere": (framed_named, b"data: [DONE]\n\n"),
    "google": (framed_google, b""),
    "vertex": (framed_google, b""),
}
OPENAI_FRAMES = (framed_openai, b"data: [DONE]\n\n")


def payload(provider: str, answer: dict[str, Any]) -> bytes:
    """The recorded answer's body as bytes. An event that is text is sent as it stands."""
    if "events" not in answer:
        body = answer.get("body", "")
        return body.encode() if isinstance(body, str) else orjson.dumps(body)
    frame, end = FRAMES.get(provider, OPENAI_FRAMES)
    data = b"".join(event.encode() if isinstance(event, str) else frame(event) for event in answer["events"])
    return data if answer.get("no_done") else data + end


def raw(provider: str, answer: dict[str, Any]) -> bytes:
    """The recorded answer with its head."""
    data = payload(provider, answer)
    head = "".join(f"{name}: {value}\r\n" for name, value in answer["headers"].items())
    return f"HTTP/1.1 {answer['status']} X\r\n{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


def fetch(url: str, *, limit_bytes: int, deadline: float) -> Fetched:
    """The image of the scenario `image-url`."""
    assert url == "https://images.example/cloud.png"
    return Fetched("image/png", PNG)


def client(provider: str, url: str) -> ProviderClient:
    """A client whose provider is at `url`."""
    settings = ProviderSettings(
        api_keys={provider: (KEY,)}, base_urls={provider: url}, options={"vertex": {"project": "p-1"}}
    )
    return ProviderClient(catalogue(), settings, fetch)


def attempt(provider: str, model: str, request: dict[str, Any]) -> Attempt:
    facts = catalogue().find(provider, model)
    assert facts is not None, f"{provider}/{model}"
    body = {"model": facts.ref, **request}
    target = Target(facts.ref, facts, provider)
    return Attempt(target, body, bool(body.get("stream")), time.monotonic() + 10, True, "req_1")


def played(sender: ProviderClient, wanted: Attempt) -> dict[str, Any]:
    """Everything the caller gets to see."""
    got: dict[str, Any] = {}
    try:
        result = sender.send(wanted)
        if isinstance(result, Answer):
            return {"body": orjson.loads(result.body), "usage": figures(result.usage), "text": result.text()}
        chunks: list[Chunk] = []
        got = {"chunks": chunks, "usage": None, "text": ""}
        try:
            chunks.extend(result)
        finally:
            got |= {"usage": figures(result.usage), "text": result.delivered_text()}
            got["chunks"] = [orjson.loads(chunk.data) for chunk in chunks]
    except GatewayError as error:
        got["error"] = error
    return got


def figures(usage: Usage | None) -> dict[str, int] | None:
    """The figures that are not zero."""
    if usage is None:
        return None
    assert usage.source == "provider"
    return {name: getattr(usage, name) for name in Usage.__slots__ if name != "source" and getattr(usage, name)}


class Fault:
    """Equal to an error with these facts."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        self.wanted = wanted

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, GatewayError), other
        facts = {
            "code": other.code,
            "param": other.param,
            "retryable": getattr(other, "retryable", None),
            "against_upstream": getattr(other, "against_upstream", None),
            "retry_after_seconds": other.retry_after_seconds,
        }
        told = {name: value for name, value in self.wanted.items() if name in facts}
        assert KEY not in other.message
        assert self.wanted.get("never", "\0") not in other.message
        assert self.wanted.get("message", "") in other.message, other.message
        assert told == {name: facts[name] for name in told}
        return True


def check_sent(case: dict[str, Any], requests: list[bytes]) -> None:
    """The provider received the recorded body, with the key; or nothing at all."""
    if case["sent"] is None:
        assert requests == []
        return
    head, _, body = requests[0].partition(b"\r\n\r\n")
    assert json.loads(body) == case["sent"]
    assert KEY.encode() in head
    assert b"\r\nContent-Type: application/json\r\n" in head
    if "path" in case:
        assert head.split(b" ", 2)[1].decode() == case["path"]
