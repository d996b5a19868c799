# SPDX-License-Identifier: Apache-2.0
"""What belongs to another account does not exist: 404 on every operation of the spec that names an object."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from gateway_process import Gateway
from objects import created, one_of_each
from ringside_gateway.domain.api_keys import ALL_SCOPES, fingerprint, new_secret
from ringside_gateway.http._generated.operations import OPERATIONS, OperationSpec
from wire import chat, refused

DOCUMENT = json.loads((Path(__file__).parents[3] / "spec/dist/openapi.json").read_text(encoding="utf-8"))
#: Names that mean the same to everybody.
SHARED = {"models.retrieve"}
NAMING = [found for found in OPERATIONS.values() if "{" in found.path and found.id not in SHARED]
#: Some calls name an object in the query or a header instead.
ASIDE = [
    ("GET", "/usage", {"params": {"customer": "customer_id"}}, "not_found", None),
    ("GET", "/usage/events", {"params": {"customer": "customer_id"}}, "not_found", None),
    (
        "POST",
        "/chat/completions",
        {"json": chat(), "headers": {"FC-Customer": "customer_id"}},
        "customer_not_found",
        "FC-Customer",
    ),
]


@pytest.fixture(scope="module")
def owned(gateway: Gateway) -> dict[str, str]:
    """One object of every kind in the first account, by the name of its path parameter."""
    with gateway.client() as api:
        return one_of_each(api)


@pytest.fixture(scope="module")
def stranger(gateway: Gateway) -> Iterator[httpx.Client]:
    """Another account's key with every scope; only the operator can make accounts, so it is written by hand."""
    secret, now = new_secret(False), int(time.time())
    with sqlite3.connect(next(gateway.folder.glob("*.sqlite3")), timeout=10) as rows:
        rows.execute(
            "INSERT INTO accounts (id, livemode, name, created_at) VALUES ('acct_other', 0, 'Other', ?)", (now,)
        )
        rows.execute(
            "INSERT INTO api_keys (id, account_id, livemode, name, fingerprint, last4, scopes, created_at) "
            "VALUES ('key_other', 'acct_other', 0, 'Other', ?, ?, ?, ?)",
            (fingerprint(secret), secret[-4:], " ".join(ALL_SCOPES), now),
        )
    headers = {"Authorization": f"Bearer {secret}"}
    with httpx.Client(base_url=gateway.url, headers=headers, timeout=30) as client:
        yield client


def body_of(operation: OperationSpec) -> Any:
    """The first example of its body."""
    described = DOCUMENT["paths"][operation.path][operation.method.lower()]
    content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    return next((example["value"] for example in content.get("examples", {}).values()), None)


def called(client: httpx.Client, operation: OperationSpec, owned: dict[str, str]) -> httpx.Response:
    path = operation.path.removeprefix("/v1").format_map(owned)
    return client.request(operation.method, path, json=body_of(operation))


@pytest.mark.parametrize("operation", NAMING, ids=lambda found: found.id)
def test_an_object_of_another_account_does_not_exist(
    stranger: httpx.Client, owned: dict[str, str], operation: OperationSpec
) -> None:
    response = called(stranger, operation, owned)
    assert response.status_code == 404, f"{response.status_code} {response.text}"
    assert not any(value in response.text.replace(response.headers["x-request-id"], "") for value in ("isolation-",))


@pytest.mark.parametrize(("method", "path", "options", "code", "param"), ASIDE)
def test_a_customer_of_another_account_named_aside_does_not_exist(
    stranger: httpx.Client,
    owned: dict[str, str],
    method: str,
    path: str,
    options: dict[str, Any],
    code: str,
    param: str,
) -> None:
    named = {
        kind: {name: owned.get(value, value) for name, value in given.items()} if kind != "json" else given
        for kind, given in options.items()
    }
    refused(stranger.request(method, path, **named), 404, code, param)


def test_its_owner_finds_every_one_of_these_objects(api: httpx.Client, owned: dict[str, str]) -> None:
    reading = [operation for operation in NAMING if operation.method == "GET"]
    assert {called(api, operation, owned).status_code for operation in reading} == {200}


@pytest.mark.parametrize("operation", NAMING, ids=lambda found: found.id)
def test_a_token_of_another_customer_finds_nothing(
    api: httpx.Client, owned: dict[str, str], operation: OperationSpec
) -> None:
    other = created(api, "/customers", {"external_id": f"token-{uuid4()}"})["id"]
    fields = {"origin": "https://a.test", "scope": ["chat", "usage"]}
    token = created(api, f"/customers/{other}/client_tokens", fields)["token"]
    headers = {"Authorization": f"Client {token}", "Origin": "https://a.test"}
    with httpx.Client(base_url=api.base_url, headers=headers, timeout=30) as page:
        response = called(page, operation, owned)
    allowed = operation.client_token_scope is not None
    assert (response.status_code, response.json()["error"]["code"]) in (
        [(404, "not_found"), (404, "customer_not_found")] if allowed else [(403, "endpoint_not_allowed")]
    )
