# SPDX-License-Identifier: Apache-2.0
"""A connection waits for a request as long as it likes, and for the rest of one only so long."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import falcon.testing
import pytest
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http import bodies, connections, paced_sockets
from ringside_gateway.http.paced_sockets import HeadTooSlow, PacedSocket


@pytest.fixture
def pair() -> Iterator[tuple[PacedSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield PacedSocket(ours, 0.2), theirs


def request(body: Any = b"") -> Any:
    reader = io.BytesIO(body) if isinstance(body, bytes) else body
    return SimpleNamespace(body=reader, closed=False, force_close=lambda: None)


def test_waiting_for_a_request_has_no_deadline_but_its_head_has_one(pair: tuple[PacedSocket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(b"GET / ")
    time.sleep(0.3)
    assert ours.recv(100) == b"GET / "
    assert not ours.idle
    started = time.monotonic()
    with pytest.raises(HeadTooSlow):
        while True:
            theirs.sendall(b"X")
            ours.recv(1)
            time.sleep(0.02)
    assert time.monotonic() - started < 0.5


def test_a_connection_that_we_hung_up_ourselves_is_no_departed_client() -> None:
    for we_hang_up in (True, False):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            paced, left = PacedSocket(ours, 0.2), threading.Event()
            if we_hang_up:
                paced.hang_up()
            else:
                theirs.close()
            stop = connections.PolledConnections().watch({"gunicorn.socket": paced}, left.set)
            assert left.wait(1) is not we_hang_up
            stop()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"


def arrived(theirs: socket.socket) -> bytes:
    theirs.setblocking(False)
    try:
        return theirs.recv(1000)
    except BlockingIOError:
        return b""


def test_the_head_of_an_answer_leaves_with_its_body(pair: tuple[PacedSocket, socket.socket]) -> None:
    ours, theirs = pair
    ours.begin(request())
    ours.sendall(HEAD)
    assert arrived(theirs) == b""
    ours.sendall(b"{}")
    assert arrived(theirs) == HEAD + b"{}"


def test_a_head_without_a_body_leaves_in_the_end_and_that_of_a_stream_at_once(
    pair: tuple[PacedSocket, socket.socket],
) -> None:
    ours, theirs = pair
    ours.begin(request())
    ours.sendall(HEAD)
    ours.finish()
    assert arrived(theirs) == HEAD
    ours.begin(request())
    streamed = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    ours.sendall(streamed)
    assert arrived(theirs) == streamed


def test_the_whole_block_is_limited_however_often_something_arrives(pair: tuple[PacedSocket, socket.socket]) -> None:
    ours, theirs = pair
    ours.begin(request())
    started = time.monotonic()
    with pytest.raises(TimeoutError), ours.reading(0.2):
        while True:
            theirs.sendall(b"X")
            ours.recv(1)
            time.sleep(0.02)
    assert time.monotonic() - started < 0.5
    theirs.sendall(b"after")
    assert ours.recv(100).endswith(b"after")


def test_a_client_that_stops_reading_counts_as_gone(
    pair: tuple[PacedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paced_sockets, "STALL_S", 0.2)
    started = time.monotonic()
    with pytest.raises(BrokenPipeError, match="stopped reading"):
        pair[0].sendall(b"x" * 50_000_000)
    assert time.monotonic() - started < 5


def test_a_slow_but_steady_reader_gets_everything(
    pair: tuple[PacedSocket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    monkeypatch.setattr(paced_sockets, "STALL_S", 0.5)
    ours, theirs = pair
    received = []

    def read() -> None:
        while sum(received) < 3_000_000:
            time.sleep(0.01)
            received.append(len(theirs.recv(100_000)))

    reader = threading.Thread(target=read)
    reader.start()
    ours.sendall(b"x" * 3_000_000)
    reader.join(10)
    assert sum(received) == 3_000_000


def test_a_small_rest_of_a_body_is_skipped_and_a_large_one_ends_the_connection(
    pair: tuple[PacedSocket, socket.socket],
) -> None:
    ours, theirs = pair
    ours.begin(request(b"x" * 1000))
    assert ours.finish()
    assert ours.idle
    ours.begin(request(b"x" * 1_000_000))
    theirs.shutdown(socket.SHUT_WR)
    assert not ours.finish()
    assert theirs.recv(1) == b""


def test_a_body_that_cannot_be_read_ends_the_connection(pair: tuple[PacedSocket, socket.socket]) -> None:
    def broken(_: int) -> bytes:
        raise ValueError("no such chunk")

    ours, theirs = pair
    ours.begin(request(SimpleNamespace(read=broken)))
    theirs.shutdown(socket.SHUT_WR)
    assert not ours.finish()


def test_hanging_up_ends_a_wait_but_loses_no_request_that_arrived(pair: tuple[PacedSocket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(b"GET /")
    ours.hang_up()
    assert ours.recv(100) == b"GET /"
    theirs.close()
    ours.hang_up()


def test_a_request_that_a_stop_cut_off_is_told_to_come_again(pair: tuple[PacedSocket, socket.socket]) -> None:
    ours, _ = pair
    for stopping, code in ((False, "invalid_request"), (True, "service_unavailable")):
        ours.hung_up = stopping
        environ = falcon.testing.create_environ(method="POST", headers={"Content-Length": "9"}, body="half")
        environ |= {"gunicorn.socket": ours, "CONTENT_LENGTH": "9"}
        with pytest.raises(GatewayError) as refused:
            bodies.read(falcon.Request(environ), 100, 1)
        assert refused.value.code == code


def test_hanging_up_is_remembered(pair: tuple[PacedSocket, socket.socket]) -> None:
    ours, _ = pair
    ours.hang_up()
    assert ours.hung_up
    assert paced_sockets.hung_up({"gunicorn.socket": ours})
