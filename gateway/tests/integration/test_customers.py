# SPDX-License-Identifier: Apache-2.0
"""Customers, wallets and keys over HTTP."""

from __future__ import annotations

import uuid
from decimal import Decimal
from urllib.parse import quote

import httpx
import pytest
from gateway_process import Gateway
from objects import one_of_each
from wire import chat, refused


@pytest.fixture
def customer(api: httpx.Client) -> str:
    return str(api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"])


@pytest.fixture(scope="module")
def one(gateway: Gateway) -> dict[str, str]:
    with gateway.client() as client:
        return one_of_each(client)


def test_a_customer_is_created_read_changed_and_deleted(api: httpx.Client) -> None:
    external = uuid.uuid4().hex
    made = api.post(
        "/customers", json={"external_id": external, "name": "Zoë 🥊", "budget_usd": 5, "metadata": {"a": "b"}}
    )
    assert made.status_code == 200
    customer = made.json()
    assert customer["livemode"] is False
    assert api.get(f"/customers/ext:{external}").json() == customer
    changed = api.patch(f"/customers/{customer['id']}", json={"name": None}).json()
    assert (changed["name"], changed["budget_usd"], changed["metadata"]) == (None, 5, {"a": "b"})
    assert api.post(f"/customers/{customer['id']}", json={"budget_usd": None}).json()["budget_usd"] is None
    gone = api.delete(f"/customers/{customer['id']}").json()
    assert gone == {"id": customer["id"], "object": "customer", "deleted": True}
    refused(api.get(f"/customers/{customer['id']}"), 404, "not_found")
    assert api.post("/customers", json={"external_id": external}).json()["id"] != customer["id"]


@pytest.mark.parametrize("external", ["ext:foo", "ext:", "cus_01m887v0pstzwd1wyjs77d7kr2"])
def test_an_external_id_that_would_read_as_another_customer_is_refused(
    api: httpx.Client, customer: str, external: str
) -> None:
    refused(api.post("/customers", json={"external_id": external}), 400, "invalid_request", "external_id")
    changed = api.patch(f"/customers/{customer}", json={"external_id": external})
    refused(changed, 400, "invalid_request", "external_id")
    called = api.post("/chat/completions", json=chat(), headers={"FC-Customer": f"ext:{external}"})
    refused(called, 404, "customer_not_found", "FC-Customer")


def test_the_records_of_a_deleted_customer_stay_readable_by_its_id_and_take_no_more(api: httpx.Client) -> None:
    external = uuid.uuid4().hex
    gone = api.post("/customers", json={"external_id": external}).json()["id"]
    api.post(f"/customers/{gone}/wallet/topup", json={"amount_usd": 1})
    api.post("/chat/completions", json=chat(), headers={"FC-Customer": external})
    kept = ("wallet", "wallet/transactions", "usage", "margin")
    before = [api.get(f"/customers/{gone}/{records}").json() for records in kept]
    debit = before[1]["data"][0]
    assert debit["type"] == "debit"
    api.delete(f"/customers/{gone}")
    assert [api.get(f"/customers/{gone}/{records}").json() for records in kept] == before
    assert api.get("/usage", params={"customer": gone}).json()["total_requests"] == 1
    assert len(api.get("/usage/events", params={"customer": gone}).json()["data"]) == 1
    assert api.get(f"/usage/events/{debit['request_id']}").status_code == 200
    for change, body in {"topup": {"amount_usd": 1}, "refund": {"transaction_id": debit["id"]}}.items():
        refused(api.post(f"/customers/{gone}/wallet/{change}", json=body), 404, "not_found")
    for name in (f"/customers/ext:{external}/wallet", f"/customers/{gone}"):
        refused(api.get(name), 404, "not_found")
    refused(api.get("/usage", params={"customer": f"ext:{external}"}), 404, "not_found")


def test_a_refused_amount_is_named_as_it_was_given_and_a_whole_one_is_an_integer(
    api: httpx.Client, customer: str
) -> None:
    for name in ("budget_usd", "monthly_budget_usd"):
        for amount in ("0.0000000001", "1." + "0" * 30 + "1"):
            raw = f'{{"{name}": {amount}}}'
            error = refused(api.patch(f"/customers/{customer}", content=raw), 400, "invalid_request", name)
            assert error["message"] == f"`{name}` has more than 9 decimal places."
    made = api.post("/api_keys", content='{"name": "ends", "expires_at": 4102444800.0}')
    assert '"expires_at":4102444800,' in made.text


def test_two_names_of_one_amount_must_agree(api: httpx.Client, customer: str) -> None:
    both = {"budget_usd": 1, "monthly_budget_usd": 3}
    refused(api.patch(f"/customers/{customer}", json=both), 400, "invalid_request", "budget_usd")
    assert api.patch(f"/customers/{customer}", json=both | {"budget_usd": 3}).json()["budget_usd"] == 3


def test_an_update_that_changes_nothing_is_not_reported(api: httpx.Client, customer: str) -> None:
    changed = api.patch(f"/customers/{customer}", json={"name": "Ann"}).json()

    def reported() -> int:
        return sum(
            event["data"]["object"]["id"] == customer
            for event in api.get("/events", params={"type": "customer.updated"}).json()["data"]
        )

    before = reported()
    for body in ({}, {"name": "Ann"}, {"metadata": None}):
        assert api.patch(f"/customers/{customer}", json=body).json() == changed
    assert reported() == before == 1


def test_a_second_customer_with_the_same_external_id_is_409_and_not_worth_a_retry(api: httpx.Client) -> None:
    external = uuid.uuid4().hex
    api.post("/customers", json={"external_id": external})
    response = api.post("/customers", json={"external_id": external})
    refused(response, 409, "external_id_taken", "external_id")
    assert response.headers["x-should-retry"] == "false"


@pytest.mark.parametrize("external", ["a/b", "a?b", "a#b", "50%", "..", "a b", "a+b", "a:b", "é", "cus_Nffr", "/"])
def test_external_ids_may_hold_what_paths_cannot(api: httpx.Client, external: str) -> None:
    external += uuid.uuid4().hex if external != ".." else ""
    made = api.post("/customers", json={"external_id": external})
    if made.status_code == 409:
        made = api.get(f"/customers/ext:{quote(external, safe='').replace('.', '%2E')}")
    path = quote(f"ext:{external}", safe="").replace(".", "%2E")
    assert api.get(f"/customers/{path}").json()["id"] == made.json()["id"]
    assert api.get(f"/customers/{path}/wallet").json()["balance_usd"] is None


@pytest.mark.parametrize("amount", ["0", "0.1", "0.000000001", "123456.123456789", "999999999"])
def test_amounts_survive_exactly(api: httpx.Client, customer: str, amount: str) -> None:
    body = f'{{"budget_usd": {amount}}}'.encode()
    answered = api.patch(f"/customers/{customer}", content=body)
    assert f'"budget_usd":{amount}' in answered.text
    shown = httpx.Response(200, content=answered.content).json()["budget_usd"]
    assert Decimal(str(shown)) == Decimal(amount)


@pytest.mark.parametrize("amount", ["-1", "0", "NaN", "1e30", "Infinity", '"5"', "0.123456789012", "null", "true"])
def test_topping_up_with_no_real_amount_is_refused(api: httpx.Client, customer: str, amount: str) -> None:
    response = api.post(f"/customers/{customer}/wallet/topup", content=f'{{"amount_usd": {amount}}}'.encode())
    code = response.json()["error"]["code"]
    refused(response, 400, code, None if code == "invalid_json" else "amount_usd")
    assert api.get(f"/customers/{customer}/wallet").json()["balance_usd"] is None


def test_a_misspelt_field_is_an_error_not_a_silence(api: httpx.Client) -> None:
    refused(api.post("/customers", json={"external_id": "x", "bugdet_usd": 5}), 400, "invalid_request", "bugdet_usd")


def test_top_up_debit_refund_and_adjustment_add_up(api: httpx.Client, customer: str) -> None:
    api.post(f"/customers/{customer}/wallet/topup", json={"amount_usd": 1, "description": "starter"})
    answered = api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer})
    deducted = Decimal(answered.headers["x-ringside-wallet-deducted"])
    assert deducted > 0
    assert Decimal(answered.headers["x-ringside-wallet-balance"]) == 1 - deducted
    history = api.get(f"/customers/{customer}/wallet/transactions").json()["data"]
    assert [row["type"] for row in history] == ["debit", "topup"]
    assert history[0]["request_id"] == answered.headers["x-request-id"]
    refund = f"/customers/{customer}/wallet/refund"
    assert api.post(refund, json={"transaction_id": history[0]["id"]}).json()["balance_after_usd"] == 1
    refused(api.post(refund, json={"transaction_id": history[0]["id"]}), 400, "refund_exceeds_debit", "amount_usd")
    refused(
        api.post(refund, json={"transaction_id": history[1]["id"]}), 400, "transaction_not_refundable", "transaction_id"
    )
    refused(api.post(refund, json={"transaction_id": "txn_nope"}), 404, "not_found", "transaction_id")
    api.post(f"/customers/{customer}/wallet/adjust", json={"amount_usd": -0.25, "reason": "goodwill, reversed"})
    wallet = api.get(f"/customers/{customer}/wallet").json()
    assert wallet["balance_usd"] == 0.75
    assert wallet["held_usd"] == 0
    assert [row["type"] for row in wallet["transactions"]["data"]] == ["adjust", "refund", "debit", "topup"]


