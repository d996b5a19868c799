# SPDX-License-Identifier: Apache-2.0
"""Settlement: turns a hold into one usage event and one debit, or gives it back; exactly once.

A settlement that comes after the sweeper already billed an estimate posts the difference as a correction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ringside_gateway.domain.alerts import check_budget, check_wallet
from ringside_gateway.domain.books import AccountBook, Books, CustomerBook, Hold, PendingEvent
from ringside_gateway.domain.customers import month_bounds, month_of
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.ledger import ADJUST, DEBIT, Transaction
from ringside_gateway.domain.pricing import Price, billable_nano, cost_nano
from ringside_gateway.domain.usage import Usage
from ringside_gateway.domain.usage_reports import AMOUNTS, TOKENS, UsageEvent, shown

CHAT, FINISHED = "chat.completions.create", "chat.completion.finished"
HELD, SETTLED, RELEASED, EXPIRED = "held", "settled", "released", "expired"


@dataclass(frozen=True, slots=True)
class Consumption:
    """What a call really used: `usage` at `price` on `model`; `status` is completed, cancelled, failed or expired."""

    model: str
    provider: str
    price: Price
    usage: Usage
    status: str
    latency_ms: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a settlement charged, in nano-dollars; balance and deduction are None without a customer wallet."""

    cost_nano: int
    billable_nano: int
    wallet_balance_nano: int | None
    wallet_deducted_nano: int | None


def settle(books: Books, hold: Hold, used: Consumption, *, state: str = SETTLED) -> Receipt:
    """Charges what was used and closes the hold. `state` is `expired` when the sweeper settles an estimate.

    A hold that is settled already (the commit was lost sight of and tried again) is not charged once more.
    """
    account = books.accounts[hold.account_id, hold.livemode]
    customer = books.customers.get(hold.customer_id or "")
    cost = cost_nano(used.price, used.usage)
    event = _event(books, hold, used, cost, billable_nano(cost, int(hold.facts["markup_ppm"])))
    if hold.state == SETTLED:
        return _receipt(customer, event, cost)
    if customer is not None:
        customer.roll_over(month_of(books.now))
    late = hold.state != HELD
    if late:
        event = _difference(event, hold.facts.get("billed"))
    else:
        _give_back(books, hold, account, customer)
        _correct_windows(books, hold, used.usage.input_tokens + used.usage.output_tokens)
    books.usage.append(event)
    _report(books, account, event)
    _charge(books, hold, account, customer, event, ADJUST if late else DEBIT)
    _close(books, hold, SETTLED if late else state, event)
    return _receipt(customer, event, cost)


def _receipt(customer: CustomerBook | None, event: UsageEvent, cost: int) -> Receipt:
    balance = None if customer is None else customer.balance_nano
    return Receipt(cost, event.billable_nano, balance, None if balance is None else event.billable_nano)


def release(books: Books, hold: Hold) -> None:
    """Gives everything back: nothing was delivered, so nothing is charged. The request stays counted."""
    if hold.state != HELD:
        return
    customer = books.customers.get(hold.customer_id or "")
    _give_back(books, hold, books.accounts[hold.account_id, hold.livemode], customer)
    _correct_windows(books, hold, 0)
    hold.state = RELEASED
    books.closed.append(hold)


def _give_back(books: Books, hold: Hold, account: AccountBook, customer: CustomerBook | None) -> None:
    if hold.account_nano:
        account.held_nano, account.dirty = account.held_nano - hold.account_nano, True
    if customer is not None:
        customer.held_nano, customer.dirty = customer.held_nano - hold.customer_nano, True


def _correct_windows(books: Books, hold: Hold, tokens: int) -> None:
    """Tokens were taken as an estimate at admission; the bucket they were taken from gets the real figure."""
    for subject in hold.subjects:
        books.window(subject).add(hold.bucket, 0, tokens - hold.tokens)


def _charge(
    books: Books, hold: Hold, account: AccountBook, customer: CustomerBook | None, event: UsageEvent, kind: str
) -> None:
    if account.balance_nano is not None:
        account.balance_nano, account.dirty = account.balance_nano - event.cost_nano, True
        _post(books, hold, account.id, kind, -event.cost_nano, account.balance_nano)
    if customer is None:
        return
    customer.spend_nano, customer.dirty = customer.spend_nano + event.billable_nano, True
    check_budget(books, customer)
    if customer.balance_nano is not None:
        customer.balance_nano -= event.billable_nano
        _post(books, hold, customer.id, kind, -event.billable_nano, customer.balance_nano)
        check_wallet(books, customer)


def _post(books: Books, hold: Hold, owner_id: str, kind: str, amount_nano: int, balance_nano: int) -> None:
    row = Transaction(
        new_id("txn", books.now),
        owner_id,
        kind,
        amount_nano,
        balance_nano,
        int(books.now),
        description="Usage reported after the call had expired" if kind == ADJUST else None,
        request_id=hold.request_id,
    )
    books.ledger.append((row, hold.account_id, hold.livemode))


def _event(books: Books, hold: Hold, used: Consumption, cost: int, billable: int) -> UsageEvent:
    facts: dict[str, Any] = hold.facts
    tokens: dict[str, Any] = {name: getattr(used.usage, name) for name in TOKENS}
    return UsageEvent(
        id=new_id("ue", books.now),
        request_id=hold.request_id,
        account_id=hold.account_id,
        livemode=hold.livemode,
        customer_id=hold.customer_id,
        operation=facts["operation"],
        model_requested=facts["model_requested"],
        model=used.model,
        provider=used.provider,
        **tokens,
        cost_nano=cost,
        billable_nano=billable,
        usage_source=used.usage.source,
        status=used.status,
        stream=bool(facts.get("stream")),
        tags=tuple(facts.get("tags", ())),
        latency_ms=used.latency_ms,
        created_at=_within(hold, books),
        rates=used.price.at(used.usage.input_tokens).rates(),
    )


def _within(hold: Hold, books: Books) -> int:
    """Now, or the first second of the month its spend counts for: another gateway's clock may be ahead of ours."""
    customer = books.customers.get(hold.customer_id or "")
    if customer is None or customer.spend_month <= month_of(books.now):
        return int(books.now)
    return month_bounds(customer.spend_month)[0]


def _report(books: Books, account: AccountBook, event: UsageEvent) -> None:
    """Only while somebody gets them: there is one for each call."""
    if event.operation == CHAT and account.wants(FINISHED, books.now):
        books.events.append(
            PendingEvent(
                new_id("evt", books.now), event.account_id, event.livemode, FINISHED, shown(event), int(books.now)
            )
        )


def _difference(event: UsageEvent, billed: dict[str, int] | None) -> UsageEvent:
    """The late event less what was billed; a hold that had been released was billed nothing."""
    if billed is None:
        return event
    return replace(event, kind="correction", **{name: getattr(event, name) - billed[name] for name in billed})


def _close(books: Books, hold: Hold, state: str, event: UsageEvent) -> None:
    hold.state = state
    if state == EXPIRED:
        hold.facts["billed"] = {name: getattr(event, name) for name in AMOUNTS}
    books.closed.append(hold)
