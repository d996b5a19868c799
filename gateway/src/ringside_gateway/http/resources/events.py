# SPDX-License-Identifier: Apache-2.0
"""/v1/events"""

from __future__ import annotations

from typing import Any

import orjson

from ringside_gateway.domain.events import StoredEvent
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation


def render(event: StoredEvent) -> dict[str, Any]:
    """An event as it is sent to endpoints; its object goes out as it was stored."""
    return {
        "id": event.id,
        "object": "event",
        "type": event.type,
        "created_at": event.created_at,
        "livemode": event.livemode,
        "data": {"object": orjson.Fragment(event.data)},
    }


class Events(Resource):
    """The collection."""

    @operation("events.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        page = self.services.events.list(request.caller, request.page, request.query.get("type"))
        return Reply(list_object(page, render))
