# SPDX-License-Identifier: Apache-2.0
"""Tokens x price table -> cost: integers only, one rounding up at the end (product page, Money)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ringside_gateway.domain.money import to_usd
from ringside_gateway.domain.usage import Usage

PER = 10**6
#: Stands for "as many as you like" where output costs nothing; far above any model's limit.
UNLIMITED_TOKENS = 2**31


@dataclass(frozen=True, slots=True)
class Price:
    """Nano-dollars per million tokens; `image` and `per_request` per piece. None takes the rate it is a kind of.

    `tiers` are (above_input_tokens, Price): a call with more input than that is priced by that table whole.
    """

    input: int = 0
    output: int = 0
    cached_input: int | None = None
    cache_write: int | None = None
    cache_write_1h: int | None = None
    reasoning: int | None = None
    audio_input: int | None = None
    audio_output: int | None = None
    image: int = 0
    per_request: int = 0
    tiers: tuple[tuple[int, Price], ...] = ()

    def at(self, input_tokens: int) -> Price:
        """The table that applies to a call with this much input."""
        chosen = self
        for above, price in self.tiers:
            if input_tokens > above:
                chosen = price
        return chosen

    def to_data(self) -> dict[str, Any]:
        """Plain data, so that a hold can carry the price its call was admitted at."""
        tiers = [(above, price.to_data()) for above, price in self.tiers]
        return {name: getattr(self, name) for name in RATES} | {"tiers": tiers}

    def rates(self) -> dict[str, int]:
        """The rates that are there, without tiers; a piece that costs nothing has none."""
        pieces = ("image", "per_request")
        rates = {name: getattr(self, name) for name in RATES}
        return {name: rate for name, rate in rates.items() if rate or (rate is not None and name not in pieces)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Price:
        """The inverse of `to_data`."""
        tiers = tuple((above, cls.from_data(table)) for above, table in data.get("tiers", ()))
        return cls(**{**data, "tiers": tiers})

    def reachable(self, input_tokens: int) -> Iterator[Price]:
        """Every table that a call with at most this much input may fall under."""
        yield self
        yield from (price for above, price in self.tiers if input_tokens > above)


RATES = tuple(field.name for field in fields(Price) if field.name != "tiers")


def shown(rates: Mapping[str, int]) -> dict[str, Any]:
    """Rates as the spec shows them, in US dollars; null for a kind that is charged as what it is a part of."""
    return {f"{name}_usd": to_usd(rates[name]) if name in rates else None for name in RATES}


def cost_nano(price: Price, usage: Usage) -> int:
    """What the provider charges for `usage`, in nano-dollars, rounded up once."""
    table = price.at(usage.input_tokens)
    cached, written, audio = usage.cached_input_tokens, usage.cache_write_tokens, usage.audio_input_tokens
    kept = min(written, usage.cache_write_1h_tokens)
    fresh = max(0, usage.input_tokens - cached - written - audio)
    spoken, thought = usage.audio_output_tokens, usage.reasoning_tokens
    plain = max(0, usage.output_tokens - spoken - thought)
    total = (
        fresh * table.input
        + cached * _or(table.cached_input, table.input)
        + (written - kept) * _or(table.cache_write, table.input)
        + kept * _hour_rate(table)
        + audio * _or(table.audio_input, table.input)
        + plain * table.output
        + thought * _or(table.reasoning, table.output)
        + spoken * _or(table.audio_output, table.output)
    )
    return _ceil(total, PER) + usage.images * table.image + table.per_request


def billable_nano(cost: int, markup_ppm: int) -> int:
    """Cost plus mark-up (parts per million), in nano-dollars, rounded up."""
    return _ceil(cost * (PER + markup_ppm), PER)


def max_cost_nano(price: Price, input_tokens: int, max_output_tokens: int) -> int:
    """The most a call with at most this input and output can cost, in nano-dollars, over every tier it may reach."""
    return max(
        _ceil(input_tokens * _worst_input(table) + max_output_tokens * _worst_output(table), PER) + table.per_request
        for table in price.reachable(input_tokens)
    )


def affordable_output_tokens(price: Price, input_tokens: int, budget_nano: int, markup_ppm: int) -> int:
    """The largest output whose worst billable cost fits `budget_nano`; 0 when not even the input does."""
    if markup_ppm <= -PER:
        return UNLIMITED_TOKENS
    cost = budget_nano * PER // (PER + markup_ppm)
    fits = UNLIMITED_TOKENS
    for table in price.reachable(input_tokens):
        left = (cost - table.per_request) * PER - input_tokens * _worst_input(table)
        rate = _worst_output(table)
        if left < 0:
            return 0
        if rate > 0:
            fits = min(fits, left // rate)
    return fits


def _worst_input(price: Price) -> int:
    rates = (price.input, price.cached_input, price.cache_write, price.cache_write_1h, price.audio_input)
    return max(rate for rate in rates if rate is not None)


def _worst_output(price: Price) -> int:
    return max(rate for rate in (price.output, price.reasoning, price.audio_output) if rate is not None)


def _hour_rate(price: Price) -> int:
    return _or(price.cache_write_1h, _or(price.cache_write, price.input))


def _or(rate: int | None, default: int) -> int:
    return default if rate is None else rate


def _ceil(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)
