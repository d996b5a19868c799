# SPDX-License-Identifier: Apache-2.0
"""Writes an event into the outbox, in the transaction of the change it reports."""

from __future__ import annotations

import time
from typing import Any, Protocol

from ringside_gateway.domain.books import PendingEvent
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.storage import outbox
from ringside_gateway.storage.database import Transaction


class Owned(Protocol):
    """What belongs to one mode of an account."""

    @property
    def account_id(self) -> str: ...

    @property
    def livemode(self) -> bool: ...


def write(tx: Transaction, subject: Owned, event_type: str, shown: dict[str, Any]) -> None:
    """Queues an event about something of an account; `shown` is that as the spec shows it."""
    now = time.time()
    event = PendingEvent(new_id("evt", now), subject.account_id, subject.livemode, event_type, shown, int(now))
    outbox.append(tx, [event])
