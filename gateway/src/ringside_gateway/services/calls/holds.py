# SPDX-License-Identifier: Apache-2.0
"""Reserve the most a call can cost: limits, budget and wallets in one transaction, before any provider is called."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain.admission import Admitted, Ask, admit
from ringside_gateway.domain.books import Books, Selection
from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.pricing import Price
from ringside_gateway.domain.upstream import Target
from ringside_gateway.providers.tokens import estimate_input_tokens
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.limits import FrontLimits
from ringside_gateway.storage.database import Transaction

#: A hold whose process died is settled by the sweeper after this long; living ones renew it.
LEASE_S = 30


@dataclass(frozen=True, slots=True)
class Place:
    """The bookkeeper's entry for one admission."""

    ask: Ask

    def selection(self) -> Selection:
        """Account, customer and windows of the call."""
        customers = [self.ask.customer_id] if self.ask.customer_id else []
        return Selection([self.ask.account], customers, self.ask.subjects())

    def apply(self, books: Books) -> Admitted:
        """Decides; raises the refusal."""
        return admit(books, self.ask)

    def finish(self, tx: Transaction, result: Admitted) -> None:
        """Nothing more to commit."""


class Holds:
    """Places holds. `output_cap` is the operator's limit on output tokens, None for the model's own."""

    def __init__(
        self,
        bookkeeper: Bookkeeper,
        output_cap: int | None = None,
        allow_unpriced: bool = False,
        front: FrontLimits | None = None,
    ) -> None:
        self._front = front
        self._bookkeeper = bookkeeper
        self._output_cap = output_cap
        self._allow_unpriced = allow_unpriced

    def place(self, call: Call, customer_id: str | None, targets: Sequence[Target]) -> Admitted:
        """Admits the call and returns its hold; amounts are nano-dollars.

        Refusals: the three 429 codes, then the three 402 codes, 400 `model_not_priced`.
        """
        asked, choices = _asked_max(call.body), choices_of(call.body)
        ceiling = max(self._max_output(target) for target in targets)
        ask = Ask(
            hold_id=new_id("hold", time.time()),
            request_id=call.request_id,
            account=(call.caller.account_id, call.caller.livemode),
            customer_id=customer_id,
            prices=[self._price(target) for target in targets],
            input_tokens=estimate_input_tokens(call.body, [target.facts for target in targets]),
            max_output_tokens=(ceiling if asked is None else min(asked, ceiling)) * choices,
            explicit_max=asked is not None,
            lease_s=LEASE_S,
            facts=_facts(call),
            token_id=call.caller.credential_id if call.caller.kind == "client_token" else None,
            token_rpm=call.caller.rate_limit_rpm,
            idempotency_key=call.reservation.key if call.reservation else None,
            choices=choices,
        )
        return self._admitted(ask)

    def upstream_max_tokens(self, call: Call, admitted: Admitted) -> int | None:
        """What the provider must be told to stop at, per choice; None leaves the caller's own wish as it is."""
        granted = admitted.max_output_tokens // choices_of(call.body)
        asked = _asked_max(call.body)
        capped = self._output_cap is not None and granted < (asked or granted + 1)
        return granted if admitted.clamped or capped else None

    def _admitted(self, ask: Ask) -> Admitted:
        if self._front is not None:
            ask = self._front.take(ask)
        try:
            admitted: Admitted = self._bookkeeper.post(Place(ask))
        except BaseException:
            if self._front is not None:
                self._front.give_back(ask)
            raise
        return admitted

    def _max_output(self, target: Target) -> int:
        most = target.facts.max_output_tokens
        return most if self._output_cap is None else min(most, self._output_cap)

    def _price(self, target: Target) -> Price:
        if target.facts.price is not None:
            return target.facts.price
        if self._allow_unpriced:
            return Price()
        raise GatewayError("model_not_priced", param="model", model=target.ref)


def choices_of(body: dict[str, Any]) -> int:
    """How many answers one call asks for (`n`)."""
    return max(1, int(body.get("n") or 1))


def _asked_max(body: dict[str, Any]) -> int | None:
    """What one choice may have; 400 where both names say something, as OpenAI answers it: only one can be held."""
    older, newer = body.get("max_tokens"), body.get("max_completion_tokens")
    if older is not None and newer is not None:
        message = "`max_tokens` and `max_completion_tokens` are two names of one limit: send one of them."
        raise GatewayError("invalid_request", message, param="max_tokens")
    asked = newer if older is None else older
    return None if asked is None else int(asked)


def _facts(call: Call) -> dict[str, Any]:
    model = call.body.get("model", "")
    return {
        "operation": call.operation,
        "model_requested": model if isinstance(model, str) else ",".join(model),
        "tags": list(call.tags),
        "stream": call.stream,
        "started_ms": int(time.time() * 1000),
    }
