# SPDX-License-Identifier: Apache-2.0
"""What one seed does: which customers, how many gateways, which faults and when. The same seed, the same plan."""

from __future__ import annotations

import random
from dataclasses import dataclass

SQLITE, POSTGRESQL = "sqlite", "postgresql"
KILLS = ("kill gateway", "kill process")
#: Fault and how long it lasts at least and at most, in seconds.
OUTAGES = {"fill disk": (0.3, 1.0), "stop database": (0.2, 1.0), "kill redis": (0.1, 1.5)}
#: What the account has in its own wallet: none, one that some calls empty, one that lasts.
ACCOUNT_WALLETS_USD = (None, 0.05, 1000.0)
#: The default model of a customer is so dear that a small wallet is empty after a few calls.
CHEAP, DEAR = "fc:openai/gpt-4o-mini", "fc:openai/gpt-4o"


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything. `SHORT` is for every test run, `LONG` for the chaos target, `SCARCE` has load alone.

    `money` multiplies small wallets, budgets and top-ups. Where there is little, those whom it bounds are alone, and
    their calls fight for the last of it.
    """

    seconds: float
    clients: int
    most_gateways: int
    kills: int
    #: Share of the kills, after the first, that take all processes of a gateway at once.
    whole_gateways: float
    money: float = 1.0


SHORT = Size(seconds=3.5, clients=12, most_gateways=2, kills=5, whole_gateways=0.0)
SCARCE = Size(seconds=2.0, clients=16, most_gateways=2, kills=0, whole_gateways=0.0, money=0.2)
LONG = Size(seconds=7.0, clients=24, most_gateways=4, kills=6, whole_gateways=0.3)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong `at_s` seconds after the load began; outages end after `lasts_s`.

    `child` chooses among a gateway's processes: web workers and the background process, the oldest first.
    """

    at_s: float
    kind: str
    gateway: int = 0
    child: int = 0
    lasts_s: float = 0.0


@dataclass(frozen=True, slots=True)
class CustomerPlan:
    """A customer and what bounds it; None is no bound of that kind."""

    name: str
    model: str = CHEAP
    wallet_usd: float | None = None
    budget_usd: float | None = None
    rpm: int | None = None
    tpm: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a seed decides ahead; `month_ends_at_s` is when the clock crosses into the next month.

    `account_usd` is what the account's own wallet starts with, None where it has none.
    """

    seed: int
    database: str
    size: Size
    gateways: int
    customers: tuple[CustomerPlan, ...]
    faults: tuple[Fault, ...]
    month_ends_at_s: float
    account_usd: float | None

    @property
    def kills(self) -> int:
        """How many times something is killed -9."""
        return sum(fault.kind in KILLS for fault in self.faults)


def plan(seed: int, database: str, size: Size) -> Plan:
    """The plan of a seed."""
    chance = random.Random(f"{seed}:{database}")
    gateways = chance.randint(2, size.most_gateways)
    return Plan(
        seed,
        database,
        size,
        gateways,
        customers=_customers(chance, size.money),
        faults=tuple(sorted(_faults(chance, database, size, gateways), key=lambda fault: fault.at_s)),
        month_ends_at_s=chance.uniform(0.3, 0.8) * size.seconds,
        account_usd=chance.choice(ACCOUNT_WALLETS_USD),
    )


def _customers(chance: random.Random, money: float) -> tuple[CustomerPlan, ...]:
    def some(least: float, most: float) -> float:
        return round(chance.uniform(least, most) * money, 6)

    bounded = (
        CustomerPlan("poor", model=DEAR, wallet_usd=some(0.002, 0.02)),
        CustomerPlan("frugal", model=DEAR, budget_usd=some(0.002, 0.02)),
        CustomerPlan("both", model=DEAR, wallet_usd=0.02 * money, budget_usd=some(0.01, 0.03)),
    )
    if money < 1:
        return bounded
    return (
        CustomerPlan("plenty", wallet_usd=1000.0),
        *bounded,
        CustomerPlan("seldom", wallet_usd=10.0, rpm=chance.randint(5, 40)),
        CustomerPlan("terse", wallet_usd=10.0, tpm=chance.randint(500, 4000)),
        CustomerPlan("free"),
    )


def _faults(chance: random.Random, database: str, size: Size, gateways: int) -> list[Fault]:
    if not size.kills:
        return []

    def moment() -> float:
        return round(chance.uniform(0.1, 0.9) * size.seconds, 2)

    faults = [Fault(moment(), "kill gateway", chance.randrange(gateways))]
    for number in range(size.kills - 1):
        kind = "kill gateway" if chance.random() < size.whole_gateways else "kill process"
        faults.append(Fault(moment(), kind, chance.randrange(gateways), child=number))
    faults.append(Fault(moment(), "reload", chance.randrange(gateways)))
    kinds = ["fill disk"] + ["stop database"] * (database == POSTGRESQL)
    # Outages follow one another: a stopped database cannot be told from one whose disk is full.
    pause = size.seconds / len(kinds)
    for number, kind in enumerate(chance.sample(kinds, len(kinds))):
        lasts = chance.uniform(*OUTAGES[kind])
        at = number * pause + chance.uniform(0.1, max(0.2, pause - lasts - 0.2))
        faults.append(Fault(round(at, 2), kind, lasts_s=round(lasts, 2)))
    faults.append(Fault(moment(), "kill redis", lasts_s=round(chance.uniform(*OUTAGES["kill redis"]), 2)))
    return faults
