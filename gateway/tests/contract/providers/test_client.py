# SPDX-License-Identifier: Apache-2.0
"""Attempts through the whole client: keys in turn, the breaker, cancellation, and who is never called."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from ringside_gateway.domain.calls import Cancellation
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.domain.upstream import Answer, Attempt, Target, UpstreamFault
from ringside_gateway.providers.breaker import FAILURES
from ringside_gateway.providers.client import ProviderClient
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.providers.wire import WIRES

from .conftest import ScriptedUpstream

Later = Callable[[float, Callable[[], None]], None]
BODY = b'{"choices":[{"message":{"content":"ok"}}],"usage":{"prompt_tokens":1,"completion_tokens":1}}'
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
FAILED = b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n"
LIMITED = b"HTTP/1.1 429 X\r\nContent-Length: 0\r\n\r\n"
EVENTS = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
CATALOGUE = load_catalogue()


def client(upstream: ScriptedUpstream, kind: str, keys: tuple[str, ...] = ("key-a",)) -> ProviderClient:
    base = upstream.url.removesuffix("/chat/completions")
    return ProviderClient(
        CATALOGUE, ProviderSettings(api_keys={"openai": keys}, base_urls={"openai": base}, transport=kind)
    )


def attempt(model: str = "openai/gpt-4o-mini", **changes: Any) -> Attempt:
    provider, _, name = model.partition("/")
    facts = CATALOGUE.find(provider, name)
    assert facts is not None
    fields: dict[str, Any] = {
        "target": Target(facts.ref, facts, provider),
        "body": {"model": facts.ref, "messages": [{"role": "user", "content": "Hello"}]},
        "stream": False,
        "deadline": time.monotonic() + 10,
        "livemode": True,
        "request_id": "req_1",
    }
    return Attempt(**(fields | changes))


def event(text: str) -> bytes:
    data = b'data: {"choices":[{"index":0,"delta":{"content":"%s"},"finish_reason":null}]}\n\n' % text.encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


def fault(sender: ProviderClient, wanted: Attempt) -> UpstreamFault:
    with pytest.raises(UpstreamFault) as caught:
        sender.send(wanted)
    return caught.value


def test_a_limited_key_gives_way_to_the_next(upstream: ScriptedUpstream, kind: str) -> None:
    sender = client(upstream, kind, ("key-a", "key-b"))
    upstream.answers([LIMITED], [OK], [OK], [OK])
    assert fault(sender, attempt()).code == "upstream_quota_exceeded"
    for _ in range(3):
        sender.send(attempt())
    used = [b"key-a" if b"key-a" in request else b"key-b" for request in upstream.requests]
    assert len(set(used[1:])) == 1
    assert used[0] != used[1]


def test_a_provider_that_keeps_failing_is_not_called_again_for_a_while(upstream: ScriptedUpstream, kind: str) -> None:
    sender = client(upstream, kind)
    upstream.answers(*[[FAILED]] * FAILURES)
    for _ in range(FAILURES):
        assert fault(sender, attempt()).code == "upstream_error"
    refused = fault(sender, attempt())
    assert (refused.code, len(upstream.requests)) == ("model_unavailable", FAILURES)
    assert 0 < (refused.retry_after_seconds or 0) <= 5


def test_refusals_of_the_request_do_not_count_against_the_provider(upstream: ScriptedUpstream, kind: str) -> None:
    sender = client(upstream, kind)
    upstream.answers(*[[b"HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n"], [LIMITED]] * FAILURES, [OK])
    for _ in range(2 * FAILURES):
        fault(sender, attempt())
    assert isinstance(sender.send(attempt()), Answer)


def test_a_cancelled_wait_ends_at_once_and_says_nothing_against_the_provider(
    upstream: ScriptedUpstream, kind: str, later: Later
) -> None:
    sender = client(upstream, kind)
    for _ in range(FAILURES):
        upstream.answers(["wait"])
        cancellation = Cancellation()
        later(0.05, cancellation.cancel)
        assert not fault(sender, attempt(cancellation=cancellation)).retryable
    upstream.answers([OK])
    assert isinstance(sender.send(attempt()), Answer)


def test_closing_a_silent_stream_ends_the_read_and_the_provider_notices(
    upstream: ScriptedUpstream, kind: str, later: Later
) -> None:
    upstream.answers([EVENTS + event("Hel") + event("lo"), "wait"])
    stream = client(upstream, kind).send(attempt(stream=True))
    assert not isinstance(stream, Answer)
    assert [next(stream).data[:10] for _ in range(2)]
    later(0.2, stream.close)
    began = time.monotonic()
    with pytest.raises((UpstreamFault, StopIteration)):
        next(stream)
    assert time.monotonic() - began < 1
    assert upstream.client_left.wait(3)
    assert stream.delivered_text() == "Hello"


def test_a_stream_left_open_after_its_end_delays_nobody(upstream: ScriptedUpstream, kind: str) -> None:
    last = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    upstream.answers([EVENTS + event("Hi") + b"%x\r\n%s\r\n" % (len(last), last), 5.0])
    stream = client(upstream, kind).send(attempt(stream=True))
    assert not isinstance(stream, Answer)
    began = time.monotonic()
    assert len(list(stream)) == 2
    assert time.monotonic() - began < 1


def test_a_past_deadline_calls_nobody(upstream: ScriptedUpstream, kind: str) -> None:
    assert fault(client(upstream, kind), attempt(deadline=time.monotonic() - 1)).code == "upstream_timeout"
    assert upstream.requests == []


def test_test_mode_never_leaves_the_machine(upstream: ScriptedUpstream, kind: str) -> None:
    answer = client(upstream, kind).send(attempt(livemode=False))
    assert isinstance(answer, Answer)
    assert b"sandbox" in answer.body
    assert upstream.requests == []


def test_a_provider_without_a_key_says_what_the_operator_does(upstream: ScriptedUpstream, kind: str) -> None:
    refused = fault(client(upstream, kind, ()), attempt())
    assert refused.code == "model_unavailable"
    assert "OPENAI_API_KEY" in refused.message
    assert upstream.requests == []


def test_an_address_that_is_none_is_the_operators_fault_told_without_details(kind: str) -> None:
    settings = ProviderSettings(api_keys={"openai": ("k",)}, base_urls={"openai": "localhost:1"}, transport=kind)
    assert fault(ProviderClient(CATALOGUE, settings), attempt()).code == "upstream_error"


def test_every_fault_is_one_of_ours(upstream: ScriptedUpstream, kind: str) -> None:
    upstream.answers(["close"], ["reset"], [b"\0\0\0"], [OK[:-5], "close"])
    sender = client(upstream, kind)
    for _ in range(4):
        assert isinstance(fault(sender, attempt()), GatewayError)


def test_a_wire_this_version_does_not_speak_is_unavailable_and_calls_nobody(
    upstream: ScriptedUpstream, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(WIRES, "openai")
    refused = fault(client(upstream, kind), attempt())
    assert (refused.code, refused.retryable, upstream.requests) == ("model_unavailable", True, [])
