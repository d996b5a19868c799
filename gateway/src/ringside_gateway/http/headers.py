# SPDX-License-Identifier: Apache-2.0
"""Facts of a call as response headers, and attribution headers as facts."""

from __future__ import annotations

import falcon

from ringside_gateway.domain._generated import headers as names
from ringside_gateway.domain.calls import CallFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.limits import LimitState
from ringside_gateway.domain.money import usd_text

MAX_TAGS, MAX_TAG_LENGTH, MAX_CUSTOMER_LENGTH, MAX_KEY_LENGTH = 10, 64, 260, 255


def of_call(facts: CallFacts) -> dict[str, str]:
    """The X-Ringside-* headers of a served call; facts that do not apply leave no header."""
    values = {
        names.X_RINGSIDE_MODEL_RESOLVED: facts.model_resolved,
        names.X_RINGSIDE_MODEL_USED: facts.model_resolved if facts.models_tried else None,
        names.X_RINGSIDE_MODELS_TRIED: ",".join(facts.models_tried) or None,
        names.X_RINGSIDE_FALLBACK_TRIGGERED: "true" if facts.fallback else None,
        names.X_RINGSIDE_WALLET_BALANCE: _usd(facts.wallet_balance_nano),
        names.X_RINGSIDE_WALLET_DEDUCTED: _usd(facts.wallet_deducted_nano),
        names.X_RINGSIDE_WALLET_HELD: _usd(facts.wallet_held_nano),
        names.X_RINGSIDE_COST: _usd(facts.cost_nano),
        names.X_RINGSIDE_MAX_TOKENS_CLAMPED: None
        if facts.max_tokens_clamped is None
        else str(facts.max_tokens_clamped),
    }
    return {name: value for name, value in values.items() if value is not None}


def of_limit(state: LimitState) -> dict[str, str]:
    """The X-RateLimit-* headers of the tightest layer."""
    return {
        names.X_RATE_LIMIT_LIMIT: str(state.limit),
        names.X_RATE_LIMIT_REMAINING: str(state.remaining),
        names.X_RATE_LIMIT_RESET: str(state.reset_s),
    }


def customer(req: falcon.Request) -> str | None:
    """The `FC-Customer` header; 400 names it when it is empty, too long or not ASCII."""
    return _text(req, "FC-Customer", MAX_CUSTOMER_LENGTH)


def idempotency_key(req: falcon.Request) -> str | None:
    """The `Idempotency-Key` header; 400 names it when it is empty or too long."""
    return _text(req, "Idempotency-Key", MAX_KEY_LENGTH)


def tags(req: falcon.Request) -> tuple[str, ...]:
    """The `FC-Tag` headers; WSGI joins repeated ones with commas, so a tag cannot hold one."""
    value = req.get_header("FC-Tag")
    if value is None:
        return ()
    found = tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))
    if len(found) > MAX_TAGS:
        raise GatewayError("invalid_request", f"`FC-Tag` may be given at most {MAX_TAGS} times.", param="FC-Tag")
    for tag in found:
        _check("FC-Tag", tag, MAX_TAG_LENGTH)
    return found


def _text(req: falcon.Request, name: str, longest: int) -> str | None:
    value: str | None = req.get_header(name)
    if value is not None:
        value = value.strip()
        _check(name, value, longest)
    return value


def _check(name: str, value: str, longest: int) -> None:
    if not value or len(value) > longest or not value.isascii() or not value.isprintable():
        text = f"`{name}` must have 1 to {longest} printable ASCII characters."
        raise GatewayError("invalid_request", text, param=name)


def _usd(nano: int | None) -> str | None:
    return None if nano is None else usd_text(nano)
