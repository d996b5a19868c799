# SPDX-License-Identifier: Apache-2.0
"""Prices: what calls cost, what they can cost at most, and what a budget buys."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from ringside_gateway.domain.pricing import (
    UNLIMITED_TOKENS,
    Price,
    affordable_output_tokens,
    billable_nano,
    cost_nano,
    max_cost_nano,
)
from ringside_gateway.domain.usage import Usage

USD = 10**9
SIMPLE = Price(input=2 * USD, output=8 * USD)
RICH = Price(
    input=3 * USD,
    output=15 * USD,
    cached_input=3 * USD // 10,
    cache_write=375 * USD // 100,
    tiers=((200_000, Price(input=6 * USD, output=225 * USD // 10, cached_input=6 * USD // 10)),),
)

rates = st.integers(0, 100 * USD)
tokens = st.integers(0, 2_000_000)
some_rates = st.none() | rates
tables = st.builds(
    Price,
    input=rates,
    output=rates,
    cached_input=some_rates,
    cache_write=some_rates,
    cache_write_1h=some_rates,
    reasoning=some_rates,
    audio_input=some_rates,
    audio_output=some_rates,
    per_request=st.integers(0, USD),
)
prices = st.builds(
    lambda base, tiers: Price(**{**{name: getattr(base, name) for name in Price.__slots__}, "tiers": tuple(tiers)}),
    tables,
    st.lists(st.tuples(st.integers(1, 500_000), tables), max_size=2).map(
        lambda found: sorted(found, key=lambda t: t[0])
    ),
)


def test_tokens_cost_their_rate() -> None:
    assert cost_nano(SIMPLE, Usage(1_000_000, output_tokens=1_000_000)) == 10 * USD


def test_a_fraction_of_a_nano_dollar_is_rounded_up_once() -> None:
    assert cost_nano(Price(input=1, output=1), Usage(1, output_tokens=1)) == 1


def test_a_cache_write_kept_for_an_hour_has_a_rate_of_its_own_else_that_of_a_write() -> None:
    usage = Usage(1_000_000, cache_write_tokens=1_000_000, cache_write_1h_tokens=400_000)
    assert cost_nano(replace(RICH, tiers=(), cache_write_1h=6 * USD), usage) == 4_650_000_000
    assert cost_nano(replace(RICH, tiers=()), usage) == 3_750_000_000


def test_nothing_used_costs_nothing() -> None:
    assert cost_nano(SIMPLE, Usage()) == 0


def test_cached_and_written_input_have_their_own_rates() -> None:
    usage = Usage(1_000, cached_input_tokens=600, cache_write_tokens=300)
    assert cost_nano(RICH, usage) == (100 * 3 * USD + 600 * 3 * USD // 10 + 300 * 375 * USD // 100) // 10**6


def test_reasoning_costs_as_output_unless_it_has_a_rate() -> None:
    usage = Usage(output_tokens=100, reasoning_tokens=40)
    assert cost_nano(SIMPLE, usage) == cost_nano(SIMPLE, Usage(output_tokens=100))
    assert cost_nano(Price(output=USD, reasoning=2 * USD), usage) == (60 + 2 * 40) * USD // 10**6


def test_a_long_input_moves_the_whole_call_to_the_next_tier() -> None:
    assert cost_nano(RICH, Usage(200_000)) == 200_000 * 3 * USD // 10**6
    assert cost_nano(RICH, Usage(200_001, output_tokens=1)) == (200_001 * 6 * USD + 225 * USD // 10) // 10**6


def test_requests_and_images_cost_apiece() -> None:
    assert cost_nano(Price(image=7, per_request=5), Usage(images=2)) == 19


def test_markup_is_rounded_up() -> None:
    assert billable_nano(101, 200_000) == 122
    assert billable_nano(100, 0) == 100


def test_output_that_costs_nothing_is_unlimited() -> None:
    assert affordable_output_tokens(Price(input=USD), 10, USD, 0) == UNLIMITED_TOKENS


def test_a_budget_below_the_input_buys_no_output() -> None:
    assert affordable_output_tokens(SIMPLE, 1_000_000, USD, 0) == 0


def test_a_price_survives_being_written_into_a_hold() -> None:
    assert Price.from_data(RICH.to_data()) == RICH


@given(prices, tokens, tokens, st.data())
def test_no_call_within_its_estimate_costs_more_than_the_most_it_can(
    price: Price, input_tokens: int, output_tokens: int, data: st.DataObject
) -> None:
    read = data.draw(st.integers(0, input_tokens))
    cached = data.draw(st.integers(0, read))
    written = data.draw(st.integers(0, read - cached))
    wrote = data.draw(st.integers(0, output_tokens))
    thought = data.draw(st.integers(0, wrote))
    usage = Usage(
        input_tokens=read,
        cached_input_tokens=cached,
        cache_write_tokens=written,
        cache_write_1h_tokens=data.draw(st.integers(0, written)),
        output_tokens=wrote,
        reasoning_tokens=thought,
        audio_input_tokens=read - cached - written,
        audio_output_tokens=wrote - thought,
    )
    assert cost_nano(price, usage) <= max_cost_nano(price, input_tokens, output_tokens)


@given(prices, tokens, st.integers(0, 10_000 * USD), st.integers(-900_000, 5_000_000))
def test_what_a_budget_buys_fits_it_and_one_token_more_does_not(
    price: Price, input_tokens: int, budget: int, markup_ppm: int
) -> None:
    bought = affordable_output_tokens(price, input_tokens, budget, markup_ppm)
    if bought > 0:
        assert billable_nano(max_cost_nano(price, input_tokens, bought), markup_ppm) <= budget
    if bought < UNLIMITED_TOKENS:
        assert billable_nano(max_cost_nano(price, input_tokens, bought + 1), markup_ppm) > budget