def test_another_customers_transaction_cannot_be_refunded(api: httpx.Client, customer: str) -> None:
    api.post(f"/customers/{customer}/wallet/topup", json={"amount_usd": 1})
    api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer})
    debit = api.get(f"/customers/{customer}/wallet/transactions").json()["data"][0]["id"]
    other = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
    refused(
        api.post(f"/customers/{other}/wallet/refund", json={"transaction_id": debit}),
        404,
        "not_found",
        "transaction_id",
    )


def test_an_idempotency_key_makes_one_top_up_of_two_requests(api: httpx.Client, customer: str) -> None:
    path, key = f"/customers/{customer}/wallet/topup", {"Idempotency-Key": uuid.uuid4().hex}
    first = api.post(path, json={"amount_usd": 5}, headers=key)
    second = api.post(path, json={"amount_usd": 5}, headers=key)
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert api.get(f"/customers/{customer}/wallet").json()["balance_usd"] == 5
    refused(api.post(path, json={"amount_usd": 6}, headers=key), 422, "idempotency_key_reused", "Idempotency-Key")


def test_a_refused_request_leaves_its_idempotency_key_free(api: httpx.Client, customer: str) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    refused(api.post("/customers", json={"external_id": ""}, headers=key), 400, "invalid_request", "external_id")
    assert api.post("/customers", json={"external_id": uuid.uuid4().hex}, headers=key).status_code == 200


