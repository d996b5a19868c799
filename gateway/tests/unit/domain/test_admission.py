# SPDX-License-Identifier: Apache-2.0
"""Admission: what is refused, what is clamped, what is taken; nothing is taken by a refusal."""

from __future__ import annotations

import pytest
from money_rules import NOON, USD, account, ask, books, customer
from ringside_gateway.domain.admission import MIN_OUTPUT_TOKENS, admit
from ringside_gateway.domain.books import Books
from ringside_gateway.domain.errors import GatewayError

CENT = USD // 100


def refusal(opened: Books, *args: object, **changes: object) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        admit(opened, ask(*args, **changes))  # type: ignore[arg-type]
    return caught.value


def test_a_call_without_any_limit_is_admitted_and_held_at_its_worst_cost() -> None:
    opened = books(customer())
    admitted = admit(opened, ask())
    assert admitted.hold.customer_nano == 11_000_000
    assert admitted.hold.account_nano == 0
    assert not admitted.clamped
    assert opened.customers["cus_1"].held_nano == 11_000_000


def test_a_mark_up_is_part_of_the_hold_and_the_customers_own_wins_over_the_accounts() -> None:
    assert admit(books(account(markup_ppm=500_000), customer()), ask()).hold.customer_nano == 16_500_000
    both = books(account(markup_ppm=500_000), customer(markup_ppm=0))
    assert admit(both, ask()).hold.customer_nano == 11_000_000


def test_an_empty_wallet_refuses_and_takes_nothing() -> None:
    opened = books(customer(balance_nano=0, rate_limit_rpm=5))
    error = refusal(opened)
    assert (error.code, error.facts["scope"]) == ("customer_wallet_empty", "customer_wallet")
    assert opened.customers["cus_1"].held_nano == 0
    assert opened.windows["cus_1"].added == {}
    assert opened.placed == []


def test_money_held_by_other_calls_is_not_there_to_spend() -> None:
    opened = books(customer(balance_nano=2 * CENT))
    admit(opened, ask(1))
    second = admit(opened, ask(2))
    assert second.clamped
    assert second.hold.customer_nano <= 2 * CENT - 11_000_000
    assert refusal(opened, 3).code == "customer_wallet_empty"


def test_when_only_part_fits_the_output_is_lowered_to_exactly_what_the_rest_buys() -> None:
    admitted = admit(books(customer(balance_nano=6_000_000)), ask())
    assert admitted.max_output_tokens == 500
    assert admitted.hold.customer_nano == 6_000_000


def test_a_rest_that_buys_no_useful_answer_is_refused() -> None:
    just_enough = 1_000_000 + MIN_OUTPUT_TOKENS * 10_000
    assert admit(books(customer(balance_nano=just_enough)), ask()).max_output_tokens == MIN_OUTPUT_TOKENS
    assert refusal(books(customer(balance_nano=just_enough - 1))).code == "customer_wallet_empty"


def test_a_spent_budget_says_when_it_resets_and_raising_it_unblocks_at_once() -> None:
    spent = customer(budget_nano=CENT, spend_month="2026-11", spend_nano=CENT)
    opened = books(spent)
    error = refusal(opened)
    assert (error.code, error.facts["resets_at"]) == ("customer_budget_exceeded", 1_796_083_200)
    spent.budget_nano = 10 * CENT
    assert not admit(opened, ask()).clamped


def test_what_other_calls_hold_counts_against_the_budget_too() -> None:
    opened = books(customer(budget_nano=2 * CENT))
    admit(opened, ask(1))
    assert admit(opened, ask(2)).hold.customer_nano <= 2 * CENT - 11_000_000
    assert refusal(opened, 3).code == "customer_budget_exceeded"


def test_last_months_spend_does_not_count() -> None:
    opened = books(customer(budget_nano=2 * CENT, spend_month="2026-10", spend_nano=2 * CENT))
    assert admit(opened, ask())
    assert opened.customers["cus_1"].spend_nano == 0


def test_the_accounts_own_wallet_is_charged_cost_without_mark_up() -> None:
    opened = books(account(balance_nano=CENT, markup_ppm=10**6), customer())
    admitted = admit(opened, ask())
    assert admitted.hold.account_nano <= CENT < admitted.hold.customer_nano
    opened.accounts["acct_1", False].balance_nano = 0
    assert refusal(opened, 2).code == "wallet_empty"


