# SPDX-License-Identifier: Apache-2.0
"""What a driver of sdk-python has beyond one of OpenAI's own package."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import ringside
import speech
from ringside import AsyncRingside, Model, Ringside, errors, meta, webhooks

SYNC, ASYNC = Ringside, AsyncRingside
NUMBER = Decimal
NAME, VERSION = "ringside", ringside.__version__
CAPABILITIES = [
    "sync", "async", "cancel", "cancel_stream", "gzip", "header_removal", "raw", "timeout_retry", "token_function",
    "negative_wait", "env", "multipart", "post", "untyped", "key_order", "half_pairs",
]  # fmt: skip
speech.KINDS[:0] = [
    (ringside.WebhookVerificationError, "signature"),
    (ringside.ModelRefError, "invalid_argument"),
    (errors.RingsideConfigError, "config"),
    (errors.RingsideDecodeError, "decode"),
]
speech.KINDS.insert(-1, (errors.RingsideError, "decode"))


def options_of(given: dict[str, Any]) -> dict[str, Any]:
    """Client options under the SDK's names."""
    options = speech.options_of(given)
    if "client_token_sequence" in options:
        tokens: Iterator[str] = iter(options.pop("client_token_sequence"))
        last = [""]

        def provider() -> str:
            last[0] = next(tokens, last[0])
            return last[0]

        options["client_token"] = provider
    return options


def derived(client: Any, options: dict[str, Any]) -> Any:
    """A client with some options changed."""
    return client.copy(**options_of(options))


def meta_of(raw: Any) -> dict[str, Any]:
    """The SDK's view of our headers."""
    facts = meta(raw)
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__ if name != "headers"}


def pure(asked: dict[str, Any], client: Any) -> Any:
    """What needs no request. `client` is the named one, if any."""
    match asked["op"]:
        case "webhook.verify":
            return verified(asked, client)
        case "webhook.unwrap":
            payload = base64.b64decode(asked["payload"])
            event = client.webhooks.unwrap(payload, dict(asked["headers"]), secret=asked["secret"])
            return {"id": event.id, "type": event.type}
        case "webhook.sign":
            return webhooks.sign(base64.b64decode(asked["payload"]), secret=asked["secret"], timestamp=asked["time"])
        case "model.build":
            return built(asked["steps"], asked.get("forks"))
        case "model.parse":
            return str(Model.parse(asked["text"]))
    raise KeyError(asked["op"])


def verified(asked: dict[str, Any], client: Any) -> Any:
    """The event of a delivery: by the module's function, or by a client that knows its secret."""
    payload: Any = base64.b64decode(asked["payload"])
    if asked.get("parsed"):
        payload = json.loads(payload)
    options = {"tolerance": "none" if asked["tolerance"] is None else asked["tolerance"], "now": asked["now"]}
    headers = [tuple(pair) for pair in asked["headers"]]
    if client is not None:
        return client.webhooks.verify(payload, headers, **options)
    return webhooks.verify(payload, headers, secret=asked["secrets"], **options)


def built(steps: list[list[Any]], forks: list[list[list[Any]]] | None) -> Any:
    """A ref from the builder's steps; with forks, also what further steps make of the same builder, and it again."""
    first = walked(Model, steps)
    if forks is None:
        return text_of(first)
    return [text_of(first), *(text_of(walked(first, more)) for more in forks), text_of(first)]


def walked(builder: Any, steps: list[list[Any]]) -> Any:
    """The builder after these steps."""
    for name, *arguments in steps:
        builder = getattr(builder, name)(*arguments)
    return builder


def text_of(builder: Any) -> str:
    """What a builder builds."""
    return builder if isinstance(builder, str) else builder.build()
