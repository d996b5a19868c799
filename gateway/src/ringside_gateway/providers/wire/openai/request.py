# SPDX-License-Identifier: Apache-2.0
"""The caller's body as this provider takes it."""

from __future__ import annotations

import orjson

from ringside_gateway.domain.upstream import Attempt
from ringside_gateway.providers.wire.pivot.states import plain_ids
from ringside_gateway.providers.wire.quirks import applied


def body_of(attempt: Attempt) -> bytes:
    """The request body: the model's own name, our fields gone, quirks applied, usage always asked for."""
    facts = attempt.target.facts
    body = applied(facts.quirks, attempt.body, attempt.target.ref)
    body["model"] = facts.upstream_name
    options = {
        name: value for name, value in (body.pop("stream_options", None) or {}).items() if name != "include_cost"
    }
    if attempt.stream and "stream_options" not in facts.quirks.dropped:
        body["stream_options"] = options | {"include_usage": True}
    body["messages"] = plain_ids(body["messages"])
    return orjson.dumps(body)
