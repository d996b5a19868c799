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
_KINDS = {str: "string", int: "number", float: "number", list: "array", bool: "boolean"}


def sample(schema: dict[str, Any], schemas: Mapping[str, Any], *, full: bool, name: str = "") -> Any:
    """A value of the schema; `full` has the optional fields too."""
    return _Sampler(schemas, full).value(schema, name, ())


class _Sampler:
    """Makes values; `trail` are the objects being made, so that one which holds itself ends."""

    def __init__(self, schemas: Mapping[str, Any], full: bool) -> None:
        self._schemas, self._full = schemas, full

    def value(self, schema: dict[str, Any], name: str, trail: tuple[str, ...]) -> Any:
        if "$ref" in schema:
            return self._named(schema["$ref"].rpartition("/")[2], name, trail)
        for key in ("const", "default"):
            if schema.get(key) is not None:
                return schema[key]
        if "enum" in schema:
            return schema["enum"][0]
        choices = schema.get("oneOf") or schema.get("anyOf")
        if choices:
            return self.value(choices[0], name, trail)
        kinds = schema.get("type", "string")
        return self._typed([kinds] if isinstance(kinds, str) else kinds, schema, name, trail)

    def _typed(self, kinds: list[str], schema: dict[str, Any], name: str, trail: tuple[str, ...]) -> Any:
        if name in _BY_NAME and _KINDS[type(_BY_NAME[name])] in kinds:
            return _BY_NAME[name]
        if "null" in kinds:
            return None
        if kinds[0] == "array":
            items = schema.get("items", {})
            ends = items.get("$ref", "").rpartition("/")[2] in trail
            return [] if ends else [self.value(items, "", trail)]
        if schema.get("format") == "unix-time":
            return _MOMENT
        return {"boolean": True, "integer": 12, "number": 1.25, "object": {}}.get(kinds[0], "…")

    def _named(self, owner: str, name: str, trail: tuple[str, ...]) -> Any:
        schema = self._schemas[owner]
        if "properties" not in schema:
            return self.value(schema, name, trail)
        if owner in trail:
            return {}
        required = set(schema.get("required", ()))
        wanted = {key: field for key, field in schema["properties"].items() if self._full or key in required}
        made = {key: self.value(field, key, (*trail, owner)) for key, field in wanted.items()}
        return made | _told(owner, schema, made)


def _told(owner: str, schema: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """What an object says of itself: its constant `object`, an id of its kind, the ends of a page."""
    better: dict[str, Any] = {}
    text = schema["properties"].get("object", {}).get("description", "")
    if "object" in made and text.startswith("Always `"):
        better["object"] = text.split("`")[1]
    if "id" in made and owner in _ID_PREFIXES:
        better["id"] = f"{_ID_PREFIXES[owner]}_{_ID}"
    if "first_id" in made and made.get("data"):
        better["first_id"] = better["last_id"] = made["data"][0].get("id")
    return better
