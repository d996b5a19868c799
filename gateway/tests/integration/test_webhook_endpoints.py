# SPDX-License-Identifier: Apache-2.0
"""Webhook endpoints over HTTP: their life, their secrets, what is refused."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator

import httpx
import pytest
from gateway_process import Gateway
from wire import refused

URL = "https://192.0.1.1/hooks"


@pytest.fixture
def endpoint(api: httpx.Client) -> Iterator[dict]:
    made = api.post("/webhook_endpoints", json={"url": URL, "events": ["wallet.low"]}).json()
    yield made
    api.delete(f"/webhook_endpoints/{made['id']}")


def path(endpoint: dict, rest: str = "") -> str:
    return f"/webhook_endpoints/{endpoint['id']}{rest}"


def test_an_endpoint_is_made_read_changed_and_deleted(api: httpx.Client, endpoint: dict) -> None:
    assert endpoint["id"].startswith("wh_") and endpoint["secret"].startswith("whsec_")
    assert (endpoint["url"], endpoint["events"], endpoint["status"]) == (URL, ["wallet.low"], "enabled")
    shown = endpoint | {"secret": None}
    assert api.get(path(endpoint)).json() == shown
    assert shown in api.get("/webhook_endpoints", params={"limit": 100}).json()["data"]
    changed = api.patch(path(endpoint), json={"events": ["*"], "description": "all"}).json()
    assert (changed["events"], changed["description"], changed["secret"]) == (["*"], "all", None)
    off = api.post(path(endpoint), json={"status": "disabled"}).json()
    assert (off["status"], off["disabled_reason"]) == ("disabled", "manual")
    on = api.patch(path(endpoint), json={"status": "enabled"}).json()
    assert (on["status"], on["disabled_reason"]) == ("enabled", None)
    gone = api.delete(path(endpoint)).json()
    assert gone == {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}
    refused(api.get(path(endpoint)), 404, "not_found")


def test_all_events_are_sent_where_none_are_named(api: httpx.Client) -> None:
    made = api.post("/webhook_endpoints", json={"url": URL}).json()
    assert (made["events"], made["description"]) == (["*"], None)
    api.delete(path(made))


def test_openais_spelling_of_the_body_is_understood(api: httpx.Client) -> None:
    body = {"url": URL, "name": "Batches", "event_types": ["batch.completed"]}
    made = api.post("/webhook_endpoints", json=body).json()
    assert (made["events"], made["description"]) == (["batch.completed"], "Batches")
    changed = api.post(path(made), json={"name": "More", "event_types": ["*"]}).json()
    assert (changed["events"], changed["description"]) == (["*"], "More")
    both = {"events": ["*"], "event_types": ["*"], "name": "A", "description": "B"}
    answered = api.patch(path(made), json=both)
    refused(answered, 400, "invalid_request", "description")
    assert api.get(path(made)).json() == changed
    api.delete(path(made))


def test_events_are_not_looked_for_by_a_type_that_does_not_exist(api: httpx.Client) -> None:
    refused(api.get("/events?type=wallet.lwo"), 400, "invalid_request", "type")


def test_a_rotated_secret_is_new_and_says_how_long_the_old_one_signs(api: httpx.Client, endpoint: dict) -> None:
    rotated = api.post(path(endpoint, "/rotate_secret"), json={}).json()
    assert rotated["secret"] != endpoint["secret"]
    assert abs(rotated["previous_secret_expires_at"] - time.time() - 86_400) < 5
    for body in ({"overlap_seconds": 0}, {"keep_old_secret_active_for_24_hours": False}):
        assert api.post(path(endpoint, "/rotate_secret"), json=body).json()["previous_secret_expires_at"] is None


def test_secrets_are_sealed_where_they_are_kept(gateway: Gateway, api: httpx.Client) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    made = api.post("/webhook_endpoints", json={"url": URL}, headers=key).json()
    again = api.post("/webhook_endpoints", json={"url": URL}, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == made, "a retry whose first answer was lost gets the secret all the same"
    text = str(gateway.rows("SELECT * FROM webhook_endpoints")) + str(gateway.rows("SELECT * FROM idempotency_keys"))
    assert made["id"] in text
    assert made["secret"].removeprefix("whsec_") not in text
    api.delete(path(made))


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"url": "http://example.com/"}, "invalid_url", "url"),
        ({"url": "https://10.0.0.1/"}, "invalid_url", "url"),
        ({"url": "https://169.254.169.254/latest"}, "invalid_url", "url"),
        ({"url": "https://[::ffff:127.0.0.1]/"}, "invalid_url", "url"),
        ({"url": "https://2130706433/"}, "invalid_url", "url"),
        ({"url": "https://me@example.com/"}, "invalid_url", "url"),
        ({"url": "https://example.com:25/"}, "invalid_url", "url"),
        ({"url": "https://example.com/" + "a" * 2048}, "invalid_request", "url"),
        ({"url": ""}, "invalid_request", "url"),
        ({"url": None}, "invalid_request", "url"),
        ({"events": []}, "invalid_request", "events"),
        ({"events": ["wallet.low", "wallet.full"]}, "invalid_request", "events[1]"),
        ({"event_types": ["nope"]}, "invalid_request", "event_types[0]"),
        ({"events": ["wallet.low", "wallet.low"]}, "invalid_request", "events"),
        ({"description": "d" * 501}, "invalid_request", "description"),
        ({"secret": "mine"}, "invalid_request", "secret"),
    ],
)
def test_what_cannot_be_delivered_to_is_refused_also_by_a_change(
    api: httpx.Client, endpoint: dict, fields: dict, code: str, param: str
) -> None:
    refused(api.post("/webhook_endpoints", json={"url": URL} | fields), 400, code, param)
    refused(api.patch(path(endpoint), json=fields), 400, code, param)


def test_another_mode_and_a_key_without_the_scope_see_nothing(
    gateway: Gateway, api: httpx.Client, endpoint: dict
) -> None:
    delivery = api.post(path(endpoint, "/test"), json={}).json()["id"]
    calls = [
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("POST", "/rotate_secret"),
        ("POST", "/test"),
        ("GET", "/deliveries"),
        ("POST", f"/deliveries/{delivery}/redeliver"),
    ]
    with httpx.Client(base_url=gateway.url, headers={"Authorization": f"Bearer {gateway.live_key()}"}) as live:
        assert live.get("/webhook_endpoints").json()["data"] == []
        refused(live.post("/webhook_endpoints", json={"url": "http://localhost:3000/"}), 400, "invalid_url", "url")
        for verb, rest in calls:
            body = {} if verb in ("POST", "PATCH") else None
            refused(live.request(verb, path(endpoint, rest), json=body), 404, "not_found")
    refused(api.post(path(endpoint, "/deliveries/whd_nope/redeliver")), 404, "not_found")


def test_a_test_event_and_its_redelivery_stand_in_the_log(api: httpx.Client, endpoint: dict) -> None:
    first = api.post(path(endpoint, "/test"), json={}).json()
    assert (first["event_type"], first["webhook_endpoint"]) == ("wallet.low", endpoint["id"])
    again = api.post(path(endpoint, f"/deliveries/{first['id']}/redeliver")).json()
    assert (again["event"], again["event_type"]) == (first["event"], "wallet.low")
    assert again["id"] != first["id"]
    other = api.post(path(endpoint, "/test"), json={"event_type": "customer.created"}).json()
    listed = api.get(path(endpoint, "/deliveries")).json()["data"]
    assert [row["id"] for row in listed] == [other["id"], again["id"], first["id"]]
    same = api.get(path(endpoint, "/deliveries"), params={"event": first["event"]}).json()["data"]
    assert {row["id"] for row in same} == {first["id"], again["id"]}
    refused(api.post(path(endpoint, "/test"), json={"event_type": "nope"}), 400, "invalid_request", "event_type")