def test_keys_are_scoped_rolled_and_revoked(api: httpx.Client) -> None:
    made = api.post(
        "/api_keys", json={"name": "reader", "scopes": ["api:read"]}, headers={"Idempotency-Key": uuid.uuid4().hex}
    )
    key = made.json()
    headers = {"Authorization": f"Bearer {key['secret']}"}
    assert api.get("/customers", headers=headers).status_code == 200
    error = refused(api.post("/customers", json={"external_id": "x"}, headers=headers), 403, "insufficient_scope")
    assert "api:write" in error["message"]
    rolled = api.post(f"/api_keys/{key['id']}/roll", json={"overlap_seconds": 3600}).json()
    assert rolled["scopes"] == ["api:read"]
    as_rolled = {"Authorization": f"Bearer {rolled['secret']}"}
    assert api.get("/customers", headers=as_rolled).status_code == 200
    assert api.delete(f"/api_keys/{rolled['id']}").json()["deleted"] is True
    refused(api.get("/customers", headers=as_rolled), 401, "invalid_api_key")
    assert api.get("/customers", headers=headers).status_code == 200
    api.patch(f"/api_keys/{key['id']}", json={"scopes": ["api:write"]})
    refused(api.get("/customers", headers=headers), 403, "insufficient_scope")
    assert api.get(f"/api_keys/{key['id']}").json()["secret"] is None


@pytest.mark.parametrize("noun", ["customer_id", "slot", "api_key_id", "webhook_endpoint_id"])
def test_an_update_that_is_posted_takes_an_idempotency_key_as_any_post_does(
    api: httpx.Client, one: dict[str, str], noun: str
) -> None:
    folder, field = {
        "customer_id": ("customers", "name"),
        "slot": ("slots", "description"),
        "api_key_id": ("api_keys", "name"),
        "webhook_endpoint_id": ("webhook_endpoints", "description"),
    }[noun]
    path, key = f"/{folder}/{one[noun]}", {"Idempotency-Key": uuid.uuid4().hex}
    first = api.post(path, json={field: "first"}, headers=key)
    api.patch(path, json={field: "second"})
    again = api.post(path, json={field: "first"}, headers=key)
    assert (again.headers["idempotency-replayed"], again.json()) == ("true", first.json())
    assert api.get(path).json()[field] == "second"
    other = api.post(path, json={field: "third"}, headers=key)
    refused(other, 422, "idempotency_key_reused", "Idempotency-Key")
    assert api.patch(path, json={field: "fourth"}, headers=key).json()[field] == "fourth"


def test_a_stored_answer_never_keeps_a_secret(api: httpx.Client) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    first = api.post("/api_keys", json={"name": "once"}, headers=key).json()
    second = api.post("/api_keys", json={"name": "once"}, headers=key).json()
    assert first["secret"].startswith("sk_test_")
    assert second == first | {"secret": None}
