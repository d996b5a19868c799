# SPDX-License-Identifier: Apache-2.0
"""Whatever stands in whatever field, path or parameter: never a fault of ours, always the envelope."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from ringside_gateway.http._generated.operations import OPERATIONS
from ringside_gateway.http.validation import _schemas
from wire import chat

#: As JSON text: some of it is no JSON, or none that Python would write.
VALUES = [
    "null", "true", "0", "-1", "1.5", "1e999", "1e-999", "-0.0", "1e400", "NaN", "9" * 30, "9" * 5000,
    '""', '"x"', '"\\u0000"', '"\\ud800"', '"\\n"', '"é🥊"', '"' + "x" * 10_000 + '"', '"\' OR 1=1 --"', '"cus_"',
    "[]", "{}", "[null]", '{"a":null}', '{"\\u0000":1}', "[[[[[]]]]]", '["a","a"]', '{"a":1,"a":2}', '[{"type":1}]',
]  # fmt: skip
TEXTS = ["", "-", "--5", "0", "-1", "1.5", "9" * 30, "9" * 5000, "\0", "é🥊", "..", "/", "a b", "%", "'", "x" * 6000]

BODIES: dict[str, dict[str, Any]] = {
    "chat.completions.create": chat(
        [{"type": "text", "text": "Hi"}],
        tools=[{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
        tool_choice="auto",
        stop=["x"],
        max_tokens=5,
        temperature=1,
        user="u",
        stream_options={"include_usage": True},
        response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
        logit_bias={"1": 1},
        metadata={"a": "b"},
        n=1,
        seed=1,
    ),
    "customers.create": {
        "external_id": "hostile", "name": "n", "email": "e", "budget_usd": 1, "monthly_budget_usd": 1,
        "rate_limit_rpm": 1, "rate_limit_tpm": 1, "wallet_low_threshold_usd": 1, "markup_percent": 1,
        "metadata": {"a": "b"},
    },
    "customers.wallet.topup": {"amount_usd": 1, "description": "d", "metadata": {"a": "b"}},
    "customers.wallet.adjust": {"amount_usd": 1, "reason": "r", "description": "d", "metadata": {}},
    "customers.wallet.refund": {"transaction_id": "txn_1", "amount_usd": 1},
    "api_keys.create": {"name": "n", "scopes": ["api:read"], "expires_at": 9_999_999_999},
    "api_keys.roll": {"overlap_seconds": 5, "expires_at": 9_999_999_999},
}  # fmt: skip
BODIES["customers.update"] = {**BODIES["customers.create"], "status": "active"}
BODIES["api_keys.update"] = {"name": "n", "scopes": ["api:read"]}
BODIES["slots.create"] = {
    "alias": "hostile", "strategy": "weighted", "description": "d",
    "targets": [{"model": "fc:openai/gpt-4o-mini", "weight": 1}],
}  # fmt: skip
BODIES["slots.update"] = BODIES["slots.create"]
BODIES["customers.client_tokens.create"] = {
    "ttl_seconds": 60, "scope": ["chat"], "origin_allowlist": ["https://a.example"], "ip": "127.0.0.1",
    "bind_ip": True, "rate_limit_rpm": 1, "origin": "https://a.example",
}  # fmt: skip
BODIES["webhook_endpoints.create"] = {
    "url": "https://192.0.1.1/", "events": ["wallet.low"], "description": "d", "name": "n",
    "event_types": ["wallet.low"],
}  # fmt: skip
BODIES["webhook_endpoints.update"] = {**BODIES["webhook_endpoints.create"], "status": "enabled"}
BODIES["webhook_endpoints.rotate_secret"] = {"overlap_seconds": 5, "keep_old_secret_active_for_24_hours": True}
BODIES["webhook_endpoints.test"] = {"event_type": "wallet.low"}
WITH_BODY = [name for name in OPERATIONS if "body" in _schemas()[name]]
WITH_QUERY = [name for name in OPERATIONS if "query" in _schemas()[name]]
WITH_ID = [name for name, operation in OPERATIONS.items() if "{" in operation.path]


def places(value: Any) -> Iterator[str]:
    """The value as JSON text, once for each place in it, with a hole there."""
    yield "HOLE"
    if isinstance(value, dict):
        for name, child in value.items():
            for text in places(child):
                rest = {other: kept for other, kept in value.items() if other != name}
                yield json.dumps(rest)[:-1] + (", " if rest else "") + json.dumps(name) + ":" + text + "}"
    elif isinstance(value, list):
        for child in value:
            for text in places(child):
                yield f"[{text}]"


def path_of(operation: str, value: str | None = None) -> str:
    """The operation's path, with an id that exists nowhere or the hostile one."""
    path = OPERATIONS[operation].path.removeprefix("/v1")
    known = "fc:openai/gpt-4o-mini" if "{model}" in path else "ext:hostile-target"
    named = quote(known if value is None else value, safe="").replace(".", "%2E")
    return path.partition("{")[0] + named + path.partition("}")[2] if "{" in path else path


def check(response: httpx.Response, sent: object) -> None:
    """Success, or an envelope that is not about ourselves."""
    assert response.status_code < 500, (response.text, sent)
    if response.status_code >= 400:
        error = response.json()["error"]
        assert error["request_id"] == response.headers["x-request-id"]
        assert len(error["message"]) < 1200, (error, sent)
        assert "Traceback" not in error["message"]
        assert len(error["param"] or "") <= 200


@pytest.fixture(scope="module", autouse=True)
def target(gateway: Any) -> None:
    with gateway.client() as client:
        client.post("/customers", json={"external_id": "hostile-target"})


def test_every_operation_with_a_body_is_tried() -> None:
    assert set(WITH_BODY) == set(BODIES)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_no_value_in_any_place_of_a_body_is_a_fault(api: httpx.Client, operation: str) -> None:
    method, path = OPERATIONS[operation].method, path_of(operation)
    for text in places(BODIES[operation]):
        for value in VALUES:
            check(api.request(method, path, content=text.replace("HOLE", value).encode()), (text, value[:80]))


@pytest.mark.parametrize("operation", WITH_QUERY)
def test_no_value_of_any_parameter_is_a_fault(api: httpx.Client, operation: str) -> None:
    for name in _schemas()[operation]["query"]["properties"]:
        for value in TEXTS:
            check(api.get(f"{path_of(operation)}?{name}={quote(value)}"), (name, value[:80]))
    check(api.get(f"{path_of(operation)}?%FF=%FF"), "bytes that are no UTF-8")


@pytest.mark.parametrize("operation", WITH_ID)
def test_no_id_in_any_path_is_a_fault(api: httpx.Client, operation: str) -> None:
    body = json.dumps(BODIES[operation]) if operation in BODIES else None
    for value in [*TEXTS, "ext:", "ext:\0", "ext:%2F", "cus_" + "0" * 26]:
        check(api.request(OPERATIONS[operation].method, path_of(operation, value), content=body), value[:80])
