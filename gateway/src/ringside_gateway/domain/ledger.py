# SPDX-License-Identifier: Apache-2.0
"""Wallet transactions: the append-only ledger whose sum is the balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TOPUP, DEBIT, ADJUST, REFUND = "topup", "debit", "adjust", "refund"


@dataclass(frozen=True, slots=True)
class Transaction:
    """One ledger row. `amount_nano` is signed (a debit is negative); `owner_id` is a customer or an account."""

    id: str
    owner_id: str
    type: str
    amount_nano: int
    balance_after_nano: int
    created_at: int
    description: str | None = None
    request_id: str | None = None
    refunded_transaction_id: str | None = None
    metadata: dict[str, Any] | None = None
