# SPDX-License-Identifier: Apache-2.0
"""Events on their way to receivers: signed, tried again, told about, and each event type's cause."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from receivers import OK, Receiver, answer
from ringside import webhooks
from ringside_gateway.domain._generated.event_examples import EXAMPLES
from wire import chat, refused

Subscribe = Callable[..., dict[str, Any]]


@pytest.fixture
def subscribe(api: httpx.Client) -> Iterator[Subscribe]:
    made: list[str] = []
    metrics = str(api.base_url.join("/metrics"))

    def create(receiver: Receiver, *events: str) -> dict[str, Any]:
        # An event of a moment ago goes to whoever is subscribed when it is handed out.
        eventually(lambda: "\nringside_outbox_backlog 0\n" in httpx.get(metrics).text)
        response = api.post("/webhook_endpoints", json={"url": receiver.url, "events": list(events) or ["*"]})
        assert response.status_code == 200, response.text
        made.append(response.json()["id"])
        return dict(response.json())

    yield create
    for endpoint_id in made:
        api.delete(f"/webhook_endpoints/{endpoint_id}")


def standard(secret: str, received: Any) -> str:
    """What Standard Webhooks would sign this request with."""
    message = f"{received.headers['webhook-id']}.{received.headers['webhook-timestamp']}.".encode() + received.body
    digest = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), message, hashlib.sha256)
    return "v1," + base64.b64encode(digest).decode()


def deliveries(api: httpx.Client, endpoint: dict[str, Any]) -> list[dict[str, Any]]:
    return list(api.get(f"/webhook_endpoints/{endpoint['id']}/deliveries").json()["data"])


def eventually(true: Callable[[], bool], within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_event_arrives_signed_both_ways_and_stands_in_the_log(api: httpx.Client, subscribe: Subscribe) -> None:
    with Receiver(lambda _: [answer(201, b"thank you")]) as receiver:
        endpoint = subscribe(receiver, "customer.created")
        name = f"Zoë 🥊 {uuid.uuid4().hex}"
        customer = api.post("/customers", json={"external_id": name}).json()
        (received,) = receiver.wait(1)
        event = webhooks.verify(received.body, received.headers, secret=endpoint["secret"])
        assert (event.type, event.livemode, event.data.object.external_id) == ("customer.created", False, name)
        assert received.event["data"]["object"] == customer
        assert received.headers["webhook-id"] == event.id
        assert received.headers["webhook-signature"] == standard(endpoint["secret"], received)
        assert received.headers["content-type"] == "application/json"
        assert received.headers["user-agent"].startswith("Ringside-Webhooks/")
        eventually(lambda: deliveries(api, endpoint)[0]["status"] == "delivered")
        (logged,) = deliveries(api, endpoint)
        assert (logged["event"], logged["attempts"], logged["next_attempt_at"]) == (event.id, 1, None)
        assert (logged["response_status"], logged["response_body"], logged["error"]) == (201, "thank you", None)


def test_a_failed_delivery_comes_again_with_the_same_id_and_a_fresh_signature(
    api: httpx.Client, subscribe: Subscribe
) -> None:
    answers = [[answer(500, b"not now")], [OK]]
    with Receiver(lambda _: answers.pop(0)) as receiver:
        endpoint = subscribe(receiver, "customer.updated")
        customer = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
        api.patch(f"/customers/{customer}", json={"name": "x"})
        receiver.wait(1)
        eventually(lambda: deliveries(api, endpoint)[0]["response_status"] == 500)
        (waiting,) = deliveries(api, endpoint)
        assert (waiting["status"], waiting["error"]) == ("pending", "it answered 500")
        assert api.get(f"/webhook_endpoints/{endpoint['id']}").json()["failing_since"] is not None
        first, second = receiver.wait(2)
        assert first.body == second.body
        assert 3.9 < second.at - first.at < 8, "five seconds, a fifth less by chance"
        assert first.headers["x-fc-signature"] != second.headers["x-fc-signature"]
        webhooks.verify(second.body, second.headers, secret=endpoint["secret"])
        eventually(lambda: deliveries(api, endpoint)[0]["status"] == "delivered")
        assert deliveries(api, endpoint)[0]["attempts"] == 2
        assert api.get(f"/webhook_endpoints/{endpoint['id']}").json()["failing_since"] is None


def test_while_a_secret_is_rotated_both_sign(api: httpx.Client, subscribe: Subscribe) -> None:
    with Receiver() as receiver:
        endpoint = subscribe(receiver, "customer.created")
        path = f"/webhook_endpoints/{endpoint['id']}"
        rotated = api.post(f"{path}/rotate_secret", json={}).json()
        api.post(f"{path}/test", json={})
        (received,) = receiver.wait(1)
        for secret in (endpoint["secret"], rotated["secret"]):
            webhooks.verify(received.body, received.headers, secret=secret)
            assert standard(secret, received) in received.headers["webhook-signature"].split(" ")
        assert received.headers["x-fc-signature"].count("v1=") == 2
        last = api.post(f"{path}/rotate_secret", json={"overlap_seconds": 0}).json()
        api.post(f"{path}/test", json={})
        received = receiver.wait(2)[1]
        assert received.headers["x-fc-signature"].count("v1=") == 1
        webhooks.verify(received.body, received.headers, secret=last["secret"])


def test_gone_disables_the_endpoint_at_once_and_others_are_told(api: httpx.Client, subscribe: Subscribe) -> None:
    with Receiver(lambda _: [answer(410)]) as gone, Receiver() as other:
        endpoint = subscribe(gone, "customer.deleted")
        subscribe(other, "webhook_endpoint.disabled")
        api.post(f"/webhook_endpoints/{endpoint['id']}/test", json={})
        (received,) = other.wait(1)
        told = received.event["data"]["object"]
        assert (told["id"], told["status"], told["disabled_reason"]) == (endpoint["id"], "disabled", "gone")
        assert told["secret"] is None
        assert api.get(f"/webhook_endpoints/{endpoint['id']}").json() == told
        assert deliveries(api, endpoint)[0]["status"] == "dead"


def test_a_redelivery_is_the_same_event_once_more(api: httpx.Client, subscribe: Subscribe) -> None:
    with Receiver() as receiver:
        endpoint = subscribe(receiver, "wallet.low")
        first = api.post(f"/webhook_endpoints/{endpoint['id']}/test", json={}).json()
        receiver.wait(1)
        again = api.post(f"/webhook_endpoints/{endpoint['id']}/deliveries/{first['id']}/redeliver").json()
        bodies = [received.body for received in receiver.wait(2)]
        assert bodies[0] == bodies[1]
        assert again["event"] == first["event"]


def test_a_disabled_endpoint_gets_nothing_until_it_is_enabled_again(api: httpx.Client, subscribe: Subscribe) -> None:
    with Receiver() as receiver:
        endpoint = subscribe(receiver, "customer.created")
        path = f"/webhook_endpoints/{endpoint['id']}"
        api.patch(path, json={"status": "disabled"})
        api.post("/customers", json={"external_id": uuid.uuid4().hex})
        waiting = api.post(f"{path}/test", json={}).json()
        time.sleep(0.7)
        assert receiver.received == []
        api.patch(path, json={"status": "enabled"})
        (received,) = receiver.wait(1)
        assert received.event["id"] == waiting["event"]


def test_every_event_of_money_and_work_is_sent_when_its_cause_comes(api: httpx.Client, subscribe: Subscribe) -> None:
    with Receiver() as receiver:
        subscribe(receiver)
        customer = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()["id"]
        path, headers = f"/customers/{customer}", {"FC-Customer": customer}

        def call(**fields: Any) -> httpx.Response:
            return api.post("/chat/completions", json=chat(**fields), headers=headers)

        api.post(f"{path}/wallet/topup", json={"amount_usd": 1})
        assert call().status_code == 200
        api.post(f"{path}/wallet/adjust", json={"amount_usd": -0.9, "reason": "test"})
        api.post(f"{path}/wallet/adjust", json={"amount_usd": -0.1, "reason": "test"})
        refused(call(), 402, "customer_wallet_empty")
        api.post(f"{path}/wallet/topup", json={"amount_usd": 1})
        api.patch(path, json={"budget_usd": 0.000031})
        call(max_tokens=16)
        refused(call(), 402, "customer_budget_exceeded")
        api.patch(path, json={"budget_usd": None, "rate_limit_rpm": 1})
        for _ in range(3):
            limited = call()
        refused(limited, 429, "customer_rate_limit_exceeded")
        api.delete(path)
        eventually(lambda: any(r.event["type"] == "customer.deleted" for r in receiver.received))
        time.sleep(0.3)
        events = [received.event for received in receiver.received]
        mine = [event for event in events if customer in (event["data"]["object"].get(n) for n in ("id", "customer"))]
        kinds = sorted({event["type"] for event in mine})
        assert kinds == [
            "budget.exceeded",
            "budget.warning",
            "chat.completion.finished",
            "customer.created",
            "customer.deleted",
            "customer.updated",
            "rate_limit.exceeded",
            "wallet.empty",
            "wallet.low",
            "wallet.topped_up",
        ]
        for event in events:
            documented = EXAMPLES[event["type"]]
            assert event["data"]["object"].keys() == documented.keys(), event["type"]
        assert set(kinds) | {"webhook_endpoint.disabled"} == set(EXAMPLES)
        assert len([event for event in mine if event["type"] == "rate_limit.exceeded"]) == 1
        assert len({event["id"] for event in events}) == len(events)
