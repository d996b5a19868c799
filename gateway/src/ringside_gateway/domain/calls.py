# SPDX-License-Identifier: Apache-2.0
"""The life of a billable call as data: what came in, and what went out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.limits import LimitState


class Cancellation:
    """Lets the edge say that the client has gone; whoever holds the upstream registers how to let go of it."""

    def __init__(self) -> None:
        self.cancelled = False
        self._callbacks: list[Callable[[], None]] = []

    def cancel(self) -> None:
        """Marks the call cancelled and runs every registered callback once."""
        self.cancelled = True
        while self._callbacks:
            self._callbacks.pop()()

    def on_cancel(self, callback: Callable[[], None]) -> None:
        """Runs `callback` on cancellation, at once if that was already."""
        self._callbacks.append(callback)
        if self.cancelled:
            self.cancel()

    def hand_over(self, callback: Callable[[], None]) -> None:
        """From here on only `callback` lets go, in its own time, of what earlier ones would have dropped at once."""
        self._callbacks.clear()
        self.on_cancel(callback)


@dataclass(slots=True)
class Patience:
    """Until when, on the monotonic clock, an attempt may keep a call waiting; moved on once it has begun to answer."""

    until: float = float("inf")


@dataclass(frozen=True, slots=True)
class CallAttempt:
    """One try of a call at one target. `outcome` is `answered` or the code of what went wrong.

    `upstream_status` is what the provider answered, None when it did not. `discarded_nano` is what an answer cost that
    was thrown away because it broke the requested schema: the provider charges it, the customer does not pay it.
    """

    position: int
    model: str
    provider: str
    outcome: str
    upstream_status: int | None
    duration_ms: int
    discarded_nano: int | None = None


@dataclass(frozen=True, slots=True)
class Reservation:
    """An idempotency key held by the call under way; its answer is stored with the settlement."""

    account_id: str
    livemode: bool
    key: str
    owner: str


@dataclass(slots=True)
class CallFacts:
    """What the response headers say. Amounts in nano-dollars; None where the fact does not apply (yet)."""

    model_resolved: str
    models_tried: tuple[str, ...] = ()
    fallback: bool = False
    customer_id: str | None = None
    wallet_balance_nano: int | None = None
    wallet_deducted_nano: int | None = None
    wallet_held_nano: int | None = None
    cost_nano: int | None = None
    max_tokens_clamped: int | None = None
    limit: LimitState | None = None


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer kept under an idempotency key. `content_type` tells JSON from a recorded stream."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


#: Kept for a call that was billed although its answer never fully reached the client: a retry must not bill again.
ANSWER_LOST = StoredAnswer(409, b"", content_type="error/idempotency_answer_lost")


@dataclass(slots=True)
class Call:
    """One billable request. `body` is the caller's own, checked against the operation's schema.

    `record` turns facts and payloads (one JSON body, or all SSE data) into what an idempotency key replays. `attempts`
    are added as they are made. `customer_param` is where `customer_ref` stood.
    """

    operation: str
    request_id: str
    caller: Caller
    body: dict[str, Any]
    customer_ref: str | None = None
    customer_param: str = "FC-Customer"
    tags: tuple[str, ...] = ()
    reservation: Reservation | None = None
    record: Callable[[CallFacts, Sequence[bytes]], StoredAnswer] | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)
    attempts: list[CallAttempt] = field(default_factory=list)

    @property
    def stream(self) -> bool:
        """Whether the caller asked for server-sent events."""
        return self.body.get("stream") is True


@dataclass(slots=True)
class Served:
    """A served call: either a whole JSON `body`, or a `stream` of SSE data payloads (closing it settles)."""

    facts: CallFacts
    body: bytes | None = None
    stream: Iterator[bytes] | None = None
