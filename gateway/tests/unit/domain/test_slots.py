# SPDX-License-Identifier: Apache-2.0
"""The order in which a slot's targets are tried."""

from __future__ import annotations

import functools
import random
from collections import Counter

import pytest
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.slots import check_alias, ordered
from ringside_gateway.domain.upstream import Target
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.services.calls.latencies import FORGET_S, Latencies

NAMES = ("gpt-4.1", "gpt-4o-mini", "gpt-4o")
CATALOGUE = functools.cache(load_catalogue)


def targets(*weights: int) -> list[tuple[Target, int]]:
    found = [CATALOGUE().find("openai", name) for name in NAMES]
    return [(Target(f.ref, f, f.provider), w) for f, w in zip(found, weights or (1, 1, 1), strict=True) if f]


def order(
    strategy: str, weights: tuple[int, ...] = (), times: dict[str, float] | None = None, seed: int = 1
) -> list[str]:
    measured = times or {}
    found = ordered(strategy, targets(*weights), lambda ref: measured.get(ref, 0.0), random.Random(seed))  # type: ignore[arg-type]
    return [target.facts.name for target in found]


def test_priority_keeps_the_order_given() -> None:
    assert order("priority") == list(NAMES)


def test_cheapest_sorts_by_the_catalogues_price() -> None:
    assert order("cheapest") == ["gpt-4o-mini", "gpt-4.1", "gpt-4o"]


def test_fastest_tries_what_was_never_measured_first_and_then_the_quickest() -> None:
    times = {"fc:openai/gpt-4.1": 0.9, "fc:openai/gpt-4o-mini": 0.4}
    assert order("fastest", times=times) == ["gpt-4o", "gpt-4o-mini", "gpt-4.1"]


def test_weights_are_shares_of_first_attempts_and_every_target_remains_a_fallback() -> None:
    drawn = [order("weighted", (1, 3, 0), seed=seed) for seed in range(2000)]
    first = Counter(names[0] for names in drawn)
    assert 0.70 < first["gpt-4o-mini"] / 2000 < 0.80
    assert first["gpt-4o"] == 0
    assert all(names[-1] == "gpt-4o" and sorted(names) == sorted(NAMES) for names in drawn)


def test_weights_of_nothing_but_zero_leave_the_order_given() -> None:
    assert order("weighted", (0, 0, 0)) == list(NAMES)


def test_an_alias_that_looks_like_an_id_is_refused_by_name() -> None:
    with pytest.raises(GatewayError) as refused:
        check_alias("slot_mine")
    assert (refused.value.code, refused.value.param) == ("invalid_request", "alias")


def test_a_time_moves_the_average_and_is_forgotten_after_five_minutes() -> None:
    now = [0.0]
    latencies = Latencies(lambda: now[0])
    latencies.note("a", 1.0)
    assert latencies.of("a") == 1.0
    latencies.note("a", 2.0)
    assert latencies.of("a") == pytest.approx(1.3)
    now[0] = FORGET_S + 1
    assert latencies.of("a") == 0.0
