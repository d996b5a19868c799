# SPDX-License-Identifier: Apache-2.0
"""Signatures of deliveries: golden values, every reason for a refusal, typed events."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from ringside import WebhookVerificationError, events, webhooks

NOW = 1_767_225_600
SECRET = "whsec_ringside_test_1"
BODY = b'{"id":"evt_1","type":"wallet.low","data":{}}'
GOLDEN = [
    (BODY, SECRET, "c9a6a96c4cf0aa7fec0e260ef2db68e3ba4094387552fdc398ee84f66e79ef23"),
    (BODY, "whsec_ringside_test_2", "a8b8cc95c86abeb9c360045e60ac4586be28cd21d24c47e5c35ebf53d0368d56"),
    (
        '{"id":"evt_2","type":"wallet.low","data":{"name":"Zoë 🥊"}}'.encode(),
        SECRET,
        "78152b060e2147640280b4511858edc05f85d8ceee8e30a6f088cc2af4cd1bd1",
    ),
    (b"", SECRET, "e15320e8b5186797f9ba41479d95db816eeb600f4a25581cf5e97f935e737dff"),
    (b'{"id":"evt_3"}\r\n', SECRET, "8115b78cdd6d2ab1ce49af5509d28cf815f81162341fdef5427d16febff649b8"),
    (b"\xff\xfe\x00", SECRET, "d32fe04da016516531e868364285f99f2190ec57f0b78c71415faf3e0c94a7f2"),
    (b"{}", "ключ", "1b36e8a997914832b70a211118b62be39c1d6204c5ee6f95c83907056ca1e213"),
]
GOOD = f"t={NOW},v1={GOLDEN[0][2]}"


def refusal(*arguments: Any, **options: Any) -> WebhookVerificationError:
    """The error that verifying raises."""
    with pytest.raises(WebhookVerificationError) as raised:
        webhooks.verify(*arguments, **{"secret": SECRET, "now": NOW, **options})
    return raised.value


@pytest.mark.parametrize(("body", "secret", "digest"), GOLDEN)
def test_signatures_are_the_documented_ones(body: bytes, secret: str, digest: str) -> None:
    header = webhooks.sign(body, secret=secret, timestamp=NOW)
    assert header == f"t={NOW},v1={digest}"
    webhooks.verify_header(body, header, secret=secret, now=NOW)


@pytest.mark.parametrize(
    "headers",
    [
        GOOD,
        {"X-FC-Signature": GOOD},
        {"x-fc-signature": GOOD, "content-type": "application/json"},
        {"X-FC-SIGNATURE": [GOOD]},
        [("Host", "x"), ("x-Fc-sIgnature", GOOD)],
        [(b"x-fc-signature", GOOD.encode())],
    ],
)
def test_headers_are_taken_in_the_shapes_frameworks_have(headers: Any) -> None:
    assert webhooks.verify(BODY, headers, secret=SECRET, now=NOW).id == "evt_1"


@pytest.mark.parametrize("payload", [BODY, BODY.decode(), bytearray(BODY), memoryview(BODY)])
def test_the_raw_body_may_be_any_kind_of_bytes_or_text(payload: Any) -> None:
    assert webhooks.verify(payload, GOOD, secret=SECRET, now=NOW).type == "wallet.low"


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("", "missing_header"),
        ("   ", "missing_header"),
        (None, "missing_header"),
        ({}, "missing_header"),
        ({"X-FC-Signature": None}, "missing_header"),
        ([("X-FC-Signature", GOOD), ("x-fc-signature", GOOD)], "malformed_header"),
        (GOOD.split(",")[1], "malformed_header"),
        (f"t=soon,{GOOD.split(',')[1]}", "malformed_header"),
        (f"t=-{NOW},{GOOD.split(',')[1]}", "malformed_header"),
        (f"t=+{NOW},{GOOD.split(',')[1]}", "malformed_header"),
        (f"t=0x10,{GOOD.split(',')[1]}", "malformed_header"),
        (f"t={'9' * 20},{GOOD.split(',')[1]}", "malformed_header"),
        (f"t={NOW},{GOOD}", "malformed_header"),
        (f"t={NOW}", "malformed_header"),
        (f"t={NOW},v0={GOLDEN[0][2]}", "malformed_header"),
        (GOOD.upper().replace("T=", "t=").replace("V1=", "v1="), "malformed_header"),
        (GOOD[:-1], "malformed_header"),
        (GOOD[:-1] + "g", "malformed_header"),
        (f"t={NOW}" + f",v1={'0' * 64}" * 33, "malformed_header"),
        (f"t={NOW},v1={GOLDEN[3][2]}", "no_match"),
        (GOOD.replace(str(NOW), str(NOW - 1)), "no_match"),
    ],
)
def test_a_header_that_proves_nothing_is_refused_with_its_reason(header: Any, reason: str) -> None:
    assert refusal(BODY, header).reason == reason


def test_another_body_or_secret_does_not_match() -> None:
    assert refusal(BODY + b" ", GOOD).reason == "no_match"
    assert refusal(BODY, GOOD, secret="whsec_other").reason == "no_match"


def test_the_second_signature_and_the_second_secret_count_during_a_rotation() -> None:
    two = f"t={NOW},v1={'0' * 64},v1={GOLDEN[0][2]}"
    assert webhooks.verify(BODY, two, secret=SECRET, now=NOW)
    assert webhooks.verify(BODY, GOOD, secret=["whsec_new", SECRET], now=NOW)
    both = webhooks.sign(BODY, secret=["whsec_new", SECRET], timestamp=NOW)
    assert webhooks.verify(BODY, both, secret=SECRET, now=NOW)


def test_blanks_around_commas_and_unknown_keys_are_accepted() -> None:
    header = f" t={NOW} , v2=later , v1={GOLDEN[0][2]} "
    assert webhooks.verify(BODY, header, secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    ("now", "accepted"), [(300, True), (300.9, True), (301, False), (-300, True), (-300.1, False), (-301, False)]
)
def test_a_time_within_five_minutes_of_the_second_is_accepted(now: float, accepted: bool) -> None:
    if accepted:
        assert webhooks.verify(BODY, GOOD, secret=SECRET, now=NOW + now)
    else:
        assert refusal(BODY, GOOD, now=NOW + now).reason == "timestamp_out_of_tolerance"


def test_tolerance_is_exact_at_zero_and_off_only_by_name() -> None:
    assert webhooks.verify(BODY, GOOD, secret=SECRET, now=NOW, tolerance=0)
    assert refusal(BODY, GOOD, now=NOW + 1, tolerance=0).reason == "timestamp_out_of_tolerance"
    assert webhooks.verify(BODY, GOOD, secret=SECRET, now=NOW + 10**6, tolerance="none")
    for wrong in (None, -1, True, "300"):
        assert refusal(BODY, GOOD, tolerance=wrong).reason == "argument"


@pytest.mark.parametrize("secret", ["", None, [], ["", SECRET], 5])
def test_an_empty_secret_never_means_valid(secret: Any) -> None:
    assert refusal(BODY, GOOD, secret=secret).reason == "config"


def test_a_parsed_body_is_refused_because_its_text_is_gone() -> None:
    assert refusal(json.loads(BODY), GOOD).reason == "argument"


def test_standard_webhooks_headers_get_a_hint() -> None:
    error = refusal(BODY, {"webhook-id": "1", "webhook-signature": "v1,abc"})
    assert error.reason == "missing_header"
    assert "unwrap" in str(error)


@pytest.mark.parametrize(
    "body", [b"\xff\xfe\x00", b"", b"[]", b"{", b'{"type":"x"}', b'{"id":1,"type":"x"}', b"[" * 99999]
)
def test_a_genuine_body_that_is_no_event_is_told_as_decode(body: bytes) -> None:
    assert refusal(body, webhooks.sign(body, secret=SECRET, timestamp=NOW)).reason == "decode"


def test_events_are_typed_and_their_money_is_exact() -> None:
    body = json.dumps(
        {
            "id": "evt_9",
            "object": "event",
            "type": "wallet.low",
            "created_at": NOW,
            "livemode": False,
            "data": {"object": {"object": "wallet", "customer": "cus_1", "balance_usd": 0.1, "fresh": 1.5}},
        }
    )
    event = webhooks.verify(body, webhooks.sign(body, secret=SECRET), secret=SECRET)
    assert isinstance(event, events.WalletLowEvent)
    assert event.data.object.balance_usd == Decimal("0.1")
    assert event.data.object.model_extra == {"fresh": 1.5}
    assert event.test is False
    made_up = json.dumps({**json.loads(body), "test": True})
    assert webhooks.verify(made_up, webhooks.sign(made_up, secret=SECRET), secret=SECRET).test is True


def test_an_event_type_of_the_future_keeps_everything() -> None:
    body = b'{"id":"evt_1","type":"moon.landed","data":{"object":{"crew":3}},"extra":true}'
    event = webhooks.verify(body, webhooks.sign(body, secret=SECRET), secret=SECRET)
    assert isinstance(event, events.UnknownEvent)
    assert (event.type, event.data.object, event.model_extra) == ("moon.landed", {"crew": 3}, {"extra": True})


def test_a_signing_time_that_is_no_time_is_refused() -> None:
    with pytest.raises(WebhookVerificationError) as raised:
        webhooks.sign(BODY, secret=SECRET, timestamp=-1)
    assert raised.value.reason == "argument"
