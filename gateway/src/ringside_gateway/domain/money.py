# SPDX-License-Identifier: Apache-2.0
"""Money is integer nano-dollars (1 USD = 10**9); decimals exist only at the edge (product page, Money)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ringside_gateway.domain.errors import GatewayError

NANO_PER_USD = 10**9
PPM = 10**6
#: The largest amount a field may hold: far above any budget, far below 2**63 nano-dollars.
MAX_USD = 1_000_000_000
#: A mark-up gives away all of a call at most, and multiplies its cost by a hundred and one at most.
MIN_PERCENT, MAX_PERCENT = -100, 10_000


def to_nano(value: object, param: str) -> int:
    """The amount in nano-dollars; 400 `invalid_request` naming `param` unless finite, <= 9 places, within ±1e9."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise GatewayError("invalid_request", f"`{param}` must be a number of US dollars.", param=param)
    return _whole(_within(value, -MAX_USD, MAX_USD, "USD", param), 9, param)


def to_usd(nano: int) -> Decimal:
    """Nano-dollars as the shortest exact decimal of USD."""
    dollars = Decimal(nano).scaleb(-9).normalize()
    return dollars if dollars else Decimal(0)


def usd_text(nano: int) -> str:
    """The amount as plain decimal digits (never an exponent), as headers show it."""
    return format(to_usd(nano), "f")


def percent_to_ppm(value: object, param: str) -> int:
    """A mark-up with at most 4 decimals as parts per million; 400 `invalid_request` otherwise or out of bounds."""
    return _whole(_within(value, MIN_PERCENT, MAX_PERCENT, "%", param), 4, param)


def ppm_to_percent(ppm: int) -> Decimal:
    """Parts per million as a percentage."""
    percent = (Decimal(ppm) / 10_000).normalize()
    return percent if percent else Decimal(0)


def _within(value: object, least: int, most: int, unit: str, param: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not least <= number <= most:
        raise GatewayError("invalid_request", f"`{param}` must lie between {least} and {most} {unit}.", param=param)
    return number


def _whole(number: Decimal, places: int, param: str) -> int:
    """The number with its point moved by so many places; arithmetic would round what has more than 28 digits."""
    sign, digits, exponent = number.as_tuple()
    moved = Decimal((sign, digits, int(exponent) + places))
    if moved != moved.to_integral_value():
        raise GatewayError("invalid_request", f"`{param}` has more than {places} decimal places.", param=param)
    return int(moved)
