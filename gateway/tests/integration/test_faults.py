# SPDX-License-Identifier: Apache-2.0
"""A slow, lying or dying provider, and a client that leaves: a clear error, no money lost, nothing left open."""

from __future__ import annotations

import json
import re
import time
import uuid

import httpx
import pytest
from gateway_process import Gateway
from wire import chat, connected, head, refused
from worker_kinds import needs_a_watch


@pytest.fixture
def customer(api: httpx.Client) -> str:
    made = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
    api.post(f"/customers/{made}/wallet/topup", json={"amount_usd": 10})
    return str(made)


def wallet(api: httpx.Client, customer: str) -> dict:
    return dict(api.get(f"/customers/{customer}/wallet").json())


@pytest.mark.parametrize(
    ("card", "status", "code"),
    [
        ("rate-limited", 429, "upstream_quota_exceeded"),
        ("error-500", 502, "upstream_error"),
        ("error-400", 400, "upstream_invalid_request"),
        ("html-502", 502, "upstream_error"),
        ("reset", 502, "upstream_error"),
        ("cut", 502, "upstream_error"),
        ("garbage", 502, "upstream_error"),
        ("empty", 502, "upstream_error"),
        ("hang", 504, "upstream_timeout"),
    ],
)
def test_a_failed_call_says_why_and_costs_nothing(
    api: httpx.Client, customer: str, card: str, status: int, code: str
) -> None:
    response = api.post("/chat/completions", json=chat(model=f"fc:sandbox/{card}"), headers={"FC-Customer": customer})
    refused(response, status, code, response.json()["error"]["param"])
    after = wallet(api, customer)
    assert (after["balance_usd"], after["held_usd"]) == (10, 0)
    refused(api.get(f"/usage/events/{response.headers['x-request-id']}"), 404, "not_found")


def test_a_providers_retry_after_is_passed_on(api: httpx.Client) -> None:
    response = api.post("/chat/completions", json=chat(model="fc:sandbox/rate-limited"))
    assert response.headers["retry-after"] == "7"
    assert response.headers["x-should-retry"] == "true"


@pytest.mark.parametrize("card", ["cut", "quiet-cut", "error-in-stream", "silent-stream"])
def test_a_stream_that_fails_ends_with_an_error_event_and_bills_what_was_delivered(
    api: httpx.Client, customer: str, card: str
) -> None:
    asked = chat("Write 40 words.", model=f"fc:sandbox/{card}", stream=True)
    answered = api.post("/chat/completions", json=asked, headers={"FC-Customer": customer})
    assert answered.status_code == 200
    frames = answered.text.strip().split("\n\n")
    error = json.loads(frames[-1].removeprefix("data: "))["error"]
    assert error["code"] in ("upstream_error", "upstream_timeout")
    assert error["request_id"] == answered.headers["x-request-id"]
    event = api.get(f"/usage/events/{answered.headers['x-request-id']}").json()
    assert (event["usage_source"], event["status"]) == ("estimated", "failed")
    assert 0 < event["output_tokens"] < 10
    assert wallet(api, customer)["held_usd"] == 0


def test_an_answer_without_usage_is_counted_here_and_marked_estimated(api: httpx.Client, customer: str) -> None:
    for stream in (False, True):
        asked = chat("Write 30 words.", model="fc:sandbox/no-usage", stream=stream)
        answered = api.post("/chat/completions", json=asked, headers={"FC-Customer": customer})
        event = api.get(f"/usage/events/{answered.headers['x-request-id']}").json()
        assert (event["usage_source"], event["status"]) == ("estimated", "completed")
        assert event["output_tokens"] >= 30


@pytest.mark.parametrize("card", ["slow-stream", pytest.param("silent-stream", marks=needs_a_watch)])
def test_a_client_that_leaves_in_mid_stream_is_billed_what_was_delivered_within_a_second(
    gateway: Gateway, api: httpx.Client, customer: str, card: str
) -> None:
    body = json.dumps(chat("Write 400 words.", model=f"fc:sandbox/{card}", stream=True)).encode()
    with connected(gateway) as connection:
        request = head(gateway, Content_Length=str(len(body)), FC_Customer=customer)
        connection.sendall(request + body)
        received = connection.recv(65_536)
        while not re.search(rb'"content":"[^"]', received):  # the first event has no text to bill
            received += connection.recv(65_536)
    request_id = received.partition(b"x-request-id: ")[2].partition(b"\r\n")[0].decode()
    deadline = time.monotonic() + 1.8
    while (found := api.get(f"/usage/events/{request_id}")).status_code == 404 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert wallet(api, customer)["held_usd"] == 0
    assert (found.json()["status"], found.json()["usage_source"]) == ("cancelled", "estimated")


@needs_a_watch
def test_a_client_that_leaves_while_the_provider_is_silent_costs_nothing(
    gateway: Gateway, api: httpx.Client, customer: str
) -> None:
    body = json.dumps(chat(model="fc:sandbox/hang")).encode()
    with connected(gateway) as connection:
        connection.sendall(head(gateway, Content_Length=str(len(body)), FC_Customer=customer) + body)
        deadline = time.monotonic() + 2
        while wallet(api, customer)["held_usd"] == 0 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert wallet(api, customer)["held_usd"] > 0
    left = time.monotonic()
    while wallet(api, customer)["held_usd"] > 0 and time.monotonic() < left + 3:
        time.sleep(0.02)
    assert time.monotonic() - left < 1.2
    assert wallet(api, customer)["balance_usd"] == 10


def test_an_abandoned_stream_keeps_its_idempotency_key_from_billing_again(
    gateway: Gateway, api: httpx.Client, customer: str
) -> None:
    asked, key = chat("Write 400 words.", model="fc:sandbox/slow-stream", stream=True), uuid.uuid4().hex
    headers = {"FC-Customer": customer, "Idempotency-Key": key}
    with api.stream("POST", "/chat/completions", json=asked, headers=headers) as answered:
        lines = answered.iter_lines()
        for _ in range(8):
            next(lines)
        refused(api.post("/chat/completions", json=asked, headers=headers), 409, "idempotency_in_progress")
    time.sleep(1)
    refused(
        api.post("/chat/completions", json=asked, headers=headers), 409, "idempotency_answer_lost", "Idempotency-Key"
    )


def test_nothing_stays_held(gateway: Gateway) -> None:
    assert gateway.rows("SELECT id FROM holds WHERE state = 'held'") == []
