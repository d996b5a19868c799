# SPDX-License-Identifier: Apache-2.0
"""What a response's headers say about the call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(frozen=True)
class ResponseMeta:
    """Facts of one answer; None where the header is absent. Money is USD."""

    request_id: str | None
    """The request's id, for support and for `usage.retrieve_event`."""
    model_resolved: str | None
    """What actually served the call, as an `fc:` ref."""
    model_used: str | None
    """The target of a cascade that answered."""
    models_tried: tuple[str, ...]
    """Every target of a cascade in the order tried, the winner last."""
    fallback_triggered: bool
    """Whether a cascade moved past its first target."""
    wallet_balance: Decimal | None
    """The customer's wallet after the call; on a stream, at admission."""
    wallet_deducted: Decimal | None
    """What this call took from the wallet; absent on a stream."""
    wallet_held: Decimal | None
    """On a stream: what is reserved until the call is settled."""
    cost: Decimal | None
    """What the call cost; absent on a stream."""
    max_tokens_clamped: int | None
    """The lower `max_tokens` the wallet could still pay for."""
    rate_limit_limit: int | None
    rate_limit_remaining: int | None
    rate_limit_reset: int | None
    """Seconds until the tightest window has room again."""
    idempotency_replayed: bool
    """Whether this is the stored answer to an earlier request with the same idempotency key."""


def meta(raw: Any) -> ResponseMeta:
    """Reads Ringside's headers into typed facts.

    Takes the result of `with_raw_response`, a streamed response, an error answered by the gateway, or the headers.
    """
    headers = {str(name).lower(): str(value) for name, value in _headers(raw).items()}
    return ResponseMeta(
        request_id=headers.get("x-request-id"),
        model_resolved=headers.get("x-ringside-model-resolved"),
        model_used=headers.get("x-ringside-model-used"),
        models_tried=_listed(headers.get("x-ringside-models-tried")),
        fallback_triggered=headers.get("x-ringside-fallback-triggered") == "true",
        wallet_balance=_amount(headers.get("x-ringside-wallet-balance")),
        wallet_deducted=_amount(headers.get("x-ringside-wallet-deducted")),
        wallet_held=_amount(headers.get("x-ringside-wallet-held")),
        cost=_amount(headers.get("x-ringside-cost")),
        max_tokens_clamped=_whole(headers.get("x-ringside-max-tokens-clamped")),
        rate_limit_limit=_whole(headers.get("x-ratelimit-limit")),
        rate_limit_remaining=_whole(headers.get("x-ratelimit-remaining")),
        rate_limit_reset=_whole(headers.get("x-ratelimit-reset")),
        idempotency_replayed=headers.get("idempotency-replayed") == "true",
    )


def _headers(raw: Any) -> Mapping[object, object]:
    for carrier in (raw, getattr(raw, "response", None)):
        headers = getattr(carrier, "headers", None)
        if headers is not None:
            return headers  # type: ignore[no-any-return]  # headers of either HTTP library
    if hasattr(raw, "items"):
        return raw  # type: ignore[no-any-return]  # the headers themselves
    raise TypeError(f"{type(raw).__name__} has no response headers: call through `with_raw_response`")


def _amount(value: str | None) -> Decimal | None:
    try:
        amount = Decimal(value) if value is not None else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() else None


def _whole(value: str | None) -> int | None:
    amount = _amount(value)
    return int(amount) if amount is not None else None


def _listed(value: str | None) -> tuple[str, ...]:
    return tuple(part for part in (item.strip() for item in (value or "").split(",")) if part)
