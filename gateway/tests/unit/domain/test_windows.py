# SPDX-License-Identifier: Apache-2.0
"""Rate windows: whatever the moments of the calls, no sliding minute holds one more than its limit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from money_rules import NOON, ask, books, customer, used
from ringside_gateway.domain.admission import admit
from ringside_gateway.domain.books import Books
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.settlement import settle
from ringside_gateway.domain.windows import WINDOW_S, oldest_live

#: Pause before each call in ms, output asked for, output used; long enough that several windows slide past.
MOMENTS = st.lists(
    st.tuples(st.integers(0, 9000), st.integers(1, 1500), st.integers(0, 1500)), min_size=30, max_size=60
)


def reopened(before: Books, now: float) -> Books:
    """The books of a later transaction: only the buckets a window can still see are read."""
    opened = books(*before.customers.values(), now=now)
    opened.windows, opened.holds = before.windows, before.holds
    for window in opened.windows.values():
        for counts in (window.requests, window.tokens):
            for bucket in [bucket for bucket in counts if bucket < oldest_live(now)]:
                del counts[bucket]
    return opened


@given(MOMENTS, st.integers(1, 6), st.integers(2000, 9000))
def test_no_sliding_minute_holds_one_call_or_one_token_too_many(
    calls: list[tuple[int, int, int]], rpm: int, tpm: int
) -> None:
    now, taken = NOON, []
    opened = books(customer(rate_limit_rpm=rpm, rate_limit_tpm=tpm), now=now)
    for number, (pause_ms, most, output) in enumerate(calls):
        now += pause_ms / 1000
        opened = reopened(opened, now)
        try:
            granted = admit(opened, ask(number, max_output_tokens=most))
        except GatewayError as refused:
            assert 1 <= (refused.retry_after_seconds or 0) <= WINDOW_S + 2
            continue
        output = min(output, granted.max_output_tokens)
        settle(opened, granted.hold, used(output))
        taken.append((now, 1000 + output))
    for start, _ in taken:
        within = [tokens for moment, tokens in taken if start <= moment < start + WINDOW_S]
        assert len(within) <= rpm
        assert sum(within) <= tpm


@given(st.lists(st.integers(0, 4000), min_size=1, max_size=30))
def test_who_waits_as_long_as_told_is_let_in(pauses_ms: list[int]) -> None:
    now, opened = NOON, books(customer(rate_limit_rpm=3))
    for number, pause_ms in enumerate(pauses_ms):
        now += pause_ms / 1000
        opened = reopened(opened, now)
        try:
            admit(opened, ask(number))
        except GatewayError as refused:
            now += refused.retry_after_seconds or 0
            opened = reopened(opened, now)
            admit(opened, ask(number))
