# SPDX-License-Identifier: Apache-2.0
"""Admission: may this call run, and how much is set aside for it. Checks everything first, takes everything after.

Order: rate limits (client token, account, customer), budget, account wallet, customer wallet. When money or an
unasked-for token maximum does not fit, the call's output is lowered to what does (architecture page, Money path).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ringside_gateway.domain.alerts import check_budget, check_rate, check_wallet
from ringside_gateway.domain.books import AccountBook, Books, CustomerBook, Hold
from ringside_gateway.domain.customers import month_end, month_of
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.limits import LimitState, tightest
from ringside_gateway.domain.pricing import Price, affordable_output_tokens, billable_nano, max_cost_nano
from ringside_gateway.domain.windows import BUCKET_S, WINDOW_S, bucket_of, wait_for, whole_seconds

#: An answer shorter than this helps nobody: a call that could buy less is refused instead of clamped.
MIN_OUTPUT_TOKENS = 16
_NEVER = "This call takes {least} {unit}, and the {layer}'s limit is {limit} {unit} a minute: waiting does not help."


@dataclass(frozen=True, slots=True)
class Ask:
    """What a call wants to run. `prices` are those of every target it may end on; `facts` go into the hold.

    `max_output_tokens` are those of all `choices` together; `granted_output` is what Redis left of them, where Redis
    was asked first.
    """

    hold_id: str
    request_id: str
    account: tuple[str, bool]
    customer_id: str | None
    prices: Sequence[Price]
    input_tokens: int
    max_output_tokens: int
    explicit_max: bool
    lease_s: int
    facts: dict[str, Any] = field(default_factory=dict)
    token_id: str | None = None
    token_rpm: int | None = None
    idempotency_key: str | None = None
    granted_output: int | None = None
    choices: int = 1

    def subjects(self) -> list[str]:
        """The rate windows this call counts in."""
        account = f"{self.account[0]}:{int(self.account[1])}"
        return [name for name in (self.token_id, account, self.customer_id) if name]

    @property
    def least_output_tokens(self) -> int:
        """What the output may be lowered to: something useful for each choice, or less where less was asked for."""
        return self.choices * max(1, min(MIN_OUTPUT_TOKENS, self.max_output_tokens // self.choices))

    @property
    def least_tokens(self) -> int:
        """What the call takes of a token window at the least: an explicit maximum is not lowered for a window."""
        return self.input_tokens + (self.max_output_tokens if self.explicit_max else self.least_output_tokens)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A call that may run: its hold, the output it may produce, and what its headers say."""

    hold: Hold
    max_output_tokens: int
    clamped: bool
    limit: LimitState | None
    wallet_balance_nano: int | None


class Limited(Protocol):
    """An account or a customer, as a row of the books or as an object read before."""

    @property
    def rate_limit_rpm(self) -> int | None:
        """Requests a minute."""

    @property
    def rate_limit_tpm(self) -> int | None:
        """Tokens a minute."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One of the limits a call must pass; None means no limit of this kind."""

    name: str
    subject: str
    rpm: int | None
    tpm: int | None


def admit(books: Books, ask: Ask) -> Admitted:
    """Takes the windows and places the hold, or raises the refusal and takes nothing.

    Refusals: 404 `customer_not_found`, 403 `customer_blocked`, the three 429 codes, the three 402 codes.
    """
    account = books.accounts[ask.account]
    customer = _customer(books, ask)
    layers = layers_of(ask, account, customer)
    try:
        output = _fit_limits(books, ask, layers)
    except GatewayError as refused:
        check_rate(books, account if customer is None or refused.facts["layer"] == "account" else customer, refused)
        raise
    output = _fit_money(books, ask, account, customer, output)
    output -= output % ask.choices  # a provider is told what each choice may have
    tokens = ask.input_tokens + output
    limit = _take_windows(books, layers, tokens)
    hold = _place(books, ask, account, customer, output, tuple(layer.subject for layer in layers))
    return Admitted(
        hold, output, output < ask.max_output_tokens, limit, None if customer is None else customer.balance_nano
    )


def _customer(books: Books, ask: Ask) -> CustomerBook | None:
    if ask.customer_id is None:
        return None
    customer = books.customers.get(ask.customer_id)
    if customer is None or customer.deleted or (customer.account_id, customer.livemode) != ask.account:
        raise GatewayError("customer_not_found", customer=ask.customer_id)
    if customer.status == "blocked":
        raise GatewayError("customer_blocked", customer=customer.external_id)
    customer.roll_over(month_of(books.now))
    return customer


def layers_of(ask: Ask, account: Limited, customer: Limited | None) -> list[Layer]:
    """The limits of a call in the order they are looked at; those that limit nothing are left out."""
    layers = [
        Layer("account", ask.subjects()[1 if ask.token_id else 0], account.rate_limit_rpm, account.rate_limit_tpm)
    ]
    if ask.token_id:
        layers.insert(0, Layer("client_token", ask.token_id, ask.token_rpm, None))
    if customer is not None and ask.customer_id is not None:
        layers.append(Layer("customer", ask.customer_id, customer.rate_limit_rpm, customer.rate_limit_tpm))
    return [layer for layer in layers if layer.rpm is not None or layer.tpm is not None]


def _fit_limits(books: Books, ask: Ask, layers: Sequence[Layer]) -> int:
    """The output that every layer still has room for; raises the layer's 429 when a call does not fit."""
    output = ask.max_output_tokens if ask.granted_output is None else ask.granted_output
    for layer in layers:
        window = books.window(layer.subject)
        _fit_request(books, layer)
        if layer.tpm is not None:
            left = layer.tpm - sum(window.tokens.values()) - ask.input_tokens
            if not ask.explicit_max and left >= ask.least_output_tokens:
                output = min(output, left)
            wait = wait_for(window.tokens, layer.tpm, ask.input_tokens + output, books.window_now)
            if wait > 0:
                raise refusal(ask, layer, "tokens", wait)
    return output


