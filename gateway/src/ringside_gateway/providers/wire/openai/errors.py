# SPDX-License-Identifier: Apache-2.0
"""OpenAI's error bodies, and those of the many that imitate them loosely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt, UpstreamFault
from ringside_gateway.providers.faults import Detail, fault_of_status, shown


def fault_of(status: int, headers: Mapping[str, str], body: bytes, attempt: Attempt) -> UpstreamFault:
    """The error for an answer that is no success."""
    return fault_of_status(status, headers, detail_of(body), attempt)


def detail_of(body: bytes) -> Detail:
    """What the body says: an object or text under `error`, `message` or `detail` on top, or a list of one of these."""
    try:
        parsed: Any = orjson.loads(body)
    except ValueError:
        return Detail()
    if isinstance(parsed, list) and parsed:
        parsed = parsed[0]
    error = parsed.get("error", parsed) if isinstance(parsed, dict) else None
    if isinstance(error, str):
        return Detail(message=shown(error))
    if not isinstance(error, dict):
        return Detail()
    return Detail(
        shown(error.get("code")), shown(error.get("message")) or shown(error.get("detail")), shown(error.get("param"))
    )
