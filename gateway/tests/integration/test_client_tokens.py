# SPDX-License-Identifier: Apache-2.0
"""Client tokens over HTTP: minting, what they may do, and what a thief gets."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from gateway_process import Gateway
from wire import chat, refused

APP, OTHER = "https://app.example.com", "https://other.example.com"


@pytest.fixture
def customer(api: httpx.Client) -> str:
    return str(api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"])


@pytest.fixture
def page(gateway: Gateway) -> Iterator[httpx.Client]:
    """A browser's place: no key."""
    with httpx.Client(base_url=gateway.url, timeout=30) as client:
        yield client


def mint(api: httpx.Client, customer: str, **fields: Any) -> dict[str, Any]:
    made = api.post(f"/customers/{customer}/client_tokens", json=fields)
    assert made.status_code == 200, made.text
    return dict(made.json())


def call(page: httpx.Client, token: str, body: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
    sent = {"Authorization": f"Client {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return page.post("/chat/completions", json=body or chat(), headers=sent)


def test_a_token_chats_as_its_customer(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    made = mint(api, customer)
    assert made["expires_at"] - made["created_at"] == 900 and made["scope"] == ["chat"]
    response = call(page, made["token"], chat(user="somebody else"))
    assert response.status_code == 200, response.text
    event = api.get(f"/usage/events/{response.headers['x-request-id']}").json()
    assert event["customer"] == customer


def test_a_token_naming_another_customer_finds_none(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    other = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()
    token = mint(api, customer)["token"]
    for name in (other["id"], other["external_id"], uuid.uuid4().hex):
        refused(call(page, token, FC_Customer=name), 404, "customer_not_found", "FC-Customer")
    assert call(page, token, FC_Customer=customer).status_code == 200


def test_a_token_opens_nothing_but_its_scope(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    chat_only = {"Authorization": f"Client {mint(api, customer)['token']}"}
    usage_only = {"Authorization": f"Client {mint(api, customer, scope=['usage'])['token']}"}
    refused(page.get("/usage", headers=chat_only), 403, "endpoint_not_allowed")
    refused(page.post("/chat/completions", json=chat(), headers=usage_only), 403, "endpoint_not_allowed")
    for path in (f"/customers/{customer}", "/api_keys", "/slots", f"/customers/{customer}/margin"):
        refused(page.get(path, headers=usage_only), 403, "endpoint_not_allowed")
    again = page.post(f"/customers/{customer}/client_tokens", json={}, headers=chat_only)
    refused(again, 403, "endpoint_not_allowed")


def test_its_limit_counts_what_is_no_call_too(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    headers = {"Authorization": f"Client {mint(api, customer, scope=['chat', 'usage'], rate_limit_rpm=3)['token']}"}
    assert page.get("/usage", headers=headers).headers["x-ratelimit-remaining"] == "2"
    assert page.post("/chat/completions", json=chat(), headers=headers).headers["x-ratelimit-remaining"] == "1"
    assert page.get("/usage", headers=headers).status_code == 200
    for response in (page.get("/usage", headers=headers), page.post("/chat/completions", json=chat(), headers=headers)):
        refused(response, 429, "client_token_rate_limit_exceeded")
        assert 1 <= int(response.headers["retry-after"]) <= 62


def test_its_usage_is_the_customers_own_and_tells_no_provider_prices(
    api: httpx.Client, page: httpx.Client, customer: str
) -> None:
    api.patch(f"/customers/{customer}", json={"markup_percent": 100})
    other = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
    foreign = api.post("/chat/completions", json=chat(), headers={"FC-Customer": other}).headers["x-request-id"]
    token = mint(api, customer, scope=["chat", "usage"])["token"]
    headers = {"Authorization": f"Client {token}"}
    served = call(page, token)
    event = page.get(f"/usage/events/{served.headers['x-request-id']}", headers=headers).json()
    assert event["cost_usd"] == event["billable_amount_usd"] == float(served.headers["x-ringside-cost"])
    own = api.get(f"/usage/events/{served.headers['x-request-id']}").json()
    assert own["cost_usd"] * 2 == pytest.approx(own["billable_amount_usd"])
    summary = page.get("/usage", headers=headers).json()
    assert summary["total_requests"] == 1
    assert summary["total_cost_usd"] == summary["total_billable_usd"] == own["billable_amount_usd"]
    refused(page.get(f"/usage/events/{foreign}", headers=headers), 404, "not_found")
    refused(page.get("/usage", params={"customer": other}, headers=headers), 404, "not_found")


def test_a_token_is_good_for_its_origins_only(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    token = mint(api, customer, origin_allowlist=[APP, "https://second.example.com"])["token"]
    assert call(page, token, Origin=APP).status_code == 200
    refused(call(page, token, Origin=OTHER), 403, "origin_not_allowed")
    refused(call(page, token, Origin="null"), 403, "origin_not_allowed")
    refused(call(page, token), 403, "origin_not_allowed")


def test_a_token_bound_to_another_address_is_refused(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    refused(call(page, mint(api, customer, ip="203.0.113.9")["token"]), 403, "ip_mismatch")
    assert call(page, mint(api, customer, ip="127.0.0.1")["token"]).status_code == 200


def test_an_unbound_token_binds_to_the_first_address(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    made = mint(api, customer)
    assert (made["ip"], made["bind_ip"]) == (None, True)
    call(page, made["token"])
    listed = api.get(f"/customers/{customer}/client_tokens").json()["data"][0]
    assert (listed["id"], listed["ip"], listed["token"]) == (made["id"], "127.0.0.1", None)
    free = mint(api, customer, bind_ip=False)
    call(page, free["token"])
    assert api.get(f"/customers/{customer}/client_tokens").json()["data"][0]["ip"] is None


def test_a_revoked_token_ends_at_once(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    made = mint(api, customer)
    assert call(page, made["token"]).status_code == 200
    gone = api.delete(f"/customers/{customer}/client_tokens/{made['id']}").json()
    assert gone == {"id": made["id"], "object": "client_token", "deleted": True}
    time.sleep(1.05)  # what a worker other than the one that revoked it may remember
    refused(call(page, made["token"]), 401, "client_token_revoked")


def test_a_deleted_customers_tokens_die_with_it(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    token = mint(api, customer)["token"]
    assert call(page, token).status_code == 200
    api.delete(f"/customers/{customer}")
    time.sleep(1.05)
    refused(call(page, token), 401, "client_token_revoked")


def test_a_tokens_own_rate_limit_holds(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    token = mint(api, customer, rate_limit_rpm=2)["token"]
    assert [call(page, token).status_code for _ in range(2)] == [200, 200]
    refused(call(page, token), 429, "client_token_rate_limit_exceeded")


def test_a_repeated_mint_gives_the_same_token_again(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    first, second = (api.post(f"/customers/{customer}/client_tokens", json={}, headers=headers) for _ in range(2))
    assert second.headers["idempotency-replayed"] == "true"
    assert second.json() == first.json()
    assert call(page, second.json()["token"]).status_code == 200


def test_a_retry_gets_its_answer_again_also_with_the_customers_next_token(
    api: httpx.Client, page: httpx.Client, customer: str
) -> None:
    key = uuid.uuid4().hex
    first, second = (call(page, mint(api, customer)["token"], Idempotency_Key=key) for _ in range(2))
    assert (second.content, second.headers["idempotency-replayed"]) == (first.content, "true")


def test_whoever_knows_another_customers_key_gets_an_answer_of_their_own(
    api: httpx.Client, page: httpx.Client, customer: str
) -> None:
    other = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
    key = uuid.uuid4().hex
    assert call(page, mint(api, customer)["token"], Idempotency_Key=key).status_code == 200
    answer = call(page, mint(api, other)["token"], Idempotency_Key=key)
    assert "idempotency-replayed" not in answer.headers
    assert api.get(f"/usage/events/{answer.headers['x-request-id']}").json()["customer"] == other
    own = api.post("/chat/completions", json=chat(), headers={"Idempotency-Key": key})
    assert own.status_code == 200 and "idempotency-replayed" not in own.headers


def test_a_page_cannot_take_the_key_the_server_will_use(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    key = uuid.uuid4().hex
    assert call(page, mint(api, customer)["token"], Idempotency_Key=key).status_code == 200
    topup = api.post(f"/customers/{customer}/wallet/topup", json={"amount_usd": 5}, headers={"Idempotency-Key": key})
    assert topup.status_code == 200, topup.text
    assert call(page, mint(api, customer)["token"], Idempotency_Key=key).headers["idempotency-replayed"] == "true"


def test_the_jwt_is_not_in_the_database(gateway: Gateway, api: httpx.Client, customer: str) -> None:
    token = mint(api, customer)["token"]
    api.post(f"/customers/{customer}/client_tokens", json={}, headers={"Idempotency-Key": uuid.uuid4().hex})
    signature = token.rsplit(".", 1)[1].encode()
    assert not any(signature in file.read_bytes() for file in gateway.folder.glob("ringside.sqlite3*"))
    assert not any(b"eyJhbGciOi" in file.read_bytes() for file in gateway.folder.glob("ringside.sqlite3*"))


@pytest.mark.parametrize(
    "authorization", ["Client", "Client x", "Client a.b.c", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x", "Client sk_test_x"]
)
def test_what_is_no_token_is_401(page: httpx.Client, authorization: str) -> None:
    code = "invalid_client_token" if authorization.startswith("Client") else "invalid_api_key"
    response = page.post("/chat/completions", json=chat(), headers={"Authorization": authorization})
    refused(response, 401, code)


def test_a_token_in_the_query_is_not_looked_at(api: httpx.Client, page: httpx.Client, customer: str) -> None:
    token = mint(api, customer, scope=["usage"])["token"]
    refused(page.get("/usage", params={"token": token}), 401, "invalid_api_key")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"ttl_seconds": 59}, "ttl_seconds"),
        ({"ttl_seconds": 3601}, "ttl_seconds"),
        ({"scope": []}, "scope"),
        ({"scope": ["admin"]}, "scope[0]"),
        ({"origin": "app.example.com"}, "origin"),
        ({"origin": APP, "origin_allowlist": [APP]}, "origin"),
        ({"origin_allowlist": [APP, "*"]}, "origin_allowlist[1]"),
        ({"ip": "somewhere"}, "ip"),
        ({"rate_limit_rpm": 0}, "rate_limit_rpm"),
        ({"customer": "cus_x"}, "customer"),
    ],
)
def test_a_bad_mint_names_its_field(api: httpx.Client, customer: str, fields: dict[str, Any], param: str) -> None:
    refused(api.post(f"/customers/{customer}/client_tokens", json=fields), 400, "invalid_request", param)


def test_minting_for_an_unknown_customer_is_404(api: httpx.Client) -> None:
    refused(api.post("/customers/ext:nobody-here/client_tokens", json={}), 404, "not_found")
