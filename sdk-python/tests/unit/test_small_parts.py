# SPDX-License-Identifier: Apache-2.0
"""Paths, money, idempotency keys, response facts."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ringside import _idempotency, _money, meta
from ringside._json import loads
from ringside._paths import path
from ringside.errors import RingsideArgumentError


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("cus_1", "cus_1"),
        ("ext:a/b?c#d%e f+g", "ext:a%2Fb%3Fc%23d%25e%20f+g"),
        ("ext:..", "ext:.."),
        ("é🥊", "%C3%A9%F0%9F%A5%8A"),
        ("a{b}", "a%7Bb%7D"),
    ],
)
def test_a_path_value_is_one_segment_whatever_it_holds(value: str, segment: str) -> None:
    assert path("/customers/{}/wallet", value) == f"/customers/{segment}/wallet"


@pytest.mark.parametrize("value", ["", ".", "..", None, 5, "\ud800"])
def test_a_path_value_that_would_call_another_route_is_refused(value: Any) -> None:
    with pytest.raises(RingsideArgumentError):
        path("/customers/{}", value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**9), max_value=10**9))
def test_an_amount_keeps_every_digit_both_ways(amount: Decimal) -> None:
    text = _money.dumps({"amount_usd": amount})
    assert _money.exact(loads(text)["amount_usd"]) == amount
    assert "e" not in text.decode().split(":")[1].lower()


def test_amounts_of_every_json_kind_become_decimals() -> None:
    assert [_money.exact(value) for value in (1, 0.1, loads("0.10"), loads("1e-9"))] == [
        Decimal(1),
        Decimal("0.1"),
        Decimal("0.10"),
        Decimal("1E-9"),
    ]
    assert [_money.exact(value) for value in (None, "1", True)] == [None, "1", True]


def test_text_beside_an_amount_is_sent_as_it_is() -> None:
    body = {"amount_usd": Decimal("1.50"), "description": 'é "quoted" \\ 🥊', "metadata": {"a": "1.5"}}
    assert json.loads(_money.dumps(body)) == {**body, "amount_usd": 1.5}


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity")])
def test_an_amount_that_is_no_number_is_refused(amount: Decimal) -> None:
    with pytest.raises(RingsideArgumentError):
        _money.dumps({"amount_usd": amount})


def test_a_generated_key_is_a_random_uuid_and_the_users_own_wins() -> None:
    first, second = (_idempotency.with_key(None, None)["Idempotency-Key"] for _ in range(2))
    assert uuid.UUID(first).version == 4
    assert first != second
    assert _idempotency.with_key({"a": "b"}, "mine") == {"Idempotency-Key": "mine", "a": "b"}
    assert _idempotency.with_key(None, "") == {"Idempotency-Key": ""}, "left to be refused"
    assert _idempotency.with_key({"idempotency-KEY": "theirs"}, "mine") == {"idempotency-KEY": "theirs"}


FACTS = {
    "X-Request-Id": "req_1",
    "X-Ringside-Model-Resolved": "fc:openai/gpt-4o",
    "X-Ringside-Models-Tried": "fc:a/b, fc:openai/gpt-4o",
    "X-Ringside-Fallback-Triggered": "true",
    "X-Ringside-Wallet-Balance": "1000000000.123456789",
    "X-Ringside-Cost": "0.000000001",
    "X-Ringside-Max-Tokens-Clamped": "12",
    "X-RateLimit-Remaining": "59",
    "Idempotency-Replayed": "true",
}


@pytest.mark.parametrize(
    "carrier",
    [FACTS, SimpleNamespace(headers=FACTS), SimpleNamespace(response=SimpleNamespace(headers=FACTS))],
)
def test_headers_become_typed_facts(carrier: Any) -> None:
    facts = meta(carrier)
    assert (facts.request_id, facts.model_resolved) == ("req_1", "fc:openai/gpt-4o")
    assert facts.models_tried == ("fc:a/b", "fc:openai/gpt-4o")
    assert (facts.fallback_triggered, facts.idempotency_replayed) == (True, True)
    assert facts.wallet_balance == Decimal("1000000000.123456789")
    assert (facts.cost, facts.max_tokens_clamped) == (Decimal("0.000000001"), 12)
    assert (facts.rate_limit_remaining, facts.rate_limit_limit, facts.wallet_held) == (59, None, None)


def test_absent_and_garbled_facts_are_none() -> None:
    facts = meta({"x-ringside-cost": "much", "x-ratelimit-limit": "NaN"})
    assert (facts.cost, facts.rate_limit_limit, facts.models_tried, facts.fallback_triggered) == (None, None, (), False)


def test_an_answer_without_headers_says_how_to_get_them() -> None:
    with pytest.raises(TypeError, match="with_raw_response"):
        meta(object())
