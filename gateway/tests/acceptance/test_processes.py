# SPDX-License-Identifier: Apache-2.0
"""Starting, reloading and stopping a whole gateway while clients are connected."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from gateway_process import Gateway
from worker_kinds import environment

WORKERS = ["gevent", "gthread"]
KINDS = [*WORKERS, "meinheld"]
STREAM = {
    "model": "fc:sandbox/slow-stream",
    "messages": [{"role": "user", "content": "Write 20 words."}],
    "stream": True,
}


def eventually(true: Callable[[], bool], within_s: float = 30) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def children(pid: int) -> set[int]:
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Gateway]]:
    running: list[Gateway] = []

    def begin(**environment: str) -> Gateway:
        gateway = Gateway(tmp_path, **environment)
        running.append(gateway)
        gateway.start()
        return gateway

    yield begin
    for gateway in running:
        if gateway.process is not None and gateway.process.poll() is None:
            gateway.kill()


@pytest.mark.parametrize("worker", WORKERS)
def test_idle_clients_do_not_keep_a_gateway_from_stopping(start: Callable[..., Gateway], worker: str) -> None:
    gateway = start(RINGSIDE_WORKER=worker)
    with gateway.client() as client:
        assert client.get("/models").status_code == 200
        asked = time.monotonic()
        assert gateway.process is not None
        gateway.process.terminate()
        assert gateway.process.wait(timeout=30) == 0
        assert time.monotonic() - asked < 8


@pytest.mark.parametrize("worker", KINDS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_stream_under_way_is_finished_by_a_stop_and_by_a_reload(
    start: Callable[..., Gateway], number: int, worker: str
) -> None:
    gateway = start(**environment(worker))
    assert gateway.process is not None
    with gateway.client() as client, client.stream("POST", "/chat/completions", json=STREAM) as answer:
        lines = answer.iter_lines()
        first = next(lines)
        gateway.process.send_signal(number)
        received = [first, *lines]
    assert received[-2:] == ["data: [DONE]", ""]
    if number == signal.SIGTERM:
        assert gateway.process.wait(timeout=30) == 0
    else:
        assert httpx.get(f"{gateway.url[:-3]}/healthz").status_code == 200


def test_a_reload_reads_the_settings_again_and_keeps_them_when_they_are_bad(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.process is not None
    file = gateway.folder / "ringside.toml"

    def limit() -> str:
        with gateway.client() as client:
            return client.get("/models").headers["x-ratelimit-limit"]

    assert limit() == "600000"
    file.write_text("edge_rate_limit_rpm = 1234\n")
    gateway.process.send_signal(signal.SIGHUP)
    eventually(lambda: limit() == "1234")
    file.write_text("edge_rate_limit_rmp = 5\n")
    gateway.process.send_signal(signal.SIGHUP)
    eventually(lambda: "did you mean edge_rate_limit_rpm?" in (gateway.folder / "gateway.log").read_text())
    assert limit() == "1234"


def test_no_librarys_debug_line_tells_what_customers_are_called(start: Callable[..., Gateway]) -> None:
    gateway = start(RINGSIDE_LOG_LEVEL="debug")
    with gateway.client() as client:
        client.post("/customers", json={"external_id": "secret-patient", "email": "patient@example.com"})
        failed = client.post("/chat/completions", json={**STREAM, "stream": False, "model": "fc:sandbox/error-500"})
    log = (gateway.folder / "gateway.log").read_text()
    assert failed.status_code == 502
    (line,) = (line for line in log.splitlines() if failed.headers["x-request-id"] in line and " WARNING " in line)
    assert "Traceback" not in log and "patient" not in log, line


def test_a_background_process_that_dies_is_replaced(start: Callable[..., Gateway]) -> None:
    gateway = start()
    assert gateway.process is not None
    before = children(gateway.process.pid)
    assert len(before) == 2
    for child in before:
        os.kill(child, signal.SIGKILL)
    eventually(lambda: len(children(gateway.process.pid) - before) == 2)  # type: ignore[union-attr]
    assert gateway.stop() == 0


@pytest.mark.parametrize("worker", KINDS)
def test_workers_are_replaced_after_their_share_of_requests(start: Callable[..., Gateway], worker: str) -> None:
    gateway = start(RINGSIDE_MAX_REQUESTS="5", **environment(worker))
    assert gateway.process is not None
    before = children(gateway.process.pid)
    for _ in range(20):
        assert httpx.get(f"{gateway.url[:-3]}/healthz").status_code == 200
    eventually(lambda: not before <= children(gateway.process.pid))  # type: ignore[union-attr]
    eventually(lambda: httpx.get(f"{gateway.url[:-3]}/healthz").status_code == 200)


@pytest.mark.parametrize("worker", WORKERS)
@pytest.mark.parametrize("sent", [b"GET /healthz HTTP/1.1\r\n", b"POST /v1/customers HTTP/1.1\r\nAuthorization: "])
def test_a_request_that_trickles_in_is_408_in_time(start: Callable[..., Gateway], worker: str, sent: bytes) -> None:
    gateway = start(RINGSIDE_WORKER=worker, RINGSIDE_HEAD_DEADLINE_S="1", RINGSIDE_BODY_DEADLINE_S="1")
    if sent.startswith(b"POST"):
        sent += f"Bearer {gateway.key}\r\nHost: x\r\nContent-Length: 90\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=0.1) as connection:
        connection.sendall(sent)
        started, received = time.monotonic(), b""
        while time.monotonic() - started < 10:
            try:
                connection.sendall(b"X")
                if not (piece := connection.recv(65_536)):
                    break
                received += piece
            except TimeoutError:
                continue
            except OSError:
                break
    assert time.monotonic() - started < 6
    assert received.startswith(b"HTTP/1.1 408 ")
    assert b'"code":"request_timeout"' in received
    assert b"connection: close" in received.lower()


def test_the_kind_of_worker_may_be_chosen_in_the_file(start: Callable[..., Gateway], tmp_path: Path) -> None:
    (tmp_path / "ringside.toml").write_text('worker = "gthread"\n')
    gateway = start()
    with gateway.client() as client:
        answered = client.post("/chat/completions", json=STREAM)
    assert answered.text.endswith("data: [DONE]\n\n")


def test_nothing_is_left_in_the_users_home(start: Callable[..., Gateway], tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    gateway = start(HOME=str(home), XDG_RUNTIME_DIR="")
    assert gateway.stop() == 0
    assert list(home.iterdir()) == []
