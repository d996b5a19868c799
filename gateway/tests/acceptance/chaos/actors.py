# SPDX-License-Identifier: Apache-2.0
"""The clients: each does one thing after another, on any gateway, and retries it as an SDK would."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
from chaos.journal import CONFIRMED, REFUSED, Journal, Operation

ATTEMPTS = 6
#: What a client may be told while the gateways are under fire; everything else is written down as strange.
REFUSALS = {
    "customer_wallet_empty": 402,
    "customer_budget_exceeded": 402,
    "wallet_empty": 402,
    "customer_rate_limit_exceeded": 429,
    "refund_exceeds_debit": 400,
}
PASSING = {"idempotency_in_progress": 409, "service_unavailable": 503}
LOST = "idempotency_answer_lost"
WEIGHTS = {"chat": 8, "stream": 4, "cancelled": 2, "topup": 2, "refund": 2, "adjust": 1, "budget": 1}
NANO = 10**9


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer that exists, the model it asks for, and what multiplies its top-ups and budgets."""

    id: str
    model: str
    has_wallet: bool
    has_budget: bool
    money: float


class Client:
    """One of many; all it does follows from the seed, except for what the gateways answer."""

    def __init__(
        self, name: str, gateways: Sequence[httpx.AsyncClient], customers: Sequence[Customer], journal: Journal
    ) -> None:
        self._name, self._gateways, self._customers, self._journal = name, gateways, customers, journal
        self._chance = random.Random(name)
        self._count = 0

    async def work(self) -> None:
        """Goes on until it is cancelled."""
        while True:
            customer = self._chance.choice(self._customers)
            kind = self._chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
            if kind in ("topup", "refund", "adjust") and not customer.has_wallet:
                kind = "chat"
            if kind == "budget" and not customer.has_budget:
                kind = "stream"
            await getattr(self, f"_{kind}")(customer)
            await asyncio.sleep(self._chance.uniform(0, 0.02))

    async def _chat(self, customer: Customer) -> None:
        operation = self._begin("chat", customer, keyed=self._chance.random() < 0.7)
        await self._retried(operation, "/chat/completions", self._words(customer))

    async def _stream(self, customer: Customer) -> None:
        operation = self._begin("stream", customer, keyed=self._chance.random() < 0.5)
        await self._retried(operation, "/chat/completions", self._words(customer) | {"stream": True})

    async def _cancelled(self, customer: Customer) -> None:
        """Leaves after some events, or before the first."""
        operation = self._begin("cancelled", customer, keyed=False)
        body = self._words(customer) | {"stream": True}
        stay = self._chance.randint(0, 12)
        try:
            async with self._gateway().stream(
                "POST", "/chat/completions", json=body, headers=_headers(operation)
            ) as answer:
                if answer.status_code != 200:
                    await answer.aread()
                    self._over(operation, answer)
                    return
                async for _ in answer.aiter_lines():
                    stay -= 1
                    if stay < 0:
                        return
        except httpx.TransportError:
            self._journal.answers["cut off"] += 1

    async def _topup(self, customer: Customer) -> None:
        amount = round(self._chance.uniform(0.0005, 0.02) * customer.money, 6)
        operation = self._begin("topup", customer, amount)
        await self._retried(
            operation, f"/customers/{customer.id}/wallet/topup", {"amount_usd": amount, "description": operation.key}
        )

    async def _adjust(self, customer: Customer) -> None:
        amount = round(self._chance.uniform(-0.001, 0.001), 6) or 0.0001
        operation = self._begin("adjust", customer, amount)
        await self._retried(
            operation, f"/customers/{customer.id}/wallet/adjust", {"amount_usd": amount, "reason": operation.key}
        )

    async def _refund(self, customer: Customer) -> None:
        """Of any recent debit, in whole or in part, sometimes of one that was given back before."""
        try:
            listed = await self._gateway().get(f"/customers/{customer.id}/wallet/transactions", params={"limit": 30})
        except httpx.TransportError:
            return
        debits = [row for row in listed.json().get("data", ()) if row["type"] == "debit"]
        if debits:
            debit = self._chance.choice(debits)
            operation = self._begin("refund", customer)
            body: dict[str, Any] = {"transaction_id": debit["id"]}
            if self._chance.random() < 0.5 and debit["amount_usd"]:
                body["amount_usd"] = round(-debit["amount_usd"] * self._chance.uniform(0.1, 1), 9) or 1e-9
            await self._retried(operation, f"/customers/{customer.id}/wallet/refund", body)

    async def _budget(self, customer: Customer) -> None:
        amount = round(self._chance.uniform(0.001, 0.03) * customer.money, 6)
        operation = self._begin("budget", customer, amount)
        await self._retried(operation, f"/customers/{customer.id}", {"budget_usd": amount})

    def _begin(
        self, kind: str, customer: Customer, amount_usd: float | None = None, *, keyed: bool = True
    ) -> Operation:
        self._count += 1
        amount = None if amount_usd is None else int(Decimal(str(amount_usd)) * NANO)
        operation = Operation(f"{self._name}-{self._count}", kind, customer.id, keyed, amount)
        self._journal.operations.append(operation)
        return operation

    def _words(self, customer: Customer) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": customer.model,
            "messages": [{"role": "user", "content": f"Write {self._chance.randint(1, 60)} words."}],
        }
        return body | ({"max_tokens": self._chance.randint(16, 120)} if self._chance.random() < 0.8 else {})

    def _gateway(self) -> httpx.AsyncClient:
        return self._chance.choice(self._gateways)

    async def _retried(self, operation: Operation, path: str, body: dict[str, Any]) -> None:
        """With a key it asks again, on any gateway, after a cut or a passing fault; without one it asks once."""
        for attempt in range(ATTEMPTS if operation.keyed else 1):
            try:
                answer = await self._gateway().post(path, json=body, headers=_headers(operation))
                if self._over(operation, answer):
                    return
            except httpx.TransportError:
                self._journal.answers["cut off"] += 1
            await asyncio.sleep(self._chance.uniform(0.02, 0.1) * 2**attempt)

    def _over(self, operation: Operation, answer: httpx.Response) -> bool:
        """Whether this answer is the last word; notes what it means."""
        if answer.status_code == 200:
            whole = operation.kind not in ("stream", "cancelled") or answer.text.endswith("data: [DONE]\n\n")
            self._journal.answers["200" if whole else "broken stream"] += 1
            if whole:
                operation.outcome, operation.result = CONFIRMED, _result(operation, answer)
            return whole
        code = _code(answer)
        self._journal.answers[f"{answer.status_code} {code}"] += 1
        if REFUSALS.get(code) == answer.status_code:
            operation.outcome = REFUSED
        elif code not in (*PASSING, LOST) or (code == "service_unavailable" and "retry-after" not in answer.headers):
            self._journal.strange.append(f"{operation.kind}: {answer.status_code} {answer.text[:300]}")
        return code not in PASSING


def _headers(operation: Operation) -> dict[str, str]:
    headers = {"FC-Customer": operation.customer, "FC-Tag": operation.key}
    return headers | ({"Idempotency-Key": operation.key} if operation.keyed else {})


def _code(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return "no envelope"


def _result(operation: Operation, answer: httpx.Response) -> str | None:
    """What to look for in the books; a replayed answer has a request id of its own that says nothing."""
    if operation.kind in ("topup", "refund", "adjust"):
        return str(answer.json()["id"])
    return None
