# SPDX-License-Identifier: Apache-2.0
"""Amounts come in exactly or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.money import percent_to_ppm, to_nano


@pytest.mark.parametrize(
    ("text", "nano"), [("0.000000001", 1), ("-1", -(10**9)), ("1.0000000000", 10**9), ("1e9", 10**18)]
)
def test_an_amount_becomes_nano_dollars(text: str, nano: int) -> None:
    assert to_nano(Decimal(text), "amount_usd") == nano


@pytest.mark.parametrize("digits", ["1.0000000001", "1." + "0" * 40 + "1", "1e-400", "0.1234567891"])
def test_an_amount_with_more_than_nine_places_is_never_rounded(digits: str) -> None:
    with pytest.raises(GatewayError, match="more than 9 decimal places"):
        to_nano(Decimal(digits), "amount_usd")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1000000000.000000001", "-1e10", "1e400"])
def test_an_amount_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(GatewayError, match="must lie between -1000000000 and 1000000000 USD"):
        to_nano(Decimal(text), "amount_usd")


def test_a_mark_up_has_bounds_and_four_places() -> None:
    assert [percent_to_ppm(Decimal(text), "markup_percent") for text in ("-100", "0.0001", "10000")] == [
        -(10**6),
        1,
        10**8,
    ]
    for text in ("-100.0001", "10000.0001", "NaN", "abc"):
        with pytest.raises(GatewayError, match="must lie between -100 and 10000 %"):
            percent_to_ppm(text, "markup_percent")
    with pytest.raises(GatewayError, match="more than 4 decimal places"):
        percent_to_ppm(Decimal("0." + "0" * 40 + "1"), "markup_percent")
