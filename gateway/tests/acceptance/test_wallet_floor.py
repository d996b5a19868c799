# SPDX-License-Identifier: Apache-2.0
"""Concurrent calls cannot together overdraw a wallet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from chaos.invariants import Books, breaches
from gateway_process import Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    running = Gateway(tmp_path)
    running.start()
    yield running
    running.stop()


def test_sixty_four_calls_larger_than_the_wallet_never_take_it_below_zero(gateway: Gateway) -> None:
    with gateway.client() as client:
        customer = client.post("/customers", json={"external_id": "one-dollar"}).json()["id"]
        client.post(f"/customers/{customer}/wallet/topup", json={"amount_usd": 1})
    responses = asyncio.run(_burst(gateway, customer))
    refused = [response.json()["error"] for response in responses if response.status_code != 200]
    assert refused, "the wallet was large enough for all of them: the test proves nothing"
    assert {error["code"] for error in refused} == {"customer_wallet_empty"}
    assert {response.status_code for response in responses} == {200, 402}
    lowest = gateway.rows("SELECT MIN(balance_after_nano) FROM wallet_transactions WHERE owner_id = ?", customer)
    assert lowest[0][0] >= 0
    assert breaches(Books.read(gateway)) == []


async def _burst(gateway: Gateway, customer: str) -> list[httpx.Response]:
    """64 calls at once, each of which may cost up to 0.16 USD and takes a while, so that they really overlap."""
    headers = {"Authorization": f"Bearer {gateway.key}", "FC-Customer": customer}
    body = {
        "model": "fc:openai/gpt-4o",
        "messages": [{"role": "user", "content": "Write 2000 words."}],
        "max_tokens": 16_000,
        "stream": True,
    }
    limits = httpx.Limits(max_connections=64)
    async with httpx.AsyncClient(base_url=gateway.url, headers=headers, limits=limits, timeout=60) as client:
        return list(await asyncio.gather(*(client.post("/chat/completions", json=body) for _ in range(64))))
