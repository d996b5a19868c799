# SPDX-License-Identifier: Apache-2.0
"""/v1/slots"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.slots import Slot
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation


def render(slot: Slot) -> dict[str, Any]:
    """A slot as the spec shows it."""
    return {
        "id": slot.id,
        "object": "slot",
        "alias": slot.alias,
        "targets": [{"model": target.model, "weight": target.weight} for target in slot.targets],
        "strategy": slot.strategy,
        "description": slot.description,
        "livemode": slot.livemode,
        "created_at": slot.created_at,
        "updated_at": slot.updated_at,
    }


class Slots(Resource):
    """The collection."""

    @operation("slots.create")
    def on_post(self, request: Request) -> Reply:
        """Create."""
        return Reply(render(self.services.slots.create(request.caller, request.body)))

    @operation("slots.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        return Reply(list_object(self.services.slots.list(request.caller, request.page), render))


class OneSlot(Resource):
    """One slot."""

    @operation("slots.retrieve")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        return Reply(render(self.services.slots.retrieve(request.caller, request.path["slot"])))

    @operation("slots.update")
    def on_patch(self, request: Request) -> Reply:
        """Update."""
        return Reply(render(self.services.slots.update(request.caller, request.path["slot"], request.body)))

    on_post = on_patch

    @operation("slots.delete")
    def on_delete(self, request: Request) -> Reply:
        """Delete."""
        gone = self.services.slots.delete(request.caller, request.path["slot"])
        return Reply({"id": gone.id, "object": "slot", "deleted": True})
