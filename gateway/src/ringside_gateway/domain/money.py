# SPDX-License-Identifier: Apache-2.0
"""Money is integer nano-dollars (1 USD = 10**9); decimals exist only at the edge (product page, Money)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ringside_gateway.domain.errors import GatewayError

NANO_PER_USD = 10**9
PPM = 10**6
#: The largest amount a field may hold: far above any budget, far below 2**63 nano-dollars.
MAX_USD = 1_000_000_000


def to_nano(value: object, param: str) -> int:
    """The amount in nano-dollars; 400 `invalid_request` naming `param` unless finite, <= 9 places, within ±1e9."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise GatewayError("invalid_request", f"`{param}` must be a number of US dollars.", param=param)
    try:
        nano = Decimal(str(value)).scaleb(9)
    except InvalidOperation:
        nano = Decimal("NaN")
    if not nano.is_finite() or abs(nano) > MAX_USD * NANO_PER_USD:
        raise GatewayError("invalid_request", f"`{param}` must lie between -{MAX_USD} and {MAX_USD} USD.", param=param)
    if nano != nano.to_integral_value():
        raise GatewayError("invalid_request", f"`{param}` has more than 9 decimal places.", param=param)
    return int(nano)


def to_usd(nano: int) -> Decimal:
    """Nano-dollars as the shortest exact decimal of USD."""
    dollars = Decimal(nano).scaleb(-9).normalize()
    return dollars if dollars else Decimal(0)


def usd_text(nano: int) -> str:
    """The amount as plain decimal digits (never an exponent), as headers show it."""
    return format(to_usd(nano), "f")


def percent_to_ppm(value: object, param: str) -> int:
    """A percentage with at most 4 decimals as parts per million; 400 `invalid_request` otherwise."""
    ppm = Decimal(str(value)) * 10_000
    if ppm != ppm.to_integral_value():
        raise GatewayError("invalid_request", f"`{param}` has more than 4 decimal places.", param=param)
    return int(ppm)


def ppm_to_percent(ppm: int) -> Decimal:
    """Parts per million as a percentage."""
    percent = (Decimal(ppm) / 10_000).normalize()
    return percent if percent else Decimal(0)
