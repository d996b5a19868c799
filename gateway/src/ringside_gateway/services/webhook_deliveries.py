# SPDX-License-Identifier: Apache-2.0
"""Deliveries as a developer sees them: the log, another delivery of an old event, a test event."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ringside_gateway.domain._generated.event_examples import EXAMPLES
from ringside_gateway.domain._generated.events import EVENTS
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.books import PendingEvent
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.webhook_deliveries import PENDING, WebhookDelivery
from ringside_gateway.domain.webhook_endpoints import ALL, WebhookEndpoint, check_type
from ringside_gateway.services.retention import EVENTS_KEEP_S
from ringside_gateway.services.webhook_endpoints import find
from ringside_gateway.storage import outbox, webhook_deliveries
from ringside_gateway.storage.database import Database


class WebhookDeliveries:
    """Deliveries to the caller's endpoints."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(
        self, caller: Caller, endpoint_id: str, page: PageRequest, *, status: str | None, event: str | None
    ) -> Page[WebhookDelivery]:
        """One endpoint's deliveries, newest first; 404 `not_found`."""
        with self._database.reading() as tx:
            endpoint = find(tx, caller, endpoint_id, lock=False)
            return webhook_deliveries.page(tx, endpoint.id, page, status=status, event=event)

    def redeliver(self, caller: Caller, endpoint_id: str, delivery_id: str) -> WebhookDelivery:
        """A new delivery of the same event; 404 `not_found`, also when the event is older than is promised."""
        now = time.time()
        with self._database.transaction() as tx:
            endpoint = find(tx, caller, endpoint_id)
            delivery = webhook_deliveries.find(tx, endpoint.id, delivery_id)
            if delivery is None:
                raise GatewayError("not_found", object="delivery", id=delivery_id)
            if (outbox.happened_at(tx, delivery.event_id) or 0) < now - EVENTS_KEEP_S:
                raise GatewayError("not_found", object="event", id=delivery.event_id)
            again = queued(endpoint, delivery.event_id, delivery.event_type, now)
            webhook_deliveries.insert(tx, [again])
            return again

    def test(self, caller: Caller, endpoint_id: str, fields: Mapping[str, Any]) -> WebhookDelivery:
        """An event made up for this endpoint alone and marked so; 404 `not_found`, 400 for an unknown type."""
        wanted = check_type(fields["event_type"], "event_type") if "event_type" in fields else None
        now = time.time()
        with self._database.transaction() as tx:
            endpoint = find(tx, caller, endpoint_id)
            event_type = wanted or next(name for name in (*endpoint.events, *EVENTS) if name != ALL)
            data = _in_mode(EXAMPLES.get(event_type, {"object": EVENTS[event_type]}), endpoint.livemode)
            owner = (endpoint.account_id, endpoint.livemode)
            event = PendingEvent(new_id("evt", now), *owner, event_type, data, int(now), test=True)
            outbox.append(tx, [event], dispatched_at=int(now))
            delivery = queued(endpoint, event.id, event_type, now)
            webhook_deliveries.insert(tx, [delivery])
            return delivery


def queued(endpoint: WebhookEndpoint, event_id: str, event_type: str, now: float) -> WebhookDelivery:
    """A delivery that is due at once."""
    return WebhookDelivery(
        id=new_id("whd", now),
        endpoint_id=endpoint.id,
        livemode=endpoint.livemode,
        event_id=event_id,
        event_type=event_type,
        status=PENDING,
        attempts=0,
        due_ms=int(now * 1000),
        response_status=None,
        response_body=None,
        duration_ms=None,
        error=None,
        last_attempt_at=None,
        created_at=int(now),
    )


def _in_mode(example: Any, livemode: bool) -> Any:
    """The example as if it were of this mode, with all that is in it."""
    if isinstance(example, Mapping):
        return {name: livemode if name == "livemode" else _in_mode(value, livemode) for name, value in example.items()}
    return [_in_mode(value, livemode) for value in example] if isinstance(example, list) else example
