# SPDX-License-Identifier: Apache-2.0
"""What a page on another origin may ask for and read."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest
from gateway_process import Gateway
from wire import chat, refused
from worker_kinds import KIND, LIMITS, environment

SENT = (
    "authorization, content-type, x-stainless-lang, x-stainless-retry-count, openai-beta, "
    "fc-customer, fc-tag, idempotency-key, user-agent"
)

LISTED = "https://console.example.com"


@pytest.fixture
def origin(api: httpx.Client) -> str:
    """An origin that a living token names."""
    return named_origin(api)


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with a narrow edge limit, behind a proxy that says whose request it is."""
    narrow = {"RINGSIDE_EDGE_RATE_LIMIT_RPM": "5", "RINGSIDE_TRUSTED_PROXIES": "127.0.0.1"}
    narrow["RINGSIDE_CORS_ORIGINS"] = LISTED
    running = Gateway(tmp_path_factory.mktemp("strict"), **LIMITS, **environment(KIND), **narrow)
    running.start()
    yield running
    assert running.stop() == 0


def visitor(gateway: Gateway, address: str) -> httpx.Client:
    client = gateway.client()
    client.headers["X-Forwarded-For"] = address
    return client


def named_origin(api: httpx.Client) -> str:
    named = f"https://{uuid.uuid4().hex}.example.com"
    customer = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
    api.post(f"/customers/{customer}/client_tokens", json={"origin": named})
    return named


def preflight(api: httpx.Client, origin: str, headers: str = SENT) -> httpx.Response:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": headers}
    return api.options("/chat/completions", headers=asked)


def permission(answer: httpx.Response) -> str | None:
    return answer.headers.get("access-control-allow-origin")


@contextmanager
def tables_away(gateway: Gateway, *tables: str) -> Iterator[None]:
    """Look-ups in them fail as they do when the database is away."""
    with closing(sqlite3.connect(next(gateway.folder.glob("*.sqlite3")), timeout=10)) as rows:
        for table in tables:
            rows.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        try:
            yield
        finally:
            for table in tables:
                rows.execute(f"ALTER TABLE {table}_away RENAME TO {table}")


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


def test_a_page_that_the_operator_lists_needs_no_token_that_names_it_but_a_credential(strict: Gateway) -> None:
    with visitor(strict, "192.0.2.5") as page:
        assert permission(preflight(page, LISTED)) == LISTED
        answer = page.get("/models", headers={"Origin": LISTED, "Authorization": ""})
        refused(answer, 401, "invalid_api_key")
        assert permission(answer) == LISTED


def test_a_page_can_read_that_its_address_is_over_the_edge_limit(strict: Gateway) -> None:
    with visitor(strict, "192.0.2.1") as server, visitor(strict, "192.0.2.2") as page:
        origin, unseen = named_origin(server), named_origin(server)
        while (answer := page.get("/models", headers={"Origin": origin})).status_code == 200:
            pass
        refused(answer, 429, "edge_rate_limit_exceeded")
        assert permission(answer) == origin
        assert "retry-after" in answer.headers["access-control-expose-headers"].lower()
        asked = preflight(page, origin)
        assert (asked.status_code, permission(asked)) == (204, origin)
        assert asked.headers["access-control-max-age"] == "600"
        for other in (unseen, "https://evil.example"):  # that would take a look-up, and the address has had its share
            assert permission(page.get("/models", headers={"Origin": other})) is None
            assert permission(preflight(page, other)) is None


def test_a_page_can_read_that_the_database_is_away(strict: Gateway) -> None:
    with visitor(strict, "192.0.2.3") as server, visitor(strict, "192.0.2.4") as page:
        origin = named_origin(server)
        assert permission(preflight(page, origin)) == origin
        with tables_away(strict, "client_token_origins", "api_keys"):
            time.sleep(1.05)  # what was looked up is believed for a second
            answer = page.get("/models", headers={"Origin": origin})
            refused(answer, 503, "service_unavailable")
            assert permission(answer) == permission(preflight(page, origin)) == origin
            assert permission(page.get("/models", headers={"Origin": "https://evil.example"})) is None
