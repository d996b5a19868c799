# SPDX-License-Identifier: Apache-2.0
"""A client that leaves: its provider is let go within a second, and what it is billed is what the provider says."""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator

import httpx
import pytest
from gateway_process import Gateway
from wire import chat

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def event(**fields: object) -> bytes:
    shape = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-4o-mini", "choices": []}
    return b"data: " + json.dumps(shape | fields).encode() + b"\n\n"


WORDS = event(choices=[{"index": 0, "delta": {"role": "assistant", "content": "one two"}, "finish_reason": None}])
STOP = event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}])
USAGE = event(usage={"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18})


class Provider:
    """Answers a stream step by step; `left` says when the gateway let go of it."""

    def __init__(self) -> None:
        self.steps: list[bytes | float] = []
        self.left: float | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"
        threading.Thread(target=self._run, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.recv(65_536)
            for step in self.steps:
                if isinstance(step, bytes):
                    connection.sendall(step)
                else:
                    time.sleep(step)
            connection.settimeout(10)
            try:
                while connection.recv(65_536):
                    pass
            except OSError:
                pass
            self.left = time.monotonic()


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    answering = Provider()
    yield answering
    answering.close()


@pytest.fixture(scope="module")
def gateway(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    running = Gateway(
        tmp_path_factory.mktemp("gateway"),
        RINGSIDE_PROVIDER_OPENAI_API_KEY="sk-none",
        RINGSIDE_PROVIDER_OPENAI_BASE_URL=provider.url,
    )
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def live(gateway: Gateway) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {gateway.live_key()}"}
    with httpx.Client(base_url=gateway.url, headers=headers, timeout=30) as client:
        yield client


def departed(live: httpx.Client, until: bytes) -> str:
    """Reads a stream until this was seen, then leaves; the request's id."""
    body = chat("Count.", stream=True)
    with live.stream("POST", "/chat/completions", json=body, headers={"FC-Customer": uuid.uuid4().hex}) as answer:
        received = b""
        for piece in answer.iter_raw():
            received += piece
            if until in received:
                break
        return answer.headers["x-request-id"]


def settled(live: httpx.Client, request_id: str, within_s: float) -> dict:
    deadline = time.monotonic() + within_s
    while (found := live.get(f"/usage/events/{request_id}")).status_code == 404:
        assert time.monotonic() < deadline, "not settled in time"
        time.sleep(0.05)
    return dict(found.json())


def eventually(true: Callable[[], bool], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_silent_provider_is_let_go_within_a_second_and_what_it_delivered_is_billed(
    live: httpx.Client, provider: Provider
) -> None:
    provider.steps, provider.left = [HEAD + WORDS], None
    request_id = departed(live, b"one two")
    left = time.monotonic()
    eventually(lambda: provider.left is not None, 3)
    assert provider.left is not None
    assert provider.left - left < 1
    event = settled(live, request_id, 2)
    assert (event["usage_source"], event["status"]) == ("estimated", "cancelled")
    assert 0 < event["output_tokens"] < 10


def test_usage_that_comes_a_moment_after_the_last_word_is_what_is_billed(
    live: httpx.Client, provider: Provider
) -> None:
    provider.steps = [HEAD + WORDS + STOP, 0.7, USAGE + b"data: [DONE]\n\n"]
    event = settled(live, departed(live, b'"stop"'), 4)
    assert (event["usage_source"], event["input_tokens"], event["output_tokens"]) == ("provider", 11, 7)


def test_usage_that_never_comes_is_not_waited_for_longer_than_two_seconds(
    live: httpx.Client, provider: Provider
) -> None:
    provider.steps, provider.left = [HEAD + WORDS + STOP], None
    began = time.monotonic()
    event = settled(live, departed(live, b'"stop"'), 5)
    assert (event["usage_source"], event["status"]) == ("estimated", "cancelled")
    assert time.monotonic() - began < 4.5
    eventually(lambda: provider.left is not None, 1)


def test_a_stream_that_delivered_nothing_costs_nothing(live: httpx.Client, provider: Provider) -> None:
    provider.steps, provider.left = [HEAD, 0.2], None
    began = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        live.post("/chat/completions", json=chat(stream=True), headers={"FC-Customer": "nothing"}, timeout=0.5)
    eventually(lambda: provider.left is not None, 3)
    assert time.monotonic() - began < 3
    assert live.get("/customers/ext:nothing").json()["spend_usd_mtd"] == 0
    assert live.get("/customers/ext:nothing/usage").json()["total_requests"] == 0
