# SPDX-License-Identifier: Apache-2.0
"""Wallet transactions: the append-only ledger whose sum is the balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain.money import to_usd

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


def shown(row: Transaction, livemode: bool) -> dict[str, Any]:
    """A ledger row as the spec shows it, in answers and events."""
    return {
        "id": row.id,
        "object": "wallet_transaction",
        "customer": row.owner_id,
        "type": row.type,
        "amount_usd": to_usd(row.amount_nano),
        "balance_after_usd": to_usd(row.balance_after_nano),
        "description": row.description,
        "request_id": row.request_id,
        "refunded_transaction_id": row.refunded_transaction_id,
        "metadata": row.metadata or {},
        "livemode": livemode,
        "created_at": row.created_at,
    }
