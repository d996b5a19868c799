# SPDX-License-Identifier: Apache-2.0
"""One seed from its first call to the verdict: load, faults, recovery, the last lease, the invariants."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from chaos.actors import NANO, Client, Customer
from chaos.databases import UnderFire
from chaos.installation import Installation
from chaos.invariants import Books, breaches, contradictions
from chaos.journal import Journal, Operation
from chaos.plan import Fault, Plan

#: After this long every lease and every rate window of the load is over.
LEASES_S = 61.0
#: The background process looks for expired holds every two seconds; a killed one comes back within one.
SWEPT_S = 15.0
#: The load goes on beyond the plan until so many answers came through, for so long at most: a busy machine is slow.
ENOUGH, PATIENCE_S = 60, 30.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a seed found."""

    plan: Plan
    journal: Journal
    breaches: list[str]

    def __str__(self) -> str:
        head = f"seed {self.plan.seed} {self.plan.database}: {self.plan.gateways} gateways, {self.plan.kills} kills"
        return "\n".join([f"{head}, {self.journal.summary()}", *(f"  BREACH {text}" for text in self.breaches)])


def fight(plan: Plan, folder: Path, database: UnderFire, bug: str | None = None) -> Verdict:
    """Runs the plan against gateways of its own in `folder`."""
    installation = Installation(folder, database, plan.gateways, bug)
    journal = Journal()
    try:
        installation.start(plan.account_usd)
        _shortly_before_month_end(installation, plan)
        asyncio.run(_load(installation, plan, journal))
        database.disk.free()
        database.start()
        installation.recovered()
        installation.clock.advance(LEASES_S)
        _wait_until_swept(database)
        books = Books.read(database)
        found = breaches(books) + contradictions(books, journal) + installation.complaints()
    finally:
        installation.stop()
    return Verdict(plan, journal, found)


def _shortly_before_month_end(installation: Installation, plan: Plan) -> None:
    now = installation.clock.now()
    moment = datetime.fromtimestamp(now, UTC)
    year, month = divmod(moment.year * 12 + moment.month, 12)
    month_end = datetime(year, month + 1, 1, tzinfo=UTC).timestamp()
    installation.clock.advance(month_end - now - plan.month_ends_at_s - 1.0)


async def _load(installation: Installation, plan: Plan, journal: Journal) -> None:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    clients = [
        httpx.AsyncClient(
            base_url=gateway.url, headers={"Authorization": f"Bearer {gateway.key}"}, limits=limits, timeout=20
        )
        for gateway in installation.gateways
    ]
    customers = await _customers(clients[0], plan, journal)
    actors = [Client(f"{plan.seed}-{n}", clients, customers, journal) for n in range(plan.size.clients)]
    working = [asyncio.create_task(actor.work()) for actor in actors]
    began = time.monotonic()
    outages = asyncio.Lock()
    faults = [asyncio.create_task(_strike(installation, fault, began, outages)) for fault in plan.faults]
    await asyncio.sleep(plan.size.seconds)
    await asyncio.gather(*faults)
    while journal.answers["200"] < ENOUGH and time.monotonic() < began + PATIENCE_S:
        await asyncio.sleep(0.05)
    for task in working:
        task.cancel()
    for ended in await asyncio.gather(*working, return_exceptions=True):
        if not isinstance(ended, asyncio.CancelledError):
            raise ended if isinstance(ended, BaseException) else AssertionError("a client stopped working")
    for client in clients:
        await client.aclose()


async def _customers(client: httpx.AsyncClient, plan: Plan, journal: Journal) -> Sequence[Customer]:
    made = []
    for wanted in plan.customers:
        fields = {
            "external_id": wanted.name,
            "budget_usd": wanted.budget_usd,
            "rate_limit_rpm": wanted.rpm,
            "rate_limit_tpm": wanted.tpm,
        }
        created = await client.post("/customers", json=fields)
        assert created.status_code == 200, created.text
        customer = created.json()["id"]
        if wanted.wallet_usd is not None:
            topup = await client.post(f"/customers/{customer}/wallet/topup", json={"amount_usd": wanted.wallet_usd})
            assert topup.status_code == 200, topup.text
        if wanted.budget_usd is not None:
            first = Operation("first", "first budget", customer, amount_nano=round(wanted.budget_usd * NANO))
            journal.operations.append(first)
        has_wallet, has_budget = wanted.wallet_usd is not None, wanted.budget_usd is not None
        made.append(Customer(customer, wanted.model, has_wallet, has_budget, plan.size.money))
    return made


async def _strike(installation: Installation, fault: Fault, began: float, outages: asyncio.Lock) -> None:
    """`outages` keeps those of the database apart, also on a machine that is too busy to end one in time."""
    await asyncio.sleep(max(0.0, began + fault.at_s - time.monotonic()))
    database = installation.database
    if fault.kind == "kill gateway":
        await asyncio.to_thread(installation.kill_gateway, fault.gateway)
    elif fault.kind == "kill process":
        installation.kill_process(fault.gateway, fault.child)
    elif fault.kind == "reload":
        installation.reload(fault.gateway)
    elif fault.kind == "fill disk":
        async with outages:
            await asyncio.to_thread(database.disk.fill)
            await asyncio.sleep(fault.lasts_s)
            database.disk.free()
            await asyncio.to_thread(database.start)
    elif fault.kind == "kill redis":
        installation.redis.kill()
        await asyncio.sleep(fault.lasts_s)
        await asyncio.to_thread(installation.redis.start)
    elif fault.kind == "stop database":
        async with outages:
            await asyncio.to_thread(database.stop)
            await asyncio.sleep(fault.lasts_s)
            await asyncio.to_thread(database.start)


def _wait_until_swept(database: UnderFire) -> None:
    deadline = time.monotonic() + SWEPT_S
    while database.rows("SELECT id FROM holds WHERE state = 'held'") and time.monotonic() < deadline:
        time.sleep(0.1)
