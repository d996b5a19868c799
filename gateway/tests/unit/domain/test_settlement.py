# SPDX-License-Identifier: Apache-2.0
"""Settlement: one usage event and one debit for a delivered call, nothing for any other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from money_rules import USD, account, ask, books, customer, used
from ringside_gateway.domain.admission import admit
from ringside_gateway.domain.books import Books
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.settlement import EXPIRED, RELEASED, SETTLED, release, settle


def admitted(opened: Books, number: int = 1, **changes: object):  # type: ignore[no-untyped-def]
    return admit(opened, ask(number, **changes)).hold


def test_a_delivered_call_is_debited_what_it_used_and_the_hold_is_given_back() -> None:
    opened = books(customer(balance_nano=USD))
    hold = admitted(opened)
    receipt = settle(opened, hold, used(500))
    row = opened.customers["cus_1"]
    assert receipt.wallet_deducted_nano == 6_000_000
    assert (row.balance_nano, row.held_nano, row.spend_nano) == (USD - 6_000_000, 0, 6_000_000)
    assert [(entry.type, entry.amount_nano, entry.balance_after_nano) for entry, *_ in opened.ledger] == [
        ("debit", -6_000_000, USD - 6_000_000)
    ]
    assert len(opened.usage) == 1
    assert hold.state == SETTLED


def test_a_released_call_leaves_no_trace_but_the_counted_request() -> None:
    opened = books(customer(balance_nano=USD, rate_limit_rpm=10, rate_limit_tpm=10_000))
    hold = admitted(opened)
    release(opened, hold)
    row = opened.customers["cus_1"]
    assert (row.balance_nano, row.held_nano, row.spend_nano) == (USD, 0, 0)
    assert (opened.ledger, opened.usage, hold.state) == ([], [], RELEASED)
    assert sum(opened.windows["cus_1"].requests.values()) == 1
    assert sum(opened.windows["cus_1"].tokens.values()) == 0


def test_releasing_twice_gives_back_once() -> None:
    opened = books(customer(balance_nano=USD))
    hold = admitted(opened)
    release(opened, hold)
    release(opened, hold)
    assert opened.customers["cus_1"].held_nano == 0


def test_token_windows_are_corrected_to_what_was_used() -> None:
    opened = books(customer(rate_limit_tpm=10_000))
    settle(opened, admitted(opened), used(500))
    assert sum(opened.windows["cus_1"].tokens.values()) == 1500


def test_a_cost_above_the_estimate_is_charged_in_full_never_hidden() -> None:
    opened = books(customer(balance_nano=11_000_000))
    receipt = settle(opened, admitted(opened), used(2000))
    assert receipt.wallet_balance_nano == -10_000_000


def test_mark_up_is_billed_to_the_customer_and_cost_to_the_account() -> None:
    opened = books(account(balance_nano=USD, markup_ppm=200_000), customer(balance_nano=USD))
    receipt = settle(opened, admitted(opened), used(500))
    assert (receipt.cost_nano, receipt.billable_nano) == (6_000_000, 7_200_000)
    assert opened.accounts["acct_1", False].balance_nano == USD - 6_000_000
    assert opened.accounts["acct_1", False].held_nano == 0


def test_usage_that_comes_after_the_sweeper_estimated_posts_only_the_difference() -> None:
    opened = books(customer(balance_nano=USD))
    hold = admitted(opened)
    settle(opened, hold, used(100, status="expired"), state=EXPIRED)
    settle(opened, hold, used(500))
    assert [entry.type for entry, *_ in opened.ledger] == ["debit", "adjust"]
    assert [event.kind for event in opened.usage] == ["call", "correction"]
    row = opened.customers["cus_1"]
    assert row.balance_nano == USD - 6_000_000
    assert row.spend_nano == sum(event.billable_nano for event in opened.usage) == 6_000_000
    assert row.held_nano == 0


def test_usage_that_comes_after_a_release_is_charged_as_an_adjustment() -> None:
    opened = books(customer(balance_nano=USD))
    hold = admitted(opened)
    release(opened, hold)
    settle(opened, hold, used(500))
    assert [(entry.type, entry.amount_nano) for entry, *_ in opened.ledger] == [("adjust", -6_000_000)]


def test_a_month_that_ends_during_the_call_starts_the_new_months_spend() -> None:
    opened = books(customer(budget_nano=USD, spend_month="2026-11", spend_nano=USD // 2))
    hold = admitted(opened)
    december = replace(opened, now=1_796_083_201.0)
    settle(december, hold, used(500))
    row = december.customers["cus_1"]
    assert (row.spend_month, row.spend_nano) == ("2026-12", 6_000_000)


@pytest.mark.parametrize(
    ("spend", "expected"), [(0.79, []), (0.80, ["budget.warning"]), (1.0, ["budget.warning", "budget.exceeded"])]
)
def test_budget_events_come_at_eighty_and_a_hundred_percent(spend: float, expected: list[str]) -> None:
    opened = books(customer(budget_nano=USD, spend_month="2026-11", spend_nano=int(spend * USD) - 6_000_000))
    settle(opened, admitted(opened), used(500))
    assert [event.type for event in opened.events] == expected


def test_a_wallet_tells_low_once_then_empty_once() -> None:
    opened = books(customer(balance_nano=26_000_000, wallet_low_threshold_nano=20_000_000))
    for number in range(4):
        settle(opened, admitted(opened, number), used(500))
    assert [event.type for event in opened.events] == ["wallet.low"]
    settle(opened, admitted(opened, 9, max_output_tokens=16), used(2000))
    assert [event.type for event in opened.events] == ["wallet.low", "wallet.empty"]


def test_a_call_that_crosses_both_lines_of_a_wallet_tells_both_in_order() -> None:
    opened = books(customer(balance_nano=26_000_000, wallet_low_threshold_nano=20_000_000))
    settle(opened, admitted(opened), used(3000))
    assert [event.type for event in opened.events] == ["wallet.low", "wallet.empty"]


@given(
    st.lists(st.tuples(st.integers(1, 2000), st.booleans(), st.integers(0, 2500)), max_size=40), st.integers(0, 10**9)
)
def test_whatever_happens_the_balance_is_the_ledger_and_nothing_stays_held(
    calls: list[tuple[int, bool, int]], balance: int
) -> None:
    opened = books(account(balance_nano=USD), customer(balance_nano=balance, budget_nano=USD))
    open_holds = []
    for number, (most, delivered, output) in enumerate(calls):
        try:
            granted = admit(opened, ask(number, max_output_tokens=most))
        except GatewayError:
            continue
        open_holds.append((granted.hold, delivered, min(output, granted.max_output_tokens)))
        row = opened.customers["cus_1"]
        assert row.held_nano <= (row.balance_nano or 0)
    for hold, delivered, output in open_holds:
        if delivered:
            settle(opened, hold, used(output))
        else:
            release(opened, hold)
    row = opened.customers["cus_1"]
    assert row.balance_nano == balance + sum(
        entry.amount_nano for entry, *_ in opened.ledger if entry.owner_id == "cus_1"
    )
    assert row.balance_nano >= 0
    assert row.spend_nano == sum(event.billable_nano for event in opened.usage) <= USD
    assert row.held_nano == opened.accounts["acct_1", False].held_nano == 0
