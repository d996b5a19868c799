# SPDX-License-Identifier: Apache-2.0
"""The books: the rows money rules read and write, opened for one transaction and closed with it.

Rules work on these in memory, so that one transaction can decide many calls and write each hot row once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ringside_gateway.domain.ledger import Transaction
from ringside_gateway.domain.usage_reports import UsageEvent

#: How far a wallet's alerts have gone since it was last above its threshold.
QUIET, LOW, EMPTY = 0, 1, 2


@dataclass(slots=True)
class AccountBook:
    """One mode of an account. `balance_nano` is None while the account has no wallet."""

    id: str
    livemode: bool
    balance_nano: int | None
    held_nano: int
    markup_ppm: int
    rate_limit_rpm: int | None
    rate_limit_tpm: int | None
    wallet_alert: int
    rate_alert_at: int = 0
    webhook_events: str = ""
    listened_until: int = 0
    dirty: bool = False

    def wants(self, event_type: str, now: float) -> bool:
        """Whether somebody gets events of this type: an endpoint, or a terminal that listens to all."""
        wanted = self.webhook_events.split()
        return event_type in wanted or "*" in wanted or self.listened_until > now

    @property
    def key(self) -> tuple[str, bool]:
        """What identifies the row."""
        return (self.id, self.livemode)


@dataclass(slots=True)
class CustomerBook:
    """The figures of a customer that gate its calls. `spend_nano` belongs to `spend_month`."""

    id: str
    account_id: str
    livemode: bool
    external_id: str
    budget_nano: int | None
    rate_limit_rpm: int | None
    rate_limit_tpm: int | None
    wallet_low_threshold_nano: int | None
    markup_ppm: int | None
    status: str
    deleted: bool
    balance_nano: int | None
    held_nano: int
    last_topup_nano: int
    spend_month: str
    spend_nano: int
    budget_alert: str
    wallet_alert: int
    rate_alert_at: int = 0
    dirty: bool = False

    @property
    def low_threshold_nano(self) -> int:
        """Below this the wallet is low: its own threshold, else 20 % of the last top-up."""
        return self.last_topup_nano // 5 if self.wallet_low_threshold_nano is None else self.wallet_low_threshold_nano

    def roll_over(self, month: str) -> None:
        """Starts the month's spend at zero when the stored figure belongs to an earlier one."""
        if self.spend_month < month:
            self.spend_month, self.spend_nano, self.dirty = month, 0, True


@dataclass(slots=True)
class WindowBook:
    """One subject's rate window: requests and tokens by bucket, and what this transaction adds to each."""

    subject: str
    requests: dict[int, int] = field(default_factory=dict)
    tokens: dict[int, int] = field(default_factory=dict)
    added: dict[int, list[int]] = field(default_factory=dict)

    def add(self, bucket: int, requests: int, tokens: int) -> None:
        """Counts into a bucket; `tokens` may be negative when a settlement corrects an estimate."""
        self.requests[bucket] = self.requests.get(bucket, 0) + requests
        self.tokens[bucket] = self.tokens.get(bucket, 0) + tokens
        delta = self.added.setdefault(bucket, [0, 0])
        delta[0] += requests
        delta[1] += tokens


@dataclass(slots=True)
class Hold:
    """Money and tokens set aside for a call under way; `facts` is what settling it needs."""

    id: str
    request_id: str
    account_id: str
    livemode: bool
    customer_id: str | None
    account_nano: int
    customer_nano: int
    tokens: int
    bucket: int
    subjects: tuple[str, ...]
    facts: dict[str, Any]
    created_at: int
    expires_at: int
    delivered_tokens: int | None = None
    state: str = "held"
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class PendingEvent:
    """An event for the outbox, written with the change it reports."""

    id: str
    account_id: str
    livemode: bool
    type: str
    data: dict[str, Any]
    created_at: int
    test: bool = False


@dataclass(slots=True)
class Books:
    """Everything one transaction read and will write.

    `now` is this process's time; `window_now` that of the clock all gateways on this database share.
    """

    now: float
    window_now: float = 0.0
    accounts: dict[tuple[str, bool], AccountBook] = field(default_factory=dict)
    customers: dict[str, CustomerBook] = field(default_factory=dict)
    windows: dict[str, WindowBook] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    placed: list[Hold] = field(default_factory=list)
    closed: list[Hold] = field(default_factory=list)
    ledger: list[tuple[Transaction, str, bool]] = field(default_factory=list)
    usage: list[UsageEvent] = field(default_factory=list)
    events: list[PendingEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.window_now = self.window_now or self.now

    def window(self, subject: str) -> WindowBook:
        """The subject's window, empty if it has no rows yet."""
        return self.windows.setdefault(subject, WindowBook(subject))


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows a transaction needs opened; `complete` when it names all that its holds touch."""

    accounts: Sequence[tuple[str, bool]] = ()
    customers: Sequence[str] = ()
    subjects: Sequence[str] = ()
    holds: Sequence[str] = ()
    complete: bool = False

    @classmethod
    def of_hold(cls, hold: Hold) -> Selection:
        """Everything a known hold touches."""
        customers = [hold.customer_id] if hold.customer_id else []
        return cls([(hold.account_id, hold.livemode)], customers, holds=[hold.id], complete=True)
