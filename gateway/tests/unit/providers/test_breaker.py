# SPDX-License-Identifier: Apache-2.0
"""The circuit breaker and the rotation of keys, on a clock of their own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ringside_gateway.domain.catalogue import ProviderFacts
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.providers.breaker import FAILURES, FIRST_REST_S, MAX_REST_S, Breaker
from ringside_gateway.providers.keys import Keys, missing_reason

ACME = ProviderFacts(
    "acme", "Acme", "openai", "http://x", ("Authorization", "Bearer "), {}, key_variables=("ACME_KEY",)
)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def broken(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.wait_s() == 0
        breaker.failed()
    return breaker


def test_a_provider_that_keeps_failing_is_left_alone(clock: Clock) -> None:
    assert broken(clock).wait_s() == FIRST_REST_S


def test_one_success_forgets_earlier_failures(clock: Clock) -> None:
    breaker = Breaker(clock)
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.failed()
        breaker.succeeded()
    assert breaker.wait_s() == 0


def test_after_its_rest_exactly_one_call_tries(clock: Clock) -> None:
    breaker = broken(clock)
    clock.now += FIRST_REST_S
    assert breaker.wait_s() == 0
    assert breaker.wait_s() > 0


def test_a_good_trial_opens_the_way_for_all(clock: Clock) -> None:
    breaker = broken(clock)
    clock.now += FIRST_REST_S
    assert breaker.wait_s() == 0
    breaker.succeeded()
    assert [breaker.wait_s() for _ in range(3)] == [0, 0, 0]


def test_each_bad_trial_doubles_the_rest_up_to_a_minute(clock: Clock) -> None:
    breaker, rests = broken(clock), []
    for _ in range(6):
        clock.now += breaker.wait_s()
        assert breaker.wait_s() == 0
        breaker.failed()
        rests.append(breaker.wait_s())
    assert rests == [10, 20, 40, MAX_REST_S, MAX_REST_S, MAX_REST_S]


def test_calls_already_under_way_when_it_opens_do_not_lengthen_the_rest(clock: Clock) -> None:
    breaker = broken(clock)
    for _ in range(20):
        breaker.failed()
    assert breaker.wait_s() == FIRST_REST_S


def test_a_trial_that_never_reports_back_does_not_shut_the_door_for_good(clock: Clock) -> None:
    breaker = broken(clock)
    clock.now += FIRST_REST_S
    assert breaker.wait_s() == 0
    clock.now += MAX_REST_S
    assert breaker.wait_s() == 0


def test_its_state_is_told_without_letting_a_call_through(clock: Clock) -> None:
    breaker = Breaker(clock)
    assert breaker.state() == ("closed", 0.0)
    breaker = broken(clock)
    assert breaker.state() == ("open", FIRST_REST_S)
    clock.now += FIRST_REST_S
    assert [breaker.state() for _ in range(3)] == [("half_open", 0.0)] * 3
    assert breaker.wait_s() == 0
    breaker.succeeded()
    assert breaker.state() == ("closed", 0.0)


def test_keys_are_used_in_turn(clock: Clock) -> None:
    keys = Keys(ProviderSettings(api_keys={"acme": ("a", "b", "c")}), clock)
    assert {keys.next(ACME) for _ in range(3)} == {"a", "b", "c"}


def test_a_limited_key_rests_and_comes_back(clock: Clock) -> None:
    keys = Keys(ProviderSettings(api_keys={"acme": ("a", "b")}), clock)
    keys.note(ACME, "a", 429)
    assert {keys.next(ACME) for _ in range(4)} == {"b"}
    clock.now += 6
    assert {keys.next(ACME) for _ in range(4)} == {"a", "b"}


def test_when_every_key_rests_the_call_is_tried_all_the_same(clock: Clock) -> None:
    keys = Keys(ProviderSettings(api_keys={"acme": ("a", "b")}), clock)
    keys.note(ACME, "a", 401)
    keys.note(ACME, "b", 401)
    assert keys.next(ACME) in ("a", "b")


def test_configured_keys_win_over_the_environment() -> None:
    settings = ProviderSettings(environment={"ACME_KEY": "from-environment"})
    assert Keys(settings).next(ACME) == "from-environment"
    assert Keys(replace(settings, api_keys={"acme": ("configured",)})).next(ACME) == "configured"


def test_a_missing_key_says_which_variable_to_set() -> None:
    assert Keys(ProviderSettings()).next(ACME) is None
    assert "ACME_KEY" in missing_reason(ACME)
    assert "RINGSIDE_PROVIDER_ACME_API_KEY" in missing_reason(replace(ACME, key_variables=()))
