# SPDX-License-Identifier: Apache-2.0
"""The developer's own customer: who a call is attributed to, and the figures that gate it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ringside_gateway.domain.identifiers import is_generated
from ringside_gateway.domain.money import ppm_to_percent, to_usd

DAY_S = 86_400
#: What stands before an external id where an id is expected.
EXTERNAL = "ext:"
LONGEST_EXTERNAL_ID = 255


def is_ambiguous(external_id: str) -> bool:
    """Whether it reads as another way to name a customer: such a call could be billed to somebody else."""
    return external_id.startswith(EXTERNAL) or is_generated(external_id, "cus")


def month_of(now: float) -> str:
    """The budget month of a moment: calendar month, UTC (product page, Money)."""
    return _month_of_day(int(now // DAY_S))


@lru_cache(maxsize=8)
def _month_of_day(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_S, UTC).strftime("%Y-%m")


def month_end(now: float) -> int:
    """Unix seconds at which the budget month of `now` is over."""
    moment = datetime.fromtimestamp(now, UTC)
    year, month = divmod(moment.year * 12 + moment.month, 12)
    return int(datetime(year, month + 1, 1, tzinfo=UTC).timestamp())


def month_bounds(month: str) -> tuple[int, int]:
    """First and one past the last unix second of a month written `YYYY-MM`."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC).timestamp()
    return int(first), month_end(first)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer row. Amounts in nano-dollars; `balance_nano` is None until the first top-up."""

    id: str
    account_id: str
    livemode: bool
    external_id: str
    created_at: int
    updated_at: int
    name: str | None = None
    email: str | None = None
    budget_nano: int | None = None
    rate_limit_rpm: int | None = None
    rate_limit_tpm: int | None = None
    wallet_low_threshold_nano: int | None = None
    markup_ppm: int | None = None
    metadata: dict[str, Any] | None = None
    status: str = "active"
    deleted_at: int | None = None
    balance_nano: int | None = None
    held_nano: int = 0
    last_topup_nano: int = 0
    spend_month: str = ""
    spend_nano: int = 0

    def spend_in_month(self, now: float) -> int:
        """Month-to-date spend; a stored figure of an earlier month counts as zero, so no job rolls months over."""
        return self.spend_nano if self.spend_month == month_of(now) else 0

    @property
    def low_threshold_nano(self) -> int:
        """Below this the wallet is low: the customer's own threshold, else 20 % of the last top-up."""
        return self.last_topup_nano // 5 if self.wallet_low_threshold_nano is None else self.wallet_low_threshold_nano


def shown(customer: Customer, now: float) -> dict[str, Any]:
    """A customer as the spec shows it, in answers and events."""
    return {
        "id": customer.id,
        "object": "customer",
        "external_id": customer.external_id,
        "name": customer.name,
        "email": customer.email,
        "budget_usd": _usd(customer.budget_nano),
        "rate_limit_rpm": customer.rate_limit_rpm,
        "rate_limit_tpm": customer.rate_limit_tpm,
        "wallet_low_threshold_usd": _usd(customer.wallet_low_threshold_nano),
        "markup_percent": None if customer.markup_ppm is None else ppm_to_percent(customer.markup_ppm),
        "metadata": customer.metadata or {},
        "spend_usd_mtd": to_usd(customer.spend_in_month(now)),
        "wallet_balance_usd": _usd(customer.balance_nano),
        "status": customer.status,
        "livemode": customer.livemode,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
    }


def _usd(nano: int | None) -> Any:
    return None if nano is None else to_usd(nano)
