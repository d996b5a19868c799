# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL away, frozen or read-only: 503 in time, never a wrong 401 or a free call, and back without a restart."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import psycopg2
import pytest
from chaos.databases import PostgresCluster
from gateway_process import Gateway
from leave_outs import EVERYTHING

INSTALLED = EVERYTHING or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
pytestmark = pytest.mark.skipif(not INSTALLED, reason="PostgreSQL is not installed: run `make services`")
CHAT = {"model": "fc:openai/gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 50}
SLOW = {"model": "fc:sandbox/slow-stream", "messages": [{"role": "user", "content": "Write 30 words."}], "stream": True}


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    with tempfile.TemporaryDirectory(prefix="ringside-faults-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        running = PostgresCluster(Path(folder))
        yield running
        running.close()


@pytest.fixture(scope="module")
def gateway(cluster: PostgresCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    running = Gateway(tmp_path_factory.mktemp("gateway"), RINGSIDE_DATABASE_URL=cluster.url)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def api(gateway: Gateway) -> Iterator[httpx.Client]:
    with gateway.client() as client:
        yield client


def chat(api: httpx.Client) -> httpx.Response:
    return api.post("/chat/completions", json=CHAT, headers={"FC-Customer": "cus_fault"})


def unavailable(answer: httpx.Response) -> bool:
    """Whether it is the documented 503."""
    if answer.status_code == 200:
        return False
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "service_unavailable"), answer.text
    assert (int(answer.headers["retry-after"]), answer.headers["x-should-retry"]) == (1, "true")
    return True


def eventually(true: Callable[[], bool], within_s: float = 30) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def postgres_processes(cluster: PostgresCluster) -> list[psutil.Process]:
    port = cluster.url.rpartition(":")[2].partition("/")[0]
    main = next(p for p in psutil.process_iter(["cmdline"]) if _serves(p.info["cmdline"] or [], port))
    return [main, *main.children(recursive=True)]


def _serves(command: list[str], port: str) -> bool:
    return "-D" in command and any(part == port for part in command) and command[0].endswith("postgres")


def test_a_database_away_at_the_start_is_waited_for(gateway: Gateway, cluster: PostgresCluster) -> None:
    assert gateway.stop() == 0
    cluster.stop()
    starting = threading.Thread(target=gateway.start, args=(60,))
    starting.start()
    address = gateway.url.removesuffix("/v1")

    def alive() -> bool:
        try:
            return httpx.get(f"{address}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    eventually(alive)
    assert unavailable(httpx.get(f"{address}/readyz"))
    with gateway.client() as api:
        assert unavailable(chat(api))
        cluster.start()
        starting.join()
        eventually(lambda: not unavailable(chat(api)))
    assert "calls get 503 until it is" in (gateway.folder / "gateway.log").read_text()


def test_a_stream_outlives_a_restart_of_the_database_and_is_debited_once(
    api: httpx.Client, cluster: PostgresCluster
) -> None:
    customer = api.post("/customers", json={"external_id": "restart"}).json()["id"]
    api.post(f"/customers/{customer}/wallet/topup", json={"amount_usd": 1})
    with api.stream("POST", "/chat/completions", json=SLOW, headers={"FC-Customer": customer}) as answer:
        lines = answer.iter_lines()
        next(lines)
        cluster.stop()
        threading.Timer(1.0, cluster.start).start()
        received = list(lines)
    assert received[-2:] == ["data: [DONE]", ""]
    eventually(lambda: api.get("/customers").status_code == 200)
    wallet = api.get(f"/customers/{customer}/wallet").json()
    assert [row["type"] for row in wallet["transactions"]["data"]] == ["debit", "topup"]
    assert wallet["held_usd"] == 0
    event = api.get(f"/usage/events/{answer.headers['x-request-id']}").json()
    assert (event["usage_source"], event["status"]) == ("provider", "completed")


def test_a_frozen_database_is_503_in_time_while_the_process_stays_alive(
    gateway: Gateway, api: httpx.Client, cluster: PostgresCluster
) -> None:
    assert chat(api).status_code == 200
    processes, address = postgres_processes(cluster), gateway.url.removesuffix("/v1")
    before = sum(child.memory_info().rss for child in psutil.Process(gateway.process.pid).children())  # type: ignore[union-attr]
    for process in processes:
        process.send_signal(signal.SIGSTOP)
    try:
        with ThreadPoolExecutor(60) as pool:
            began = time.monotonic()
            calls = [pool.submit(chat, api) for _ in range(60)]
            slowest = 0.0
            while not all(call.done() for call in calls):
                asked = time.monotonic()
                assert httpx.get(f"{address}/healthz").status_code == 200
                slowest = max(slowest, time.monotonic() - asked)
                time.sleep(0.1)
            assert all(unavailable(call.result()) for call in calls)
            assert time.monotonic() - began < 20
        assert slowest < 2
        assert unavailable(chat(api))
    finally:
        for process in processes:
            os.kill(process.pid, signal.SIGCONT)
    eventually(lambda: not unavailable(chat(api)))
    after = sum(child.memory_info().rss for child in psutil.Process(gateway.process.pid).children())  # type: ignore[union-attr]
    assert after - before < 30e6


def test_a_read_only_database_is_503_until_it_can_be_written(api: httpx.Client, cluster: PostgresCluster) -> None:
    assert chat(api).status_code == 200
    connection = psycopg2.connect(cluster.url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        cursor.execute("SELECT pg_reload_conf()")
        eventually(lambda: unavailable(chat(api)))
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute("ALTER SYSTEM RESET default_transaction_read_only")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()
    eventually(lambda: not unavailable(chat(api)))


def test_a_customers_row_that_stays_locked_is_503_for_its_calls_in_time(
    api: httpx.Client, cluster: PostgresCluster
) -> None:
    customer = api.post("/customers", json={"external_id": "locked"}).json()["id"]
    connection = psycopg2.connect(cluster.url)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM customers WHERE id = %s FOR UPDATE", (customer,))
        began = time.monotonic()
        assert unavailable(api.post("/chat/completions", json=CHAT, headers={"FC-Customer": customer}))
        assert time.monotonic() - began < 8
    connection.close()
    assert api.post("/chat/completions", json=CHAT, headers={"FC-Customer": customer}).status_code == 200
