# SPDX-License-Identifier: Apache-2.0
"""Usage as it is asked for and shown: single events and grouped sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ringside_gateway.domain.calls import CallAttempt
from ringside_gateway.domain.money import to_usd

#: Each kind of token that has a price of its own.
TOKENS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "cache_write_1h_tokens",
    "audio_input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "audio_output_tokens",
)
#: What a correction holds the difference of.
AMOUNTS = (*TOKENS, "cost_nano", "billable_nano")
GROUPINGS = ("day", "model", "provider", "customer", "tag")


@dataclass(frozen=True, slots=True)
class UsageEvent:
    """One billable call, written once at settlement. Amounts in nano-dollars, times in unix seconds or ms.

    `kind` is `call`, or `correction` when real usage arrived after an estimate had been billed. `rates` are those it
    was billed at, nano-dollars per million tokens, None for events older than they are kept; `attempts` are there
    where one event was asked for.
    """

    id: str
    request_id: str
    account_id: str
    livemode: bool
    customer_id: str | None
    operation: str
    model_requested: str
    model: str
    provider: str
    input_tokens: int
    cached_input_tokens: int
    cache_write_tokens: int
    cache_write_1h_tokens: int
    audio_input_tokens: int
    output_tokens: int
    reasoning_tokens: int
    audio_output_tokens: int
    cost_nano: int
    billable_nano: int
    usage_source: str
    status: str
    stream: bool
    tags: tuple[str, ...]
    latency_ms: int
    created_at: int
    kind: str = "call"
    rates: Mapping[str, int] | None = None
    attempts: Sequence[CallAttempt] = ()


@dataclass(frozen=True, slots=True)
class UsageQuery:
    """Which events to sum or list: `since` inclusive and `until` exclusive, unix seconds; None means open."""

    group_by: str | None = None
    since: int | None = None
    until: int | None = None
    customer: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class UsageRow:
    """One group's sums. `key` is the day (UTC, `YYYY-MM-DD`), model ref, provider, customer id or tag."""

    key: str
    requests: int
    input_tokens: int
    output_tokens: int
    cost_nano: int
    billable_nano: int


@dataclass(frozen=True, slots=True)
class UsageSummary:
    """Groups in key order and the totals over all events asked for (a call with two tags counts once here)."""

    query: UsageQuery
    rows: Sequence[UsageRow]
    total: UsageRow


def corrected(event: UsageEvent, correction: UsageEvent) -> UsageEvent:
    """The event as it is billed in the end: an estimate, and what really was used less that estimate."""
    amounts = {name: getattr(event, name) + getattr(correction, name) for name in AMOUNTS}
    known = {name: getattr(correction, name) for name in ("usage_source", "status", "latency_ms")}
    return replace(event, **amounts, **known)


def shown(event: UsageEvent) -> dict[str, Any]:
    """An event as the spec shows it, in answers and webhooks."""
    return {
        "id": event.id,
        "object": "usage_event",
        "request_id": event.request_id,
        "kind": event.kind,
        "customer": event.customer_id,
        "operation": event.operation,
        "model_requested": event.model_requested,
        "model": event.model,
        "provider": event.provider,
        **{name: getattr(event, name) for name in TOKENS},
        "cost_usd": to_usd(event.cost_nano),
        "billable_amount_usd": to_usd(event.billable_nano),
        "usage_source": event.usage_source,
        "status": event.status,
        "stream": event.stream,
        "tags": list(event.tags),
        "latency_ms": event.latency_ms,
        "livemode": event.livemode,
        "created_at": event.created_at,
    }
