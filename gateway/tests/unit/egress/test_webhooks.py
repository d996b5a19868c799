# SPDX-License-Identifier: Apache-2.0
"""One attempt over real sockets: only to checked addresses, never longer nor larger than allowed."""

from __future__ import annotations

import contextlib
import itertools
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from receivers import OK, Receiver, Step, answer
from ringside_gateway.domain.webhook_deliveries import Answer
from ringside_gateway.egress import idle_connections
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.egress.webhooks import MOST_BYTES, Webhooks

NAME = "hooks.example.com"
PUBLIC, PRIVATE = "192.0.1.1", "10.0.0.1"


@pytest.fixture
def webhooks() -> Iterator[Webhooks]:
    made = Webhooks(Addresses(allow_loopback=True), timeout_s=0.6)
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            made.hang_up_on_overdue()

    threading.Thread(target=watch, daemon=True).start()
    yield made
    stop.set()


def sent(webhooks: Webhooks, *script: Step) -> Answer:
    with Receiver(lambda _: script) as receiver:
        return webhooks.post(receiver.url, False, {"X-Test": "1"}, b"{}")


def test_a_post_arrives_as_it_was_given_and_its_connection_is_kept(webhooks: Webhooks) -> None:
    with Receiver(lambda _: [answer(202, b"thanks")]) as receiver:
        answers = [webhooks.post(f"{receiver.url}?a=b", False, {"X-Test": "1"}, b'{"n":1}') for _ in range(3)]
        assert {(a.status, a.body, a.error, a.succeeded) for a in answers} == {(202, "thanks", None, True)}
        request = receiver.received[0]
        assert (request.target, request.body) == ("/hook?a=b", b'{"n":1}')
        assert (request.headers["host"], request.headers["x-test"]) == (f"127.0.0.1:{receiver.port}", "1")
        assert receiver.connections == 1


def test_a_connection_the_receiver_closed_meanwhile_is_replaced(webhooks: Webhooks) -> None:
    with Receiver(lambda _: [OK, "close"]) as receiver:
        for _ in range(3):
            assert webhooks.post(receiver.url, False, {}, b"{}").status == 200
            time.sleep(0.05)
        assert (len(receiver.received), receiver.connections) == (3, 3)


def test_connections_serve_every_path_of_their_host_and_are_closed_when_idle(
    webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    hung_up = threading.Event()
    with Receiver() as receiver:
        for number in range(12):
            assert webhooks.post(f"{receiver.url}/{number}?n={number}", False, {}, b"{}").status == 200
        assert (receiver.connections, len(webhooks.idle)) == (1, 1)
        receiver.departed = hung_up.set
        monkeypatch.setattr(idle_connections, "MOST_IDLE_S", 0.0)
        assert hung_up.wait(5), "and nothing is posted any more"
        assert len(webhooks.idle) == 0


def test_no_more_than_a_bounded_number_of_connections_lies_idle(
    webhooks: Webhooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle_connections, "IDLE_IN_ALL", 3)
    monkeypatch.setattr(idle_connections, "MOST_IDLE_S", 60.0)
    with contextlib.ExitStack() as receivers:
        for _ in range(5):
            receiver = receivers.enter_context(Receiver())
            assert webhooks.post(receiver.url, False, {}, b"{}").status == 200
        assert len(webhooks.idle) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_not_followed(webhooks: Webhooks, status: int) -> None:
    with Receiver() as private:
        redirected = sent(webhooks, answer(status, Location=private.url))
        assert (redirected.status, redirected.succeeded) == (status, False)
        assert redirected.error == f"it answered {status}; redirects are not followed"
        assert private.connections == 0


def _drip(piece: bytes) -> Iterator[Step]:
    for step in itertools.repeat((piece, 0.05), 200):
        yield from step


@pytest.mark.parametrize(
    "script",
    [
        [5.0],
        _drip(b"x"),
        [b"HTTP/1.1 200 OK\r\n", *_drip(b"X-A: b\r\n")],
        [b"HTTP/1.1 100 Continue\r\n\r\n", *_drip(b"HTTP/1.1 100 Continue\r\n\r\n")],
    ],
    ids=["silence", "dripping", "dripping headers", "endless provisional answers"],
)
def test_a_receiver_that_never_comes_to_an_answer_is_left_in_time(webhooks: Webhooks, script: Sequence[Step]) -> None:
    began = time.monotonic()
    failed = sent(webhooks, *script)
    assert (failed.status, failed.error) == (None, "no answer within 0.6 s")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (["reset"], "the connection was lost"),
        (["close"], "the connection was lost"),
        ([b"hello\r\n\r\n", "close"], "it did not answer in HTTP"),
        ([b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 70_000 + b"\r\n\r\n"], "it did not answer in HTTP"),
        ([b"HTTP/1.1 200 OK\r\n" + b"X-A: a\r\n" * 200 + b"\r\n"], "it did not answer in HTTP"),
    ],
    ids=["reset", "closed", "no HTTP", "a huge header", "many headers"],
)
def test_a_broken_answer_is_told_as_such(webhooks: Webhooks, script: Sequence[Step], error: str) -> None:
    failed = sent(webhooks, *script)
    assert (failed.status, failed.error) == (None, error)


