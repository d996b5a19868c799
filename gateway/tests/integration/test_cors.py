# SPDX-License-Identifier: Apache-2.0
"""What a page on another origin may ask for and read."""

from __future__ import annotations

import uuid

import httpx
import pytest
from wire import chat

SENT = (
    "authorization, content-type, x-stainless-lang, x-stainless-retry-count, openai-beta, "
    "fc-customer, fc-tag, idempotency-key, user-agent"
)


@pytest.fixture
def origin(api: httpx.Client) -> str:
    """An origin that a living token names."""
    named = f"https://{uuid.uuid4().hex}.example.com"
    customer = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
    api.post(f"/customers/{customer}/client_tokens", json={"origin": named})
    return named


def preflight(api: httpx.Client, origin: str, headers: str = SENT) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": headers}
    return api.options("/chat/completions", headers=asked)


def test_a_preflight_passes_for_every_header_the_sdks_send(api: httpx.Client, origin: str) -> None:
    answer = preflight(api, origin)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["access-control-allow-origin"] == origin
    assert set(answer.headers["access-control-allow-headers"].split(", ")) == set(SENT.split(", "))
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Origin" in answer.headers["vary"]


def test_other_headers_are_left_out(api: httpx.Client, origin: str) -> None:
    answer = preflight(api, origin, "authorization, cookie, x-forwarded-for, fc-customer")
    assert answer.headers["access-control-allow-headers"] == "authorization, fc-customer"


@pytest.mark.parametrize("stranger", ["https://evil.example", "null", "https://" + "a" * 400])
def test_an_origin_no_token_names_gets_no_permission(api: httpx.Client, stranger: str) -> None:
    answer = preflight(api, stranger)
    assert answer.status_code == 204
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_page_can_read_answers_and_errors_with_our_headers(api: httpx.Client, origin: str) -> None:
    for body, status in ((chat(), 200), (chat(model="bare"), 400)):
        answer = api.post("/chat/completions", json=body, headers={"Origin": origin})
        assert answer.status_code == status
        assert answer.headers["access-control-allow-origin"] == origin
        readable = answer.headers["access-control-expose-headers"].lower().split(", ")
        for name in (
            "x-request-id",
            "x-ringside-model-resolved",
            "x-ratelimit-remaining",
            "retry-after",
            "retry-after-ms",
            "x-should-retry",
        ):
            assert name in readable
    missing = api.get("/nowhere", headers={"Origin": origin})
    assert missing.status_code == 404 and missing.headers["access-control-allow-origin"] == origin


def test_a_stream_can_be_read_too(api: httpx.Client, origin: str) -> None:
    with api.stream("POST", "/chat/completions", json=chat(stream=True), headers={"Origin": origin}) as answer:
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.read().endswith(b"data: [DONE]\n\n")


def test_calls_without_an_origin_carry_no_permission(api: httpx.Client) -> None:
    answer = api.get("/models")
    assert "access-control-allow-origin" not in answer.headers and "Origin" in answer.headers["vary"]
