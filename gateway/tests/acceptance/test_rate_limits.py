# SPDX-License-Identifier: Apache-2.0
"""Four processes, 64 clients, 60 requests and 10,000 tokens a minute: never one call or one token more, in any minute.

A few seconds here; `make -C gateway limits` goes on for minutes, so that many windows slide past.
"""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from gateway_process import Gateway
from leave_outs import leave_out

SECONDS = float(os.environ.get("RINGSIDE_TEST_LIMITS_S", "3"))
CLIENTS, RPM, TPM, WINDOW_S, PATIENCE_S = 64, 60, 10_000, 60.0, 45.0
POSTGRES, REDIS = "RINGSIDE_TEST_POSTGRES_URL", "RINGSIDE_TEST_REDIS_URL"
STORES = {"sqlite": {}, "postgresql": {"RINGSIDE_DATABASE_URL": POSTGRES}, "redis": {"RINGSIDE_REDIS_URL": REDIS}}


@dataclass(frozen=True, slots=True)
class Admitted:
    """A call that was let in at some moment between these two, and the tokens it used."""

    sent: float
    answered: float
    tokens: int


@dataclass
class Siege:
    """Goes on for its time, and on a busy machine until both customers were refused, or nothing is proven."""

    until: float
    refused: set[str] = field(default_factory=set)

    def goes_on(self, now: float) -> bool:
        return now < self.until or (len(self.refused) < 2 and now < self.until + PATIENCE_S)


@pytest.fixture(params=STORES)
def gateway(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Gateway]:
    needed = STORES[request.param]
    if missing := [name for name in needed.values() if name not in os.environ]:
        leave_out(f"{missing[0]} is not set: run `make services` and source build/services/env")
    environment = {setting: os.environ[name] for setting, name in needed.items()}
    running = Gateway(tmp_path, RINGSIDE_WORKERS="4", **environment)
    running.start()
    yield running
    running.stop()


def customer(gateway: Gateway) -> str:
    with gateway.client() as client:
        fields = {"external_id": uuid.uuid4().hex, "rate_limit_rpm": RPM, "rate_limit_tpm": TPM}
        return str(client.post("/customers", json=fields).json()["id"])


async def besieged(gateway: Gateway, customers: dict[str, dict]) -> dict[str, list[Admitted]]:
    """Every client asks as fast as it is answered, for its customer."""
    siege = Siege(time.monotonic() + SECONDS)
    admitted: dict[str, list[Admitted]] = {name: [] for name in customers}
    headers = {"Authorization": f"Bearer {gateway.key}"}
    limits = httpx.Limits(max_connections=CLIENTS)
    async with httpx.AsyncClient(base_url=gateway.url, headers=headers, limits=limits, timeout=30) as client:
        names = [list(customers)[number % len(customers)] for number in range(CLIENTS)]
        await asyncio.gather(*(_ask(client, name, customers[name], admitted[name], siege) for name in names))
    return admitted


async def _ask(client: httpx.AsyncClient, name: str, body: dict, admitted: list[Admitted], siege: Siege) -> None:
    while siege.goes_on(sent := time.monotonic()):
        answer = await client.post("/chat/completions", json=body, headers={"FC-Customer": name})
        if answer.status_code == 200:
            admitted.append(Admitted(sent, time.monotonic(), answer.json()["usage"]["total_tokens"]))
        else:
            assert answer.json()["error"]["code"] == "customer_rate_limit_exceeded", answer.text
            assert 1 <= int(answer.headers["retry-after"]) <= 62
            siege.refused.add(name)
            await asyncio.sleep(0.02)


def most_in_a_minute(calls: list[Admitted], weight: Callable[[Admitted], int]) -> int:
    """The largest sum over calls that were certainly let in within one and the same minute."""
    return max(
        sum(weight(other) for other in calls if call.sent <= other.sent and other.answered <= call.sent + WINDOW_S)
        for call in calls
    )


def test_no_minute_sees_one_call_or_one_token_too_many(gateway: Gateway) -> None:
    messages = [{"role": "user", "content": "Write 300 words."}]
    short = {"model": "fc:openai/gpt-4o-mini", "messages": messages, "max_tokens": 20}
    long = {"model": "fc:openai/gpt-4o-mini", "messages": messages, "max_tokens": 500}
    many, large = customer(gateway), customer(gateway)
    admitted = asyncio.run(besieged(gateway, {many: short, large: long}))
    assert most_in_a_minute(admitted[many], lambda call: 1) == RPM
    assert most_in_a_minute(admitted[large], lambda call: 1) <= RPM
    most = most_in_a_minute(admitted[large], lambda call: call.tokens)
    assert 0.5 * TPM < most <= TPM
    if SECONDS > WINDOW_S:
        assert len(admitted[many]) > RPM
        print(f"{len(admitted[many])} calls and {sum(call.tokens for call in admitted[large])} tokens in {SECONDS:g} s")
