# SPDX-License-Identifier: Apache-2.0
"""Events a threshold causes, each once: budget at 80 and 100 % a month and cap, wallet low and empty until refilled,
rate limits once a minute.

Written to the outbox with the change that crossed the line (product page, Money).
"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain import ledger
from ringside_gateway.domain.books import EMPTY, LOW, QUIET, AccountBook, Books, CustomerBook, PendingEvent
from ringside_gateway.domain.customers import month_end
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.money import to_usd

WARNING_PERCENT = 80
#: A subject that keeps running into its rate limit is reported once in this time.
RATE_ALERT_S = 60


def report(books: Books, customer: CustomerBook, event_type: str, shown: dict[str, Any]) -> None:
    """Queues an event about a customer, with the object it is about."""
    books.events.append(
        PendingEvent(
            new_id("evt", books.now), customer.account_id, customer.livemode, event_type, shown, int(books.now)
        )
    )


def wallet(books: Books, customer: CustomerBook) -> dict[str, Any]:
    """A wallet as events show it: its history is what just happened."""
    rows = [ledger.shown(row, livemode) for row, _, livemode in reversed(books.ledger) if row.owner_id == customer.id]
    return {
        "object": "wallet",
        "customer": customer.id,
        "external_id": customer.external_id,
        "balance_usd": to_usd(customer.balance_nano or 0),
        "held_usd": to_usd(customer.held_nano),
        "low_threshold_usd": to_usd(customer.low_threshold_nano),
        "transactions": {
            "object": "list",
            "data": rows,
            "has_more": True,
            "next_cursor": rows[-1]["id"] if rows else None,
            "first_id": rows[0]["id"] if rows else None,
            "last_id": rows[-1]["id"] if rows else None,
        },
        "livemode": customer.livemode,
    }


def check_budget(books: Books, customer: CustomerBook, *, refused: bool = False) -> None:
    """Reports the warning and the exceeded cap, each once per month and cap; a refusal counts as exceeded.

    One call may cross both lines: who listens for one of the two hears it.
    """
    if customer.budget_nano is None:
        return
    cap = f"{customer.spend_month}:{customer.budget_nano}"
    warned = customer.spend_nano * 100 >= customer.budget_nano * WARNING_PERCENT > 0
    reached = 2 if refused or customer.spend_nano >= customer.budget_nano else int(warned)
    told = int(customer.budget_alert.rpartition(":")[2] or 0) if customer.budget_alert.startswith(cap + ":") else 0
    data = {
        "object": "budget",
        "customer": customer.id,
        "external_id": customer.external_id,
        "budget_usd": to_usd(customer.budget_nano),
        "spend_usd_mtd": to_usd(customer.spend_nano),
        "resets_at": month_end(books.now),
        "livemode": customer.livemode,
    }
    for level, event_type in ((1, "budget.warning"), (2, "budget.exceeded")):
        if told < level <= reached and (level == 2 or warned):
            report(books, customer, event_type, data)
    if reached > told:
        customer.budget_alert, customer.dirty = f"{cap}:{reached}", True


def check_wallet(books: Books, customer: CustomerBook, *, refused: bool = False) -> None:
    """Reports a wallet that fell through its threshold or to zero, once until it rises above again."""
    if customer.balance_nano is None:
        return
    low = customer.balance_nano < customer.low_threshold_nano
    state = LOW if low else QUIET
    if customer.balance_nano <= 0 or refused:
        state = EMPTY
    for level, event_type in ((LOW, "wallet.low"), (EMPTY, "wallet.empty")):
        if customer.wallet_alert < level <= state and (level == EMPTY or low):
            report(books, customer, event_type, wallet(books, customer))
    # A refusal is no reading of the balance: only a balance above the threshold clears the alert.
    if state > customer.wallet_alert or (not refused and state < customer.wallet_alert):
        customer.wallet_alert, customer.dirty = state, True


def check_rate(books: Books, owner: AccountBook | CustomerBook, refusal: GatewayError) -> None:
    """Reports that a rate limit refused a call of this customer (or, in the account's layer, of this account)."""
    if books.now - owner.rate_alert_at < RATE_ALERT_S:
        return
    owner.rate_alert_at, owner.dirty = int(books.now), True
    customer = owner if isinstance(owner, CustomerBook) else None
    shown = {
        "object": "rate_limit",
        "layer": refusal.facts["layer"],
        "customer": customer.id if customer else None,
        "external_id": customer.external_id if customer else None,
        "unit": refusal.facts["unit"],
        "limit": refusal.facts["limit"],
        "retry_after_seconds": refusal.retry_after_seconds,
        "livemode": owner.livemode,
    }
    account_id = customer.account_id if customer else owner.id
    event_id = new_id("evt", books.now)
    books.events.append(
        PendingEvent(event_id, account_id, owner.livemode, "rate_limit.exceeded", shown, int(books.now))
    )