def test_the_status_counts_whatever_becomes_of_the_body(webhooks: Webhooks) -> None:
    endless = sent(webhooks, b"HTTP/1.1 200 OK\r\n\r\n", *_drip(b"y"))
    assert endless.succeeded and endless.duration_ms < 2000
    huge = sent(webhooks, b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"z" * 50 * MOST_BYTES)
    assert (huge.succeeded, huge.body) == (True, "z" * 1024)
    cut = sent(webhooks, b"HTTP/1.1 500 X\r\nContent-Length: 10\r\n\r\nabc", "close")
    assert (cut.status, cut.body, cut.error) == (500, "abc", "it answered 500")
    odd = sent(webhooks, answer(200, b"a\0\xff\xfe"))
    assert odd.body == "a\ufffd\ufffd\ufffd"


def test_a_wished_pause_is_read_where_it_is_a_number(webhooks: Webhooks) -> None:
    assert sent(webhooks, answer(503, Retry_After="30")).retry_after_s == 30
    assert sent(webhooks, answer(503, Retry_After="Fri, 31 Dec 1999 23:59:59 GMT")).retry_after_s is None


def test_nobody_listening_is_told(webhooks: Webhooks) -> None:
    with Receiver() as receiver:
        url = receiver.url
    assert webhooks.post(url, False, {}, b"{}").error == "the connection was refused"


Found = dict[str, list[object]]


@pytest.fixture
def lies(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Found]:
    """A name server whose answers change, and a note of every address that was connected to."""

    def begin(*answers: list[str], to: int | None = None) -> Found:
        found: Found = {"asked": [], "connected": []}
        real = socket.create_connection
        left = list(answers)

        def resolve(host: str, port: int) -> Sequence[str]:
            found["asked"].append(host)
            return left.pop(0)

        def create_connection(address: tuple[str, int], timeout: float | None = None) -> socket.socket:
            found["connected"].append(address)
            if to is None:
                raise ConnectionRefusedError
            return real(("127.0.0.1", to), timeout)

        monkeypatch.setattr(socket, "create_connection", create_connection)
        found["addresses"] = [Addresses(allow_loopback=False, resolve=resolve)]
        return found

    return begin


def test_an_answer_that_changes_between_check_and_connect_leads_nowhere(lies: Callable[..., Found]) -> None:
    found = lies([PUBLIC], [PRIVATE], [PUBLIC, PRIVATE])
    webhooks = Webhooks(found["addresses"][0], 1)  # type: ignore[arg-type]
    assert webhooks.post(f"https://{NAME}/", True, {}, b"").error == "the connection was refused"
    assert found["connected"] == [(PUBLIC, 443)]
    for _ in range(2):
        assert webhooks.post(f"https://{NAME}/", True, {}, b"").error == "its host is not on the public internet"
    assert found["connected"] == [(PUBLIC, 443)]
    assert found["asked"] == [NAME] * 3


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    command = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={NAME} -addext subjectAltName=DNS:{NAME}"
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    return folder / "cert.pem"


def test_the_checked_address_is_asked_for_the_name_and_its_certificate(
    lies: Callable[..., Found], authority: Path
) -> None:
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, authority.with_name("key.pem"))
    context.sni_callback = lambda _, name, __: names.append(name)
    with Receiver(tls=context) as receiver:
        found = lies([PUBLIC], [PUBLIC], to=receiver.port)
        trusting = ssl.create_default_context(cafile=authority)
        webhooks = Webhooks(found["addresses"][0], 5, trusting)  # type: ignore[arg-type]
        assert webhooks.post(f"https://{NAME}:8443/", True, {}, b"{}").status == 200
        assert (found["connected"], names) == ([(PUBLIC, 8443)], [NAME])
        assert receiver.received[0].headers["host"] == f"{NAME}:8443"
        other = webhooks.post("https://other.example.com:8443/", True, {}, b"{}")
        assert other.error == "its certificate is not one that is trusted for this name"
        assert len(receiver.received) == 1


def test_a_handshake_that_gets_no_answer_is_left_in_time(webhooks: Webhooks) -> None:
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        failed = webhooks.post(f"https://127.0.0.1:{silent.getsockname()[1]}/", False, {}, b"{}")
    assert failed.error == "no answer within 0.6 s"
    assert time.monotonic() - began < 2