def take_request(books: Books, layer: Layer) -> LimitState:
    """Takes one request without tokens from a layer that limits requests, or raises its 429."""
    _fit_request(books, layer)
    state = _take_windows(books, [layer], 0)
    assert state is not None
    return state


def _fit_request(books: Books, layer: Layer) -> None:
    if layer.rpm is not None:
        wait = wait_for(books.window(layer.subject).requests, layer.rpm, 1, books.window_now)
        if wait > 0:
            raise refusal(None, layer, "requests", wait)


def refusal(ask: Ask | None, layer: Layer, unit: str, wait: float) -> GatewayError:
    """The layer's 429; `unit` is requests or tokens, `wait` seconds until the call would fit.

    A call that no wait makes fit is told so, and not to try again (ADR 0002).
    """
    limit, least = (layer.rpm, 1) if ask is None or unit == "requests" else (layer.tpm, ask.least_tokens)
    assert limit is not None
    never = least > limit
    return GatewayError(
        f"{layer.name}_rate_limit_exceeded",
        _NEVER.format(least=least, unit=unit, limit=limit, layer=layer.name.replace("_", " ")) if never else None,
        param="max_tokens" if never and unit == "tokens" and ask and ask.explicit_max else None,
        retry_after_seconds=whole_seconds(wait),
        headers={"x-should-retry": "false"} if never else None,
        limit=limit,
        unit=unit,
        layer=layer.name,
        limit_state=LimitState(layer.name, limit, 0, whole_seconds(wait)),
    )


def _fit_money(books: Books, ask: Ask, account: AccountBook, customer: CustomerBook | None, output: int) -> int:
    """The output that budget and wallets can pay for; raises the 402 of the first that cannot."""
    markup = _markup(account, customer)
    if customer is not None and customer.budget_nano is not None:
        left = customer.budget_nano - customer.spend_nano - customer.held_nano
        try:
            output = _affordable(
                ask,
                left,
                markup,
                output,
                GatewayError(
                    "customer_budget_exceeded",
                    customer=customer.external_id,
                    scope="customer_budget",
                    resets_at=month_end(books.now),
                ),
            )
        except GatewayError:
            if customer.held_nano == 0:  # else it may still be given back
                check_budget(books, customer, refused=True)
            raise
    if account.balance_nano is not None:
        empty = GatewayError("wallet_empty", scope="account_wallet")
        output = _affordable(ask, account.balance_nano - account.held_nano, 0, output, empty)
    if customer is not None and customer.balance_nano is not None:
        empty = GatewayError("customer_wallet_empty", customer=customer.external_id, scope="customer_wallet")
        try:
            output = _affordable(ask, customer.balance_nano - customer.held_nano, markup, output, empty)
        except GatewayError:
            if customer.held_nano == 0:
                check_wallet(books, customer, refused=True)
            raise
    return output


def _affordable(ask: Ask, left_nano: int, markup_ppm: int, output: int, refusal: GatewayError) -> int:
    if left_nano <= 0:
        raise refusal
    if _worst(ask, output, markup_ppm) <= left_nano:
        return output
    fits = min(affordable_output_tokens(price, ask.input_tokens, left_nano, markup_ppm) for price in ask.prices)
    if fits < ask.least_output_tokens:
        raise refusal
    return min(fits, output)


def _worst(ask: Ask, output: int, markup_ppm: int) -> int:
    costs = (max_cost_nano(price, ask.input_tokens, output) for price in ask.prices)
    return max((billable_nano(cost, markup_ppm) for cost in costs), default=0)


def _markup(account: AccountBook, customer: CustomerBook | None) -> int:
    return account.markup_ppm if customer is None or customer.markup_ppm is None else customer.markup_ppm


def _take_windows(books: Books, layers: Sequence[Layer], tokens: int) -> LimitState | None:
    bucket = bucket_of(books.window_now)
    states = []
    for layer in layers:
        window = books.window(layer.subject)
        window.add(bucket, 1, tokens)
        if layer.rpm is not None:
            left = layer.rpm - sum(window.requests.values())
            reset = whole_seconds((min(window.requests) + 1) * BUCKET_S + WINDOW_S - books.window_now)
            states.append(LimitState(layer.name, layer.rpm, max(0, left), reset))
    return tightest(states)


def _place(
    books: Books, ask: Ask, account: AccountBook, customer: CustomerBook | None, output: int, subjects: tuple[str, ...]
) -> Hold:
    markup = _markup(account, customer)
    hold = Hold(
        ask.hold_id,
        ask.request_id,
        *ask.account,
        ask.customer_id,
        account_nano=0 if account.balance_nano is None else _worst(ask, output, 0),
        customer_nano=0 if customer is None else _worst(ask, output, markup),
        tokens=ask.input_tokens + output,
        bucket=bucket_of(books.window_now),
        subjects=subjects,
        facts=ask.facts | {"input_tokens": ask.input_tokens, "markup_ppm": markup},
        created_at=int(books.now),
        expires_at=int(books.now) + ask.lease_s,
        idempotency_key=ask.idempotency_key,
    )
    if hold.account_nano:
        account.held_nano, account.dirty = account.held_nano + hold.account_nano, True
    if customer is not None:
        customer.held_nano, customer.dirty = customer.held_nano + hold.customer_nano, True
    books.placed.append(hold)
    books.holds[hold.id] = hold
    return hold
