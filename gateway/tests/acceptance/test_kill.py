# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any instant neither loses nor doubles a debit."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from pathlib import Path

import httpx
import pytest
from chaos.clock import Clock
from chaos.installation import ENTRY
from chaos.invariants import Books, breaches, delivered_calls_are_billed, ledgers_add_up
from gateway_process import Gateway

#: `make -C gateway kills` kills twenty times.
ROUNDS, CONCURRENT = int(os.environ.get("KILLS", "6")), 200
LEASE_S, SWEPT_S, MOST_WAIT_S = 30, 20, 30


def test_killing_the_gateway_again_and_again_under_load_loses_and_doubles_nothing(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "clock")
    gateway = Gateway(tmp_path, command=(str(ENTRY),), RINGSIDE_TEST_CLOCK=str(clock.path))
    gateway.start()
    with gateway.client() as client:
        customer = client.post("/customers", json={"external_id": "under-fire"}).json()["id"]
        topup = client.post(f"/customers/{customer}/wallet/topup", json={"amount_usd": 1000})
        assert topup.status_code == 200, topup.text
    answered: list[str] = []
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    for round_number in range(ROUNDS):
        # Every other kill waits for answers, so that a busy machine proves as much as a quiet one.
        least = round_number % 2 * 10
        answered += asyncio.run(_round(gateway, customer, chance.uniform(0.1, 0.8), least))
        assert list(ledgers_add_up(Books.read(gateway))) == []
        gateway.start()
    clock.advance(LEASE_S + 1)
    deadline = time.monotonic() + SWEPT_S
    while gateway.rows("SELECT id FROM holds WHERE state = 'held'") and time.monotonic() < deadline:
        time.sleep(0.1)
    books = Books.read(gateway)
    assert breaches(books) + list(delivered_calls_are_billed(books, answered)) == []
    assert len(answered) > ROUNDS
    gateway.stop()


async def _round(gateway: Gateway, customer: str, kill_after_s: float, least: int) -> list[str]:
    """200 callers at once until the gateway dies, after `least` answers; the ids of those that arrived whole."""
    answered: list[str] = []
    headers = {"Authorization": f"Bearer {gateway.key}", "FC-Customer": customer}
    limits = httpx.Limits(max_connections=CONCURRENT)
    async with httpx.AsyncClient(base_url=gateway.url, headers=headers, limits=limits, timeout=20) as client:
        callers = [asyncio.create_task(_caller(client, answered, stream=n % 4 == 0)) for n in range(CONCURRENT)]
        await asyncio.sleep(kill_after_s)
        deadline = time.monotonic() + MOST_WAIT_S
        while len(answered) < least and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        gateway.kill()
        await asyncio.gather(*callers)
    return answered


async def _caller(client: httpx.AsyncClient, answered: list[str], *, stream: bool) -> None:
    body = {
        "model": "fc:openai/gpt-4o-mini",
        "messages": [{"role": "user", "content": "Write 30 words."}],
        "max_tokens": 60,
        "stream": stream,
    }
    while True:
        try:
            response = await client.post("/chat/completions", json=body)
        except httpx.TransportError:
            return
        assert response.status_code == 200, response.text
        assert not stream or response.text.endswith("data: [DONE]\n\n")
        answered.append(response.headers["x-request-id"])


def test_ctrl_c_stops_every_process_and_leaves_the_port_free(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)
    gateway.start()
    assert gateway.process is not None
    # A terminal tells every process of the command at once.
    os.killpg(gateway.process.pid, signal.SIGINT)
    assert gateway.process.wait(timeout=20) == 0
    assert "Traceback" not in (tmp_path / "gateway.log").read_text()
    with pytest.raises(ProcessLookupError):
        os.killpg(gateway.process.pid, 0)
    gateway.start()
    gateway.kill()


def test_killing_only_the_master_leaves_no_process_behind(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)
    gateway.start()
    assert gateway.process is not None
    gateway.process.kill()
    gateway.process.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.killpg(gateway.process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("processes of the gateway are still alive")


def test_a_key_of_an_earlier_start_is_used_again(tmp_path: Path) -> None:
    gateway = Gateway(tmp_path)
    gateway.start()
    first = gateway.key
    gateway.stop()
    gateway.start()
    assert gateway.key == first
    assert gateway.env_file.stat().st_mode & 0o777 == 0o600
    gateway.kill()
