# SPDX-License-Identifier: Apache-2.0
"""`make live` itself, against a stand-in: it tells a provider that answers well from one that does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson

from .conftest import ScriptedUpstream
from .recordings import framed_google

SCRIPT = Path(__file__).parents[3] / "live" / "five_calls.py"
COUNTS = {"promptTokenCount": 20, "candidatesTokenCount": 8}


def whole(*parts: dict[str, Any]) -> list[bytes]:
    body = orjson.dumps(
        {"candidates": [{"content": {"parts": parts}, "finishReason": "STOP"}], "usageMetadata": COUNTS}
    )
    return [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)]


def streamed(text: str) -> list[bytes]:
    event = {"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": "STOP"}], "usageMetadata": COUNTS}
    data = framed_google(event)
    return [b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: %d\r\n\r\n%s" % (len(data), data)]


def checked(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**kept, "RINGSIDE_DATA_DIR": str(folder), **environment}
    return subprocess.run([sys.executable, str(SCRIPT)], env=environment, capture_output=True, text=True, timeout=60)


def test_five_calls_are_made_and_each_is_judged(upstream: ScriptedUpstream, tmp_path: Path) -> None:
    call = {"functionCall": {"name": "get_weather", "args": {"city": "Paris"}}, "thoughtSignature": "S"}
    well = [whole({"text": "Ready"}), streamed("one two three four five"), whole(call)]
    upstream.answers(*well, whole({"text": "18 degrees."}), whole({"text": '{"n": 8}'}))
    address = {
        "RINGSIDE_PROVIDER_GOOGLE_BASE_URL": upstream.base,
        "GEMINI_API_KEY": "k",
        "MODEL": "gemini-3.1-flash-lite",
    }
    run = checked(tmp_path, **address)
    lines = [line.split()[:2] for line in run.stdout.splitlines()]
    assert lines == [
        ["fc:google/gemini-3.1-flash-lite"],
        ["chat", "ok"],
        ["stream", "ok"],
        ["tools", "ok"],
        ["results", "ok"],
        ["schema", "FAILED"],
    ], run.stdout + run.stderr
    assert run.returncode == 1
    assert b'"thoughtSignature":"S"' in upstream.requests[3]


def test_without_a_key_nobody_is_called(tmp_path: Path) -> None:
    run = checked(tmp_path)
    assert run.returncode == 0, run.stderr
    assert "no provider has a key" in run.stdout
