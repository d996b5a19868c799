# SPDX-License-Identifier: Apache-2.0
"""Recorded exchanges, replayed over a socket: what is sent to a provider, and what its answer becomes.

Every file `recordings/<provider>/<case>.json` is a case; a new provider or case is a new file and nothing else.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.domain.upstream import Answer, Attempt, Chunk, Target
from ringside_gateway.domain.usage import Usage
from ringside_gateway.providers.client import ProviderClient
from ringside_gateway.providers.registry import load_catalogue

from .conftest import ScriptedUpstream

RECORDINGS = Path(__file__).parents[1] / "recordings"
CASES = sorted(RECORDINGS.glob("*/*.json"))
KEY = "provider-key-1234"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def names(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", CASES, ids=names)
@pytest.mark.parametrize("piece", [1 << 20, 7], ids=["in one piece", "seven bytes at a time"])
def test_a_recorded_exchange_gives_its_result(
    catalogue: Catalogue, upstream: ScriptedUpstream, path: Path, piece: int
) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    provider = path.parent.name
    if case["answer"]:
        reply = raw(case["answer"])
        upstream.answers([reply[start : start + piece] for start in range(0, len(reply), piece)])
    settings = ProviderSettings(
        api_keys={provider: (KEY,)}, base_urls={provider: upstream.url.removesuffix("/chat/completions")}
    )
    got = played(ProviderClient(catalogue, settings), attempt(catalogue, provider, case))
    assert got == expected(case)
    check_sent(case, upstream)


def attempt(catalogue: Catalogue, provider: str, case: dict[str, Any]) -> Attempt:
    facts = catalogue.find(provider, case["model"])
    assert facts is not None
    body = {"model": facts.ref, **case["request"]}
    target = Target(facts.ref, facts, provider)
    return Attempt(target, body, bool(body.get("stream")), time.monotonic() + 10, True, "req_1")


def raw(answer: dict[str, Any]) -> bytes:
    """The recorded answer as bytes on the wire; streams come chunked and end by closing."""
    body = answer.get("body", "")
    data = body.encode() if isinstance(body, str) else orjson.dumps(body)
    for event in answer.get("events", ()):
        kind = f"event: {event['type']}\n".encode() if "anthropic" in answer else b""
        data += kind + b"data: " + orjson.dumps(event) + b"\n\n"
    if "events" in answer and not answer.get("no_done"):
        data += b"data: [DONE]\n\n"
    head = "".join(f"{name}: {value}\r\n" for name, value in answer["headers"].items())
    return f"HTTP/1.1 {answer['status']} X\r\n{head}Content-Length: {len(data)}\r\n\r\n".encode() + data


def played(client: ProviderClient, wanted: Attempt) -> dict[str, Any]:
    """Everything the caller gets to see."""
    got: dict[str, Any] = {}
    try:
        result = client.send(wanted)
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
        assert isinstance(other, GatewayError)
        facts = {
            "code": other.code,
            "param": other.param,
            "retryable": getattr(other, "retryable", None),
            "retry_after_seconds": other.retry_after_seconds,
        }
        told = {name: value for name, value in self.wanted.items() if name in facts}
        assert KEY not in other.message
        assert self.wanted.get("never", "\0") not in other.message
        assert self.wanted["message"] in other.message, other.message
        assert told == {name: facts[name] for name in told}
        return True


def expected(case: dict[str, Any]) -> dict[str, Any]:
    result = dict(case["result"])
    if "error" in result:
        result["error"] = Fault(result["error"])
    return result


def check_sent(case: dict[str, Any], upstream: ScriptedUpstream) -> None:
    if case["sent"] is None:
        assert upstream.requests == []
        return
    head, _, body = upstream.requests[0].partition(b"\r\n\r\n")
    assert json.loads(body) == case["sent"]
    assert KEY.encode() in head
    assert b"\r\nContent-Type: application/json\r\n" in head
