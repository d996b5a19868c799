# SPDX-License-Identifier: Apache-2.0
"""Deliveries of events to endpoints: when they are tried again, and what an answer means for them."""

from __future__ import annotations

import random
from dataclasses import dataclass

PENDING, DELIVERED, DEAD = "pending", "delivered", "dead"
#: Seconds from each failed attempt to the next: 14 attempts in 3 days.
BACKOFF_S = (5, 30, 120, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 43_200, 72_000, 86_400)
#: Up to this share of a pause is left out by chance, so that what failed together is not tried together.
JITTER = 0.2
#: A receiver may ask for a longer pause (Retry-After), within reason.
MOST_RETRY_AFTER_S = 3600
#: Nothing is tried after this.
MOST_AGE_S = 3 * 86_400
#: Why something is not sent any more that never failed for good.
TOO_OLD = "it waited for three days: its endpoint was disabled, or no gateway was running"
FORGOTTEN = "its event is kept no longer"
#: A claimed delivery not reported on after so many times what an attempt may take is tried again: its worker died.
LEASE_TIMEOUTS = 2
#: Of a receiver's answer, this much is kept.
MOST_ANSWER_LENGTH = 1024
#: Not a retry's business: the receiver says that it is gone for good.
GONE = 410


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """A delivery as it can be shown; `due_ms` is when it is tried next, unix milliseconds."""

    id: str
    endpoint_id: str
    livemode: bool
    event_id: str
    event_type: str
    status: str
    attempts: int
    due_ms: int
    response_status: int | None
    response_body: str | None
    duration_ms: int | None
    error: str | None
    last_attempt_at: int | None
    created_at: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attempt came to: a status and the beginning of a body, or an error. `retry_after_s` as asked for.

    `unsent` says that nothing was sent, for a reason of ours.
    """

    duration_ms: int
    status: int | None = None
    body: str | None = None
    error: str | None = None
    retry_after_s: int | None = None
    unsent: bool = False

    @property
    def succeeded(self) -> bool:
        """Whether the receiver has the event."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a delivery after an attempt; `due_ms` matters while it is pending."""

    status: str
    due_ms: int


def judge(answer: Answer, attempts: int, created_at: int, now: float, chance: random.Random) -> Verdict:
    """Delivered, tried again after a pause, or dead. `attempts` counts the one just made."""
    if answer.succeeded:
        return Verdict(DELIVERED, 0)
    if answer.status == GONE or attempts > len(BACKOFF_S):
        return Verdict(DEAD, 0)
    pause = BACKOFF_S[attempts - 1] * (1 - JITTER * chance.random())
    if answer.retry_after_s is not None:
        pause = max(pause, min(answer.retry_after_s, MOST_RETRY_AFTER_S))
    if now + pause > created_at + MOST_AGE_S:
        return Verdict(DEAD, 0)
    return Verdict(PENDING, int((now + pause) * 1000))
