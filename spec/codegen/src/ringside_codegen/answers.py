# SPDX-License-Identifier: Apache-2.0
"""What the loader adds to an operation: its error answers, its examples, and the webhooks section of the bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ringside_codegen.yaml_reader import SpecError, need

#: Every operation that asks for a credential may answer these besides its own `x-ringside-errors`.
KEY_ERRORS = (
    "invalid_api_key",
    "insufficient_scope",
    "edge_rate_limit_exceeded",
    "account_rate_limit_exceeded",
    "customer_rate_limit_exceeded",
    "service_unavailable",
    "internal_error",
)
#: And these, if client tokens may call it.
TOKEN_ERRORS = (
    "invalid_client_token",
    "client_token_expired",
    "client_token_revoked",
    "origin_not_allowed",
    "ip_mismatch",
    "endpoint_not_allowed",
    "client_token_rate_limit_exceeded",
)
COMMON_ERRORS = KEY_ERRORS + TOKEN_ERRORS
#: And these, if it takes a body.
POST_ERRORS = (
    "invalid_json",
    "request_too_large",
    "request_timeout",
    "unsupported_media_type",
    "idempotency_in_progress",
    "idempotency_answer_lost",
    "idempotency_key_reused",
)
_JSON = "application/json"


def completed(
    operation: dict[str, Any], source: Path, errors: dict[str, Any], verb: str, examples: list[Any]
) -> dict[str, Any]:
    """The operation with its noun, all its error codes and its examples."""
    codes = set(operation.get("x-ringside-errors") or ())
    codes |= set(KEY_ERRORS if operation.get("x-ringside-scope") else ())
    codes |= set(TOKEN_ERRORS if operation.get("x-ringside-client-token-scope") else ())
    codes |= set(POST_ERRORS if verb in ("post", "patch") else ())
    for code in sorted(codes):
        if code not in errors:
            raise SpecError(f"{source}: x-ringside-errors names {code}, which errors.yaml does not have")
    operation["x-ringside-all-errors"] = sorted(codes, key=lambda code: (errors[code]["status"], code))
    operation["x-ringside-noun"] = source.parent.name
    if examples:
        operation["x-ringside-examples"] = examples
        _add_examples(operation, source, examples)
    return operation


def _add_examples(operation: dict[str, Any], source: Path, examples: list[Any]) -> None:
    """Shows each example where OpenAPI's own tools look for it."""
    for example in examples:
        where = source.parent / "examples" / source.name
        name, answer = need(example, "name", where), need(example, "response", where)
        named = {"summary": example.get("summary", name)}
        if "body" in example.get("request", {}):
            _attach(operation.get("requestBody", {}), name, named | {"value": example["request"]["body"]})
        status = str(need(answer, "status", f"{where}: {name}: response"))
        if "body" in answer and status in operation["responses"]:
            _attach(operation["responses"][status], name, named | {"value": answer["body"]})


def _attach(holder: dict[str, Any], name: str, example: dict[str, Any]) -> None:
    if _JSON in holder.get("content", {}):
        holder["content"][_JSON].setdefault("examples", {})[name] = example


def add_error_answers(operation: dict[str, Any], errors: dict[str, Any], envelope: dict[str, Any]) -> None:
    """One response a status, which lists the codes that have it."""
    by_status: dict[str, list[str]] = {}
    for code in operation["x-ringside-all-errors"]:
        by_status.setdefault(str(errors[code]["status"]), []).append(code)
    for status, codes in by_status.items():
        text = ", ".join(f"`{code}`" for code in codes)
        content = {_JSON: {"schema": envelope}}
        # An operation's own answer of this status (a probe's 503) stays.
        operation["responses"].setdefault(status, {"description": f"{text}.", "content": content})
    operation["responses"] = dict(sorted(operation["responses"].items()))


def webhook(row: dict[str, Any], schema: str | None) -> dict[str, Any]:
    """The delivery of one event, for the bundle's `webhooks`."""
    subject = {"$ref": f"#/components/schemas/{schema}"} if schema else {"type": "object"}
    event = {
        "type": "object",
        "required": ["id", "object", "type", "created_at", "livemode", "data"],
        "properties": {
            "id": {"type": "string"},
            "object": {"const": "event"},
            "type": {"type": "string"},
            "created_at": {"type": "integer", "format": "unix-time"},
            "livemode": {"type": "boolean"},
            "data": {"type": "object", "required": ["object"], "properties": {"object": subject}},
        },
    }
    answers = {"2XX": {"description": "Any success ends the delivery; everything else is tried again."}}
    body = {"required": True, "content": {_JSON: {"schema": event}}}
    return {"post": {"summary": row["description"], "requestBody": body, "responses": answers}}
