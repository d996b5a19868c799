# SPDX-License-Identifier: Apache-2.0
"""Cohere's errors: of an answer that is no success, and of an answer or stream that ends in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from ringside_gateway.domain.upstream import Attempt, UpstreamFault
from ringside_gateway.providers.faults import Detail, fault_of_status, shown

#: Statuses that mean something else to others (docs.cohere.com/reference/errors): a blocked input, a request that was
#: given up, and a parameter that the model does not have.
_STATUSES = {498: 400, 499: 503, 501: 400}
#: Finish reasons that are no finish.
FAILED = {"ERROR": 500, "TIMEOUT": 504}


def fault_of(status: int, headers: Mapping[str, str], body: bytes, attempt: Attempt) -> UpstreamFault:
    """The error for an answer that is no success."""
    try:
        parsed: Any = orjson.loads(body)
    except ValueError:
        parsed = None
    message = parsed.get("message") if isinstance(parsed, dict) else None
    return fault_of_status(_STATUSES.get(status, status), headers, Detail(message=shown(message)), attempt)


def fault_inside(status: int, message: Any, attempt: Attempt) -> UpstreamFault:
    """The error that an answer with a good status ends in."""
    return fault_of_status(status, {}, Detail(message=shown(message)), attempt)
