# SPDX-License-Identifier: Apache-2.0
"""The protocol's words for what the SDK has: values, errors, options."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from typing import Any

import openai
import pydantic

#: Which of the protocol's kinds an exception is; the first that fits.
KINDS: list[tuple[Any, str]] = [
    (openai.APITimeoutError, "timeout"),
    (openai.APIConnectionError, "connection"),
    (openai.APIResponseValidationError, "decode"),
    (openai.APIStatusError, "api_status"),
    (openai.APIError, "stream"),
    (json.JSONDecodeError, "decode"),
    ((TypeError, ValueError), "invalid_argument"),
    (openai.OpenAIError, "config"),
]


def exact(value: Any) -> str:
    """JSON in which decimals keep their digits."""
    if isinstance(value, pydantic.BaseModel):
        return exact(
            value.to_dict(mode="python") if hasattr(value, "to_dict") else value.model_dump(exclude_unset=True)
        )
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{exact(child)}" for key, child in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(exact, value)) + "]"
    return json.dumps(value)


def say(number: int, kind: str, **fields: Any) -> None:
    """One line of answer."""
    text = exact({"id": number, "kind": kind, **fields})
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def tell(number: int, event: Any) -> None:
    """One event of a stream."""
    say(number, "event", value=event)


def told(error: BaseException) -> dict[str, Any]:
    """An exception in the protocol's terms, by what the SDK says of it."""
    said: dict[str, Any] = {
        "kind": kind_of(error),
        "class": type(error).__name__,
        "is": [f"openai.{base.__name__}" for base in type(error).__mro__ if base.__module__.startswith("openai")],
        "message": str(error),
        "cause": type(error.__cause__).__name__ if error.__cause__ is not None else None,
    }
    for name in ("status_code", "code", "type", "param", "request_id", "retry_after_seconds", "should_retry", "reason"):
        if hasattr(error, name):
            said[name.removesuffix("_code") if name == "status_code" else name] = getattr(error, name)
    # What breaks into a stream is the host's own class, which leaves the gateway's further facts in the body.
    if "request_id" not in said and isinstance(body := getattr(error, "body", None), dict):
        said["request_id"] = body.get("request_id")
    return said


def kind_of(error: BaseException) -> str:
    """Which of the protocol's kinds an exception is."""
    for cls, kind in KINDS:
        if isinstance(error, cls):
            return kind
    # The host lets transport errors of a stream through as they are.
    return "stream" if type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore", "httpcore2") else "other"


def options_of(given: dict[str, Any]) -> dict[str, Any]:
    """Client options under the SDK's names."""
    options = dict(given)
    if "timeout_ms" in options:
        options["timeout"] = options.pop("timeout_ms") / 1000
    if "headers" in options:
        options["default_headers"] = options.pop("headers")
    return options


def request_of(given: dict[str, Any]) -> dict[str, Any]:
    """A call's own options."""
    request: dict[str, Any] = {}
    if "headers" in given:
        request["extra_headers"] = {
            name: openai.Omit() if value is None else value for name, value in given["headers"].items()
        }
    if "timeout_ms" in given:
        request["timeout"] = given["timeout_ms"] / 1000
    if "idempotency_key" in given:
        request["idempotency_key"] = given["idempotency_key"]
    return request