def test_the_request_over_the_limit_is_refused_with_the_wait_until_it_fits() -> None:
    opened = books(customer(rate_limit_rpm=2))
    assert admit(opened, ask(1)).limit.remaining == 1
    assert admit(opened, ask(2)).limit.remaining == 0
    error = refusal(opened, 3)
    assert error.code == "customer_rate_limit_exceeded"
    assert error.retry_after_seconds == 62
    later = books(customer(rate_limit_rpm=2), now=NOON + 62)
    later.windows = opened.windows
    later.window("cus_1").requests.pop(int(NOON // 2))
    assert admit(later, ask(4))


def test_the_account_layer_refuses_before_the_customer_layer() -> None:
    opened = books(account(rate_limit_rpm=0), customer(rate_limit_rpm=0))
    assert refusal(opened).code == "account_rate_limit_exceeded"


def test_tokens_are_taken_at_the_estimate_and_an_explicit_maximum_that_does_not_fit_is_refused() -> None:
    opened = books(customer(rate_limit_tpm=2500))
    admit(opened, ask(1))
    assert sum(opened.windows["cus_1"].tokens.values()) == 2000
    assert refusal(opened, 2).code == "customer_rate_limit_exceeded"


def test_a_maximum_nobody_asked_for_is_lowered_to_what_the_token_window_leaves() -> None:
    admitted = admit(books(customer(rate_limit_tpm=1500)), ask(explicit_max=False, max_output_tokens=16_384))
    assert (admitted.max_output_tokens, admitted.clamped) == (500, True)


def test_every_choice_gets_the_same_whole_number_of_tokens_or_the_call_is_refused() -> None:
    asked = {"max_output_tokens": 8 * 1000, "choices": 8}
    for rest in range(8 * MIN_OUTPUT_TOKENS * 10_000, 10 * 8 * MIN_OUTPUT_TOKENS * 10_000, 777_777):
        opened = books(customer(balance_nano=1_000_000 + rest))
        output = admit(opened, ask(**asked)).max_output_tokens
        assert output % 8 == 0 and 8 * MIN_OUTPUT_TOKENS <= output <= rest // 10_000
    poor = books(customer(balance_nano=1_000_000 + 8 * MIN_OUTPUT_TOKENS * 10_000 - 1))
    assert refusal(poor, **asked).code == "customer_wallet_empty"
    window = books(customer(rate_limit_tpm=1000 + 8 * MIN_OUTPUT_TOKENS - 1))
    assert refusal(window, **asked, explicit_max=False).code == "customer_rate_limit_exceeded"


def test_a_call_that_no_wait_makes_fit_is_told_so_and_not_to_try_again() -> None:
    error = refusal(books(customer(rate_limit_tpm=1500)))
    assert (error.retry_after_seconds, error.headers, error.param) == (60, {"x-should-retry": "false"}, "max_tokens")
    assert "2000 tokens" in error.message and "1500 tokens a minute" in error.message
    assert refusal(books(customer(rate_limit_rpm=0))).headers == {"x-should-retry": "false"}
    later = books(customer(rate_limit_tpm=2000))
    admit(later, ask(1))
    assert (refusal(later, 2).retry_after_seconds, refusal(later, 3).headers) == (62, {})


def test_blocked_deleted_and_foreign_customers_are_refused() -> None:
    assert refusal(books(customer(status="blocked"))).code == "customer_blocked"
    assert refusal(books(customer(deleted=True))).code == "customer_not_found"
    assert refusal(books(customer(account_id="acct_2"))).code == "customer_not_found"
    assert refusal(books(customer(livemode=True))).code == "customer_not_found"
    assert refusal(books()).code == "customer_not_found"


def test_the_dearest_target_of_a_cascade_decides_the_hold() -> None:
    from money_rules import PRICE
    from ringside_gateway.domain.pricing import Price

    dear = Price(input=5 * USD, output=20 * USD)
    assert admit(books(customer()), ask(prices=[PRICE, dear])).hold.customer_nano == 25_000_000


def test_refusals_report_the_exceeded_budget_and_the_empty_wallet_once() -> None:
    opened = books(customer(budget_nano=CENT, spend_month="2026-11", spend_nano=CENT))
    refusal(opened, 1)
    refusal(opened, 2)
    assert [event.type for event in opened.events] == ["budget.warning", "budget.exceeded"]
    opened = books(customer(balance_nano=0))
    refusal(opened, 1)
    refusal(opened, 2)
    assert [event.type for event in opened.events] == ["wallet.empty"]


def test_a_budget_that_other_calls_only_hold_is_not_reported_as_exceeded() -> None:
    opened = books(customer(budget_nano=2 * CENT))
    admit(opened, ask(1))
    admit(opened, ask(2))
    assert refusal(opened, 3).code == "customer_budget_exceeded"
    assert opened.events == []
