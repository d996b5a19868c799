# SPDX-License-Identifier: Apache-2.0
"""The transport port over real sockets, once with gevent's and once with the system's."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable

import pytest
from ringside_gateway.domain.calls import Cancellation
from ringside_gateway.providers.transport import Outgoing, TransportError
from ringside_gateway.providers.transport.connections import Connections
from ringside_gateway.providers.transport.network import network
from ringside_gateway.providers.transport.sockets import Exchange, SocketTransport

from .conftest import ScriptedUpstream

LIMIT = 1 << 20
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
Later = Callable[[float, Callable[[], None]], None]


def whole(body: bytes) -> bytes:
    return OK + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


@pytest.fixture
def transport(kind: str) -> SocketTransport:
    return SocketTransport(Connections(network(kind), {}))


def outgoing(upstream: ScriptedUpstream, **changes: object) -> Outgoing:
    fields: dict[str, object] = {"url": upstream.url, "headers": {"X-Test": "1"}, "body": b"{}", "timeout_s": 5.0}
    return Outgoing(**(fields | changes))  # type: ignore[arg-type]


def failure(transport: SocketTransport, request: Outgoing) -> TransportError:
    with pytest.raises(TransportError) as caught:
        transport.send(request).read(LIMIT)
    return caught.value


def test_a_request_arrives_as_it_was_written(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    upstream.answers([whole(b"{}")])
    response = transport.send(outgoing(upstream, body=b'{"a":1}'))
    assert (response.status, response.headers["content-type"], response.read(LIMIT)) == (200, "application/json", b"{}")
    head, _, body = upstream.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"\r\nX-Test: 1\r\nContent-Length: 7" in head
    assert body == b'{"a":1}'


def test_calls_one_after_another_share_a_connection(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    upstream.answers(*[[whole(b"{}")]] * 5)
    for _ in range(5):
        transport.send(outgoing(upstream)).read(LIMIT)
    assert upstream.connections == 1


def test_calls_at_once_do_not_share_a_connection(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    upstream.answers([CHUNKED + chunk(b"a"), 0.3, chunk(b"b") + b"0\r\n\r\n"], [whole(b"second")])
    first = transport.send(outgoing(upstream))
    assert transport.send(outgoing(upstream)).read(LIMIT) == b"second"
    assert first.read(LIMIT) == b"ab"
    assert upstream.connections == 2


def test_a_connection_the_provider_closed_meanwhile_is_not_taken_again(
    transport: SocketTransport, upstream: ScriptedUpstream
) -> None:
    upstream.answers([whole(b"1"), "close"], [whole(b"2")])
    transport.send(outgoing(upstream)).read(LIMIT)
    time.sleep(0.1)
    assert transport.send(outgoing(upstream)).read(LIMIT) == b"2"
    assert upstream.connections == 2


def test_an_answer_given_up_after_its_last_event_leaves_the_connection_usable(
    transport: SocketTransport, upstream: ScriptedUpstream
) -> None:
    upstream.answers([CHUNKED + chunk(b"all"), 0.1, b"0\r\n\r\n"], [whole(b"2")])
    first = transport.send(outgoing(upstream))
    assert next(first.pieces()) == b"all"
    first.finish()
    time.sleep(0.3)
    assert transport.send(outgoing(upstream)).read(LIMIT) == b"2"
    assert upstream.connections == 1


def test_an_answer_given_up_in_the_middle_never_leaks_into_the_next(
    transport: SocketTransport, upstream: ScriptedUpstream
) -> None:
    upstream.answers([CHUNKED + chunk(b"half"), 0.2, chunk(b"other half") + b"0\r\n\r\n"], [whole(b"2")])
    first = transport.send(outgoing(upstream))
    assert next(first.pieces()) == b"half"
    first.finish()
    assert transport.send(outgoing(upstream)).read(LIMIT) == b"2"


def test_a_late_cancellation_leaves_the_connection_of_others_alone(
    transport: SocketTransport, upstream: ScriptedUpstream
) -> None:
    upstream.answers([whole(b"1")], [CHUNKED + chunk(b"a"), 0.2, chunk(b"b") + b"0\r\n\r\n"])
    cancellation = Cancellation()
    transport.send(outgoing(upstream, cancellation=cancellation)).read(LIMIT)
    second = transport.send(outgoing(upstream))
    cancellation.cancel()
    assert second.read(LIMIT) == b"ab"
    assert upstream.connections == 1


@pytest.mark.parametrize(
    ("script", "kind_of_failure"),
    [
        (["close"], "reset"),
        (["reset"], "reset"),
        ([b"HTTP/1.1 2", "close"], "truncated"),
        ([OK + b"Content-Length: 10\r\n\r\nhalf", "close"], "truncated"),
        ([OK + b"Content-Length: 10\r\n\r\nhalf", "reset"], "reset"),
        ([CHUNKED + chunk(b"half"), "close"], "truncated"),
        ([CHUNKED + b"zz\r\n"], "protocol"),
        ([b"SSH-2.0-OpenSSH_9.0\r\n"], "protocol"),
        ([OK + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc"], "protocol"),
        ([b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000], "protocol"),
        ([OK + b"Content-Length: 2000000\r\n\r\n" + b"x" * 2_000_000], "too_large"),
        ([OK + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx"], "protocol"),
        ([OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"], "protocol"),
    ],
)
def test_a_broken_answer_is_named(
    transport: SocketTransport, upstream: ScriptedUpstream, script: list[object], kind_of_failure: str
) -> None:
    upstream.answers(script)  # type: ignore[arg-type]
    assert failure(transport, outgoing(upstream)).kind == kind_of_failure


def test_a_provider_that_lets_nobody_in_was_sent_nothing(transport: SocketTransport) -> None:
    error = failure(transport, Outgoing("http://127.0.0.1:1/v1", {}, b"{}"))
    assert (error.kind, error.sent) == ("connect", False)


def test_a_silent_provider_times_out(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    upstream.answers([5.0])
    began = time.monotonic()
    assert failure(transport, outgoing(upstream, timeout_s=0.3)).kind == "timeout"
    assert time.monotonic() - began < 2


def test_a_provider_that_drips_is_held_to_the_deadline(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    upstream.answers([CHUNKED, *[chunk(b"x"), 0.1] * 100])  # type: ignore[list-item]
    began = time.monotonic()
    assert failure(transport, outgoing(upstream, timeout_s=1.0, deadline=began + 0.5)).kind == "timeout"
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("script", [["wait"], [CHUNKED + chunk(b"x"), "wait"]], ids=["before headers", "in the body"])
def test_a_cancellation_ends_a_wait_at_once_and_the_provider_notices(
    transport: SocketTransport, upstream: ScriptedUpstream, later: Later, script: list[object]
) -> None:
    upstream.answers(script)  # type: ignore[arg-type]
    cancellation = Cancellation()
    later(0.2, cancellation.cancel)
    began = time.monotonic()
    assert failure(transport, outgoing(upstream, timeout_s=30.0, cancellation=cancellation)).kind == "closed"
    assert time.monotonic() - began < 1
    assert upstream.client_left.wait(3)


def test_a_cancelled_call_sends_nothing(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    assert failure(transport, outgoing(upstream, cancellation=cancellation)).kind == "closed"
    assert upstream.requests == []


def test_compression_nobody_asked_for_is_undone(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    packed = gzip.compress(b'{"a": 1}' * 1000)
    upstream.answers([OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed)])
    assert transport.send(outgoing(upstream)).read(LIMIT) == b'{"a": 1}' * 1000


def test_a_small_body_that_unpacks_to_much_is_stopped_at_the_limit(
    transport: SocketTransport, upstream: ScriptedUpstream
) -> None:
    packed = gzip.compress(b"\0" * 50_000_000)
    upstream.answers([OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s" % (len(packed), packed)])
    assert failure(transport, outgoing(upstream)).kind == "too_large"


def test_an_early_refusal_of_a_large_body_is_read(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    refusal = b"HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno"
    upstream.answers([b"HTTP/1.1 100 Continue\r\n\r\n", refusal])
    response = transport.send(outgoing(upstream, body=b"x" * 3_000_000))
    assert (response.status, response.read(LIMIT)) == (413, b"no")


def test_a_key_with_a_line_break_never_becomes_a_header(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    error = failure(transport, outgoing(upstream, headers={"Authorization": "Bearer a\r\nX-Evil: 1"}))
    assert (error.kind, error.sent) == ("protocol", False)
    assert upstream.requests == []


def test_a_plain_request_goes_through_the_proxy_of_the_environment(kind: str, upstream: ScriptedUpstream) -> None:
    upstream.answers([whole(b"{}")])
    proxy = upstream.url.removesuffix("/v1/chat/completions").replace("http://", "http://user:word@")
    through = SocketTransport(Connections(network(kind), {"HTTP_PROXY": proxy, "NO_PROXY": "localhost,.corp"}))
    assert through.send(Outgoing("http://api.example:8080/v1/x", {}, b"{}")).read(LIMIT) == b"{}"
    head = upstream.requests[0]
    assert head.startswith(b"POST http://api.example:8080/v1/x HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n" in head


def test_a_secure_request_asks_the_proxy_for_a_tunnel(kind: str, upstream: ScriptedUpstream) -> None:
    upstream.answers([b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"])
    proxy = upstream.url.removesuffix("/v1/chat/completions")
    through = SocketTransport(Connections(network(kind), {"https_proxy": proxy}))
    error = failure(through, Outgoing("https://api.example/v1/x", {}, b"{}"))
    assert error.kind == "connect"
    assert "407" in str(error)
    assert upstream.requests[0].startswith(b"CONNECT api.example:443 HTTP/1.1\r\n")


def test_pieces_arrive_as_they_are_sent(transport: SocketTransport, upstream: ScriptedUpstream) -> None:
    upstream.answers([CHUNKED + chunk(b"first"), 0.3, chunk(b"second") + b"0\r\n\r\n"])
    response: Exchange = transport.send(outgoing(upstream))
    pieces = response.pieces()
    began = time.monotonic()
    assert next(pieces) == b"first"
    assert time.monotonic() - began < 0.2
    assert list(pieces) == [b"second"]
