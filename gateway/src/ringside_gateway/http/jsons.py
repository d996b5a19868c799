# SPDX-License-Identifier: Apache-2.0
"""JSON in and out: strict on the way in, exact decimals on the way out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson

from ringside_gateway.domain.errors import GatewayError

#: Deeper bodies serve no purpose but to exhaust a recursive reader.
MAX_DEPTH = 100


def parse_object(raw: bytes, *, exact: bool) -> dict[str, Any]:
    """The body's object; `exact` keeps decimals as Decimal, for money. 400 `invalid_json` or `invalid_request`."""
    try:
        value = (
            json.loads(raw.decode("utf-8"), parse_float=Decimal, parse_constant=_refuse) if exact else orjson.loads(raw)
        )
    except UnicodeDecodeError as error:
        raise GatewayError("invalid_json", reason=f"byte {error.start} is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise GatewayError("invalid_json", reason=_reason(error)) from error
    if not isinstance(value, dict):
        raise GatewayError("invalid_request", "The request body must be a JSON object.")
    if _too_deep(value):
        raise GatewayError("invalid_json", reason=f"it is nested more than {MAX_DEPTH} levels deep")
    return value


def dump(value: Any) -> bytes:
    """JSON with decimals as plain digits, never as floats or with an exponent."""
    return orjson.dumps(value, default=_exact)


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _reason(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return f"it is nested more than {MAX_DEPTH} levels deep"
    return str(error).partition(": line")[0].strip()[:120] or "it cannot be read"


def _too_deep(value: Any) -> bool:
    """Whether containers nest deeper than allowed, level by level so that hostile depth costs no stack."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True
