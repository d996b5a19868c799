# SPDX-License-Identifier: Apache-2.0
"""Sample values for operations that have no example: made of the schema, believable by the field's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ID = "01k6q3v8m4n7p2r5t9w0x1y2z3"
#: What a reader would expect to see in a field of this name; every other field gets a value of its type.
_BY_NAME: dict[str, Any] = {
    "after": f"cus_{_ID}",
    "amount_usd": 25,
    "api_key_id": f"key_{_ID}",
    "balance_after_usd": 49.87,
    "balance_usd": 24.87,
    "before": f"cus_{_ID}",
    "budget_usd": 50,
    "capabilities": ["vision", "tools", "json_schema"],
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello!"}, "finish_reason": "stop"}],
    "customer": f"cus_{_ID}",
    "customer_id": "ext:user_42",
    "email": "ada@example.com",
    "external_id": "user_42",
    "family": "gpt-mini",
    "group_by": "day",
    "has_more": False,
    "key": "2026-01-01",
    "last4": "h7Qx",
    "message": "The wallet has too little left for this call.",
    "messages": [{"role": "user", "content": "Say hello."}],
    "model": "fc:openai/gpt-5-mini",
    "model_requested": "match:openai/gpt-mini",
    "name": "Ada",
    "operation": "chat.completions.create",
    "owned_by": "openai",
    "provider": "openai",
    "reason": "Goodwill",
    "ref": "match:anthropic/sonnet>=4",
    "released": "2026-01-01",
    "request_id": f"req_{_ID}",
    "resolved": "fc:anthropic/claude-sonnet-4-5",
    "candidates": ["fc:anthropic/claude-sonnet-4-5", "fc:anthropic/claude-sonnet-4"],
    "scopes": ["api:chat", "api:read"],
    "secret": "sk_live_…",
    "status": "ok",
    "transaction_id": f"txn_{_ID}",
    "url": "https://example.com/hooks",
    "version": "0.1.0",
}
_ID_PREFIXES = {
    "Customer": "cus",
    "ApiKey": "key",
    "WalletTransaction": "txn",
    "UsageEvent": "ue",
    "Slot": "slot",
    "WebhookEndpoint": "wh",
    "ClientToken": "ct",
    "Event": "evt",
    "ChatCompletion": "chatcmpl",
}
_MOMENT = 1767225600
_DEEPEST = 5


def sample(schema: dict[str, Any], schemas: Mapping[str, Any], *, full: bool, name: str = "", depth: int = 0) -> Any:
    """A value of the schema; `full` has the optional fields too."""
    if "$ref" in schema:
        owner = schema["$ref"].rpartition("/")[2]
        return (
            _object(owner, schemas, full, depth)
            if "properties" in schemas[owner]
            else sample(schemas[owner], schemas, full=full, name=name, depth=depth)
        )
    for key in ("const", "default"):
        if schema.get(key) is not None:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type", "string")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if name in _BY_NAME and _fits(_BY_NAME[name], kinds):
        return _BY_NAME[name]
    if "null" in kinds:
        return None
    if kinds[0] == "array":
        return [] if depth >= _DEEPEST else [sample(schema.get("items", {}), schemas, full=full, depth=depth + 1)]
    return _scalar(kinds[0], schema)


def _fits(value: Any, kinds: list[str]) -> bool:
    wanted = {str: "string", int: "number", float: "number", list: "array", bool: "boolean"}[type(value)]
    return wanted in kinds


def _scalar(kind: str, schema: dict[str, Any]) -> Any:
    if schema.get("format") == "unix-time":
        return _MOMENT
    values: dict[str, Any] = {"boolean": True, "integer": 12, "number": 1.25, "object": {}}
    return values.get(kind, "…")


def _object(owner: str, schemas: Mapping[str, Any], full: bool, depth: int) -> dict[str, Any]:
    schema = schemas[owner]
    required = set(schema.get("required", ()))
    made: dict[str, Any] = {}
    for name, field in schema["properties"].items():
        if name not in required and (not full or depth >= _DEEPEST):
            continue
        made[name] = sample(field, schemas, full=full, name=name, depth=depth + 1)
        told = field.get("description", "")
        if name == "object" and told.startswith("Always `"):
            made[name] = told.split("`")[1]
    if owner in _ID_PREFIXES:
        made["id"] = f"{_ID_PREFIXES[owner]}_{_ID}"
    if "first_id" in made and made.get("data"):
        made["first_id"] = made["last_id"] = made["data"][0]["id"]
    return made
