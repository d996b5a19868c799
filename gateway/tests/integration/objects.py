# SPDX-License-Identifier: Apache-2.0
"""One object of every kind that a path of the spec can name."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
from wire import chat


def created(api: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The object as it was answered."""
    response = api.post(path, json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


def one_of_each(api: httpx.Client) -> dict[str, str]:
    """Ids by the names of path parameters."""
    customer = created(api, "/customers", {"external_id": f"isolation-{uuid4()}"})["id"]
    called = api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer})
    hook = created(api, "/webhook_endpoints", {"url": "http://127.0.0.1:9999/hook", "events": ["*"]})["id"]
    return {
        "customer_id": customer,
        "request_id": called.headers["x-request-id"],
        "client_token_id": created(api, f"/customers/{customer}/client_tokens", {"origin": "https://a.test"})["id"],
        "slot": created(api, "/slots", {"alias": f"s-{uuid4()}", "targets": [{"model": chat()["model"]}]})["id"],
        "webhook_endpoint_id": hook,
        "delivery_id": created(api, f"/webhook_endpoints/{hook}/test", {})["id"],
        "api_key_id": api.get("/api_keys").json()["data"][0]["id"],
    }
