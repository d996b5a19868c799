# SPDX-License-Identifier: Apache-2.0
"""Attempts of calls: written once with the settlement or the release, kept as long as usage."""

from __future__ import annotations

from collections.abc import Sequence

from ringside_gateway.domain.calls import CallAttempt
from ringside_gateway.storage.database import Transaction

_COLUMNS = "position, model, provider, outcome, upstream_status, duration_ms, discarded_nano"


def insert(tx: Transaction, request_id: str, created_at: int, attempts: Sequence[CallAttempt]) -> None:
    """Writes what one request tried; a second time changes nothing."""
    rows = [(request_id, created_at, *(getattr(made, name) for name in CallAttempt.__slots__)) for made in attempts]
    tx.insert(f"call_attempts (request_id, created_at, {_COLUMNS})", rows, "ON CONFLICT DO NOTHING")


def find(tx: Transaction, request_id: str) -> list[CallAttempt]:
    """What one request tried, in order."""
    sql = f"SELECT {_COLUMNS} FROM call_attempts WHERE request_id = ? ORDER BY position"
    return [CallAttempt(*row) for row in tx.execute(sql, (request_id,)).fetchall()]
