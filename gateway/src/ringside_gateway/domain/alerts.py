# SPDX-License-Identifier: Apache-2.0
"""Events a threshold causes, each once: budget at 80 and 100 % a month and cap, wallet low and empty until refilled,
rate limits once a minute.

Written to the outbox with the change that crossed the line (product page, Money).
"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.books import EMPTY, LOW, QUIET, AccountBook, Books, CustomerBook, PendingEvent
from ringside_gateway.domain.customers import month_end
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.money import to_usd

WARNING_PERCENT = 80
#: A subject that keeps running into its rate limit is reported once in this time.
RATE_ALERT_S = 60


def report(books: Books, customer: CustomerBook, event_type: str, data: dict[str, Any]) -> None:
    """Queues an event about a customer."""
    subject = {"customer": customer.id, "external_id": customer.external_id}
    books.events.append(
        PendingEvent(
            new_id("evt", books.now), customer.account_id, customer.livemode, event_type, subject | data, int(books.now)
        )
    )


def check_budget(books: Books, customer: CustomerBook, *, refused: bool = False) -> None:
    """Reports the warning and the exceeded cap, each once per month and cap; a refusal counts as exceeded."""
    if customer.budget_nano is None:
        return
    cap = f"{customer.spend_month}:{customer.budget_nano}"
    reached = 0
    if refused or customer.spend_nano >= customer.budget_nano:
        reached = 2
    elif customer.spend_nano * 100 >= customer.budget_nano * WARNING_PERCENT:
        reached = 1
    told = int(customer.budget_alert.rpartition(":")[2] or 0) if customer.budget_alert.startswith(cap + ":") else 0
    data = {
        "budget_usd": to_usd(customer.budget_nano),
        "spend_usd_mtd": to_usd(customer.spend_nano),
        "resets_at": month_end(books.now),
    }
    for level, event_type in ((1, "budget.warning"), (2, "budget.exceeded")):
        if told < level <= reached and not (level == 1 and reached == 2):
            report(books, customer, event_type, data)
    if reached > told:
        customer.budget_alert, customer.dirty = f"{cap}:{reached}", True


def check_wallet(books: Books, customer: CustomerBook, *, refused: bool = False) -> None:
    """Reports a wallet that fell through its threshold or to zero, once until it rises above again."""
    if customer.balance_nano is None:
        return
    state = QUIET
    if customer.balance_nano <= 0 or refused:
        state = EMPTY
    elif customer.balance_nano < customer.low_threshold_nano:
        state = LOW
    if state > customer.wallet_alert:
        report(
            books,
            customer,
            "wallet.empty" if state == EMPTY else "wallet.low",
            {
                "balance_usd": to_usd(customer.balance_nano),
                "threshold_usd": to_usd(customer.low_threshold_nano),
            },
        )
    # A refusal is no reading of the balance: only a balance above the threshold clears the alert.
    if state > customer.wallet_alert or (not refused and state < customer.wallet_alert):
        customer.wallet_alert, customer.dirty = state, True


def check_rate(books: Books, owner: AccountBook | CustomerBook, refusal: GatewayError) -> None:
    """Reports that a rate limit refused a call of this customer (or, in the account's layer, of this account)."""
    if books.now - owner.rate_alert_at < RATE_ALERT_S:
        return
    owner.rate_alert_at, owner.dirty = int(books.now), True
    data = {name: refusal.facts[name] for name in ("layer", "limit", "unit")}
    data["retry_after_seconds"] = refusal.retry_after_seconds
    if isinstance(owner, CustomerBook):
        report(books, owner, "rate_limit.exceeded", data)
    else:
        event_id, data = new_id("evt", books.now), {"customer": None, "external_id": None} | data
        event = PendingEvent(event_id, owner.id, owner.livemode, "rate_limit.exceeded", data, int(books.now))
        books.events.append(event)
