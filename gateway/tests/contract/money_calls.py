# SPDX-License-Identifier: Apache-2.0
"""Calls as the money path sees them: an ask, its admission, its settlement, over a real database."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.admission import Admitted, Ask
from ringside_gateway.domain.books import Hold
from ringside_gateway.domain.pricing import Price
from ringside_gateway.domain.settlement import Consumption, Receipt
from ringside_gateway.domain.usage import Usage
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.holds import Place
from ringside_gateway.services.calls.settlement import Release, Settle
from ringside_gateway.services.calls.sweeper import Sweeper
from ringside_gateway.storage import holds
from ringside_gateway.storage.database import Database

PRICE = Price(input=10**9, output=10**10)


def an_ask(caller: Caller, customer_id: str, number: int, **changes: Any) -> Ask:
    """100 tokens in and at most 100 out: 0.0011 USD at the most."""
    facts = {"operation": "o", "model_requested": "m", "started_ms": 0, "tags": ["team:a", "app:b"]}
    values: dict[str, Any] = {
        "hold_id": f"hold_{number}",
        "request_id": f"req_{number}",
        "account": (caller.account_id, False),
        "customer_id": customer_id,
        "prices": [PRICE],
        "input_tokens": 100,
        "max_output_tokens": 100,
        "explicit_max": True,
        "lease_s": 30,
        "facts": facts,
    }
    return Ask(**{**values, **changes})


def admitted(keeper: Bookkeeper, ask: Ask) -> Admitted:
    """The call's admission, committed."""
    granted: Admitted = keeper.post(Place(ask))
    return granted


def used(output_tokens: int) -> Consumption:
    """100 tokens in, so many out."""
    usage = Usage(input_tokens=100, output_tokens=output_tokens)
    return Consumption("fc:a/b", "a", PRICE, usage, "completed", 1)


def settled(keeper: Bookkeeper, hold: Hold, output_tokens: int = 50) -> Receipt:
    """Its settlement, committed."""
    receipt: Receipt = keeper.post(Settle(hold, used(output_tokens)))
    return receipt


def released(keeper: Bookkeeper, hold: Hold) -> None:
    """Its release, committed."""
    keeper.post(Release(hold))


def died_in_mid_stream(database: Database, keeper: Bookkeeper, hold: Hold) -> None:
    """What the sweeper makes of a stream whose process died before it noted any token: its input is billed."""
    hold.facts |= {"model": "fc:a/b", "provider": "a", "price": PRICE.to_data()}
    with database.transaction() as tx:
        holds.start_delivery(tx, hold)
        holds.renew(tx, hold.id, 1, 0)
    Sweeper(database, keeper).sweep()


def call(keeper: Bookkeeper, ask: Ask) -> None:
    """One whole call of 50 tokens out, or what was granted."""
    granted = admitted(keeper, ask)
    settled(keeper, granted.hold, min(50, granted.max_output_tokens))
