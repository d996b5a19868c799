# SPDX-License-Identifier: Apache-2.0
"""The caller's body as this provider takes it."""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.catalogue import Quirks
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Attempt

#: Fields of ours that no provider knows.
OWN_FIELDS = ("drop_params", "conversation")


def body_of(attempt: Attempt) -> bytes:
    """The request body: the model's own name, our fields gone, quirks applied, usage always asked for."""
    facts = attempt.target.facts
    body = {name: value for name, value in attempt.body.items() if name not in OWN_FIELDS}
    body["model"] = facts.upstream_name
    drop = bool(attempt.body.get("drop_params"))
    _apply(facts.quirks, body, attempt.target.ref, drop=drop)
    options = {
        name: value for name, value in (body.pop("stream_options", None) or {}).items() if name != "include_cost"
    }
    if attempt.stream:
        body["stream_options"] = options | {"include_usage": True}
    return orjson.dumps(body)


def _apply(quirks: Quirks, body: dict[str, Any], ref: str, *, drop: bool) -> None:
    for name in quirks.dropped:
        body.pop(name, None)
    for name, accepted in quirks.refused.items():
        if name in body and body[name] is not None and body[name] not in accepted:
            if not drop:
                raise GatewayError("unsupported_parameter", param=name, model=ref)
            del body[name]
    for name, (least, most) in quirks.clamped.items():
        if isinstance(body.get(name), (int, float)):
            body[name] = min(max(body[name], least), most)
    for old, new in quirks.renamed.items():
        if old in body:
            value = body.pop(old)
            body.setdefault(new, value)
