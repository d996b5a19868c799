# SPDX-License-Identifier: Apache-2.0
"""Events: written into the outbox in the transaction of the change they report, and read from there."""

from __future__ import annotations

import time
from typing import Any, Protocol

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.books import PendingEvent
from ringside_gateway.domain.events import StoredEvent
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.webhook_endpoints import check_type
from ringside_gateway.storage import accounts, outbox
from ringside_gateway.storage.database import Database, Transaction

#: Who lists events is taken to listen for so long: events that come with every call are written meanwhile.
LISTENING_S = 60


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


class Events:
    """The events of the caller's account, in the caller's mode only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, caller: Caller, page: PageRequest, event_type: str | None) -> Page[StoredEvent]:
        """Events, newest first; 400 for a type that does not exist.

        Notes that somebody listens, seldom enough to cost nothing.
        """
        if event_type is not None:
            check_type(event_type, "type")
        scope, until = (caller.account_id, caller.livemode), int(time.time()) + LISTENING_S
        with self._database.reading() as tx:
            if accounts.listened_until(tx, *scope) >= until - LISTENING_S // 2:
                return outbox.page(tx, *scope, page, event_type)
        with self._database.transaction() as tx:
            accounts.note_listening(tx, *scope, until)
            return outbox.page(tx, *scope, page, event_type)
