# SPDX-License-Identifier: Apache-2.0
"""A whole gateway process with a live key in front of a scripted provider, under both kinds of workers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from gateway_process import Gateway

from .conftest import ScriptedUpstream

PROVIDER_KEY = "provider-key-1234"
BODY = (
    b'{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,'
    b'"message":{"role":"assistant","content":"Hi"},"logprobs":null,"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":1000000,"completion_tokens":2,"total_tokens":1000002}}'
)
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n"
ASK = {"model": "fc:openai/gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}
DELTA = b'{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":%s,"finish_reason":%s}]%s}'
NULL = b',"usage":null'
END = b'{"id":"c","choices":[],"usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}'


def framed(data: bytes) -> bytes:
    event = b"data: %s\n\n" % data
    return b"%x\r\n%s\r\n" % (len(event), event)


def delta(text: bytes, *, finish: bytes = b"null", null: bytes = NULL) -> bytes:
    return DELTA % (b'{"content":"%s"}' % text, finish, null)


@pytest.fixture(scope="module", params=["gevent", "gthread"])
def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gateway, str]]:
    """A gateway whose OpenAI is whatever listens at the address in `upstream.url`, and a live key."""
    folder = tmp_path_factory.mktemp("live")
    relay = ScriptedUpstream()
    base = relay.url.removesuffix("/chat/completions")
    (folder / "ringside.toml").write_text(f'provider_base_urls = {{openai = "{base}"}}\nmax_retries = 0\n')
    gateway = Gateway(
        folder, RINGSIDE_WORKER=request.param, RINGSIDE_WORKERS="1", RINGSIDE_PROVIDER_OPENAI_API_KEY=PROVIDER_KEY
    )
    gateway.start()
    key = gateway.live_key()
    gateway.relay = relay  # type: ignore[attr-defined]
    yield gateway, key
    gateway.stop()
    relay.close()


@pytest.fixture
def provider(live: tuple[Gateway, str]) -> ScriptedUpstream:
    relay: ScriptedUpstream = live[0].relay  # type: ignore[attr-defined]
    relay.scripts.clear()
    relay.requests.clear()
    relay.client_left.clear()
    return relay


@pytest.fixture
def api(live: tuple[Gateway, str]) -> Iterator[httpx.Client]:
    gateway, key = live
    with httpx.Client(base_url=gateway.url, headers={"Authorization": f"Bearer {key}"}, timeout=20) as client:
        yield client


def events(response: httpx.Response) -> list[bytes]:
    return [line.removeprefix("data: ").encode() for line in response.iter_lines() if line]


def test_an_answer_is_passed_on_byte_for_byte_and_billed_by_its_usage(
    provider: ScriptedUpstream, api: httpx.Client
) -> None:
    provider.answers([JSON])
    answer = api.post("/chat/completions", json=ASK)
    assert (answer.status_code, answer.content) == (200, BODY)
    assert answer.headers["x-ringside-model-resolved"] == "fc:openai/gpt-4o-mini"
    assert answer.headers["x-ringside-cost"] == "0.1500012"
    assert b"\r\nAuthorization: Bearer provider-key-1234\r\n" in provider.requests[0]
    assert b'"model":"gpt-4o-mini"' in provider.requests[0]


def test_a_stream_is_passed_on_as_it_comes_without_what_nobody_asked_for(
    provider: ScriptedUpstream, api: httpx.Client
) -> None:
    last = delta(b"", finish=b'"stop"')
    provider.answers([HEAD + framed(delta(b"Hel")), 0.3, framed(last) + framed(END) + framed(b"[DONE]") + b"0\r\n\r\n"])
    with api.stream("POST", "/chat/completions", json=ASK | {"stream": True}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        received = events(response)
    assert received == [delta(b"Hel", null=b""), delta(b"", finish=b'"stop"', null=b""), b"[DONE]"]


def test_a_client_that_leaves_a_silent_stream_frees_the_provider_within_a_second(
    provider: ScriptedUpstream, api: httpx.Client
) -> None:
    provider.answers([HEAD + framed(delta(b"Hel")), "wait"])
    with api.stream("POST", "/chat/completions", json=ASK | {"stream": True}) as response:
        next(response.iter_bytes())
    left = time.monotonic()
    assert provider.client_left.wait(5)
    assert time.monotonic() - left < 1.5


def test_a_client_that_leaves_before_the_first_byte_frees_the_provider_within_a_second(
    provider: ScriptedUpstream, api: httpx.Client
) -> None:
    provider.answers(["wait"])
    with pytest.raises(httpx.ReadTimeout):
        api.post("/chat/completions", json=ASK, timeout=0.5)
    left = time.monotonic()
    assert provider.client_left.wait(5)
    assert time.monotonic() - left < 1.5


def test_twenty_slow_calls_take_no_longer_than_one(provider: ScriptedUpstream, api: httpx.Client) -> None:
    provider.answers(*[[0.5, JSON]] * 20)
    statuses: list[int] = []
    calls = [
        threading.Thread(target=lambda: statuses.append(api.post("/chat/completions", json=ASK).status_code))
        for _ in range(20)
    ]
    began = time.monotonic()
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert statuses == [200] * 20
    assert time.monotonic() - began < 4


def test_the_providers_key_is_never_told(provider: ScriptedUpstream, api: httpx.Client) -> None:
    refusal = b'{"error":{"message":"Incorrect API key provided: provider-key-1234","code":"invalid_api_key"}}'
    provider.answers([b"HTTP/1.1 401 X\r\nContent-Length: %d\r\n\r\n%s" % (len(refusal), refusal)])
    answer = api.post("/chat/completions", json=ASK)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "model_unavailable")
    assert PROVIDER_KEY not in answer.text
