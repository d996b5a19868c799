# SPDX-License-Identifier: Apache-2.0
"""Writes an event into the outbox, in the transaction of the change it reports."""

from __future__ import annotations

import time
from typing import Any

from ringside_gateway.domain.books import PendingEvent
from ringside_gateway.domain.customers import Customer
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.storage import outbox
from ringside_gateway.storage.database import Transaction


def write(tx: Transaction, customer: Customer, event_type: str, data: dict[str, Any] | None = None) -> None:
    """Queues an event about a customer."""
    now = time.time()
    subject = {"customer": customer.id, "external_id": customer.external_id}
    event = PendingEvent(
        new_id("evt", now), customer.account_id, customer.livemode, event_type, subject | (data or {}), int(now)
    )
    outbox.append(tx, [event])
