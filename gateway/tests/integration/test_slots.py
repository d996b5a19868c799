# SPDX-License-Identifier: Apache-2.0
"""Slots over HTTP: their life, and calls that name them."""

from __future__ import annotations

import uuid

import httpx
import pytest
from gateway_process import Gateway
from wire import chat, refused

MINI, BIG = "fc:openai/gpt-4o-mini", "fc:openai/gpt-4.1"


@pytest.fixture
def alias() -> str:
    return f"a-{uuid.uuid4().hex}"


def create(api: httpx.Client, alias: str, *models: str, **fields: object) -> httpx.Response:
    return api.post("/slots", json={"alias": alias, "targets": [{"model": model} for model in models], **fields})


def served(response: httpx.Response) -> tuple[str, list[str]]:
    assert response.status_code == 200, response.text
    tried = response.headers["x-ringside-models-tried"].split(",")
    return response.headers["x-ringside-model-resolved"], tried


def test_a_slot_is_made_read_by_id_and_alias_changed_and_deleted(api: httpx.Client, alias: str) -> None:
    made = create(api, alias, MINI, "match:anthropic/haiku").json()
    assert made["id"].startswith("slot_") and made["strategy"] == "priority" and made["livemode"] is False
    assert made["targets"] == [{"model": MINI, "weight": 1}, {"model": "match:anthropic/haiku", "weight": 1}]
    assert api.get(f"/slots/{alias}").json() == api.get(f"/slots/{made['id']}").json() == made
    assert made in api.get("/slots", params={"limit": 100}).json()["data"]
    changed = api.patch(f"/slots/{alias}", json={"description": "x", "strategy": "cheapest"}).json()
    assert (changed["description"], changed["strategy"], changed["targets"]) == ("x", "cheapest", made["targets"])
    assert api.post(f"/slots/{alias}", json={"description": None}).json()["description"] is None
    gone = api.delete(f"/slots/{made['id']}").json()
    assert gone == {"id": made["id"], "object": "slot", "deleted": True}
    refused(api.get(f"/slots/{alias}"), 404, "not_found")
    refused(api.post("/chat/completions", json=chat(model=f"slot:{alias}")), 404, "slot_not_found", "model")


def test_a_change_holds_from_the_next_call_on(api: httpx.Client, alias: str) -> None:
    create(api, alias, MINI)
    assert served(api.post("/chat/completions", json=chat(model=f"slot:{alias}"))) == (MINI, [MINI])
    api.patch(f"/slots/{alias}", json={"targets": [{"model": BIG}]})
    assert served(api.post("/chat/completions", json=chat(model=f"slot:{alias}"))) == (BIG, [BIG])


def test_the_next_target_answers_when_the_first_fails(api: httpx.Client, alias: str) -> None:
    create(api, alias, "fc:sandbox/error-500", MINI)
    response = api.post("/chat/completions", json=chat(model=f"slot:{alias}"))
    assert served(response) == (MINI, ["fc:sandbox/error-500", MINI])
    assert response.headers["x-ringside-fallback-triggered"] == "true"


def test_a_slot_may_stand_in_a_list_of_models(api: httpx.Client, alias: str) -> None:
    create(api, alias, "fc:sandbox/error-500", MINI)
    response = api.post("/chat/completions", json=chat(model=[f"slot:{alias}", MINI, BIG]))
    assert served(response) == (MINI, ["fc:sandbox/error-500", MINI])


def test_what_a_slot_resolves_to_can_be_asked(api: httpx.Client, alias: str) -> None:
    create(api, alias, BIG, MINI, strategy="cheapest")
    found = api.get("/models/resolve", params={"ref": f"slot:{alias}"}).json()
    assert (found["resolved"], found["candidates"]) == (MINI, [MINI, BIG])


def test_an_alias_is_taken_once_also_by_a_change(api: httpx.Client, alias: str) -> None:
    create(api, alias, MINI)
    refused(create(api, alias, MINI), 409, "alias_taken", "alias")
    create(api, f"{alias}2", MINI)
    refused(api.patch(f"/slots/{alias}2", json={"alias": alias}), 409, "alias_taken", "alias")


@pytest.mark.parametrize(
    ("fields", "status", "code", "param"),
    [
        ({"alias": "Upper"}, 400, "invalid_request", "alias"),
        ({"alias": "slot_mine"}, 400, "invalid_request", "alias"),
        ({"targets": []}, 400, "invalid_request", "targets"),
        ({"targets": [{"model": MINI, "weight": -1}]}, 400, "invalid_request", "targets[0].weight"),
        ({"targets": [{"model": MINI}, {"model": "gpt-4o"}]}, 400, "invalid_model_ref", "targets[1].model"),
        ({"targets": [{"model": "slot:other"}]}, 400, "invalid_request", "targets[0].model"),
        ({"targets": [{"model": "fc:openai/nope"}]}, 404, "model_not_found", "targets[0].model"),
        ({"targets": [{"model": "match:openai/nope"}]}, 404, "no_model_matches", "targets[0].model"),
        ({"strategy": "best"}, 400, "invalid_request", "strategy"),
        ({"targets": [{"model": MINI}] * 17}, 400, "invalid_request", "targets"),
    ],
)
def test_a_bad_slot_is_refused_with_the_field_named(
    api: httpx.Client, alias: str, fields: dict[str, object], status: int, code: str, param: str
) -> None:
    body = {"alias": alias, "targets": [{"model": MINI}]} | fields
    refused(api.post("/slots", json=body), status, code, param)


def test_a_slot_of_the_other_mode_does_not_exist_here(gateway: Gateway, api: httpx.Client, alias: str) -> None:
    create(api, alias, MINI)
    with httpx.Client(base_url=gateway.url, headers={"Authorization": f"Bearer {gateway.live_key()}"}) as live:
        refused(live.get(f"/slots/{alias}"), 404, "not_found")
        refused(live.post("/chat/completions", json=chat(model=f"slot:{alias}")), 404, "slot_not_found", "model")
