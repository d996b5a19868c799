# SPDX-License-Identifier: Apache-2.0
"""/v1/webhook_endpoints/{webhook_endpoint_id}/deliveries"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.webhook_deliveries import PENDING, WebhookDelivery
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation


def render(delivery: WebhookDelivery) -> dict[str, Any]:
    """A delivery as the spec shows it."""
    return {
        "id": delivery.id,
        "object": "webhook_delivery",
        "webhook_endpoint": delivery.endpoint_id,
        "event": delivery.event_id,
        "event_type": delivery.event_type,
        "status": delivery.status,
        "attempts": delivery.attempts,
        "response_status": delivery.response_status,
        "response_body": delivery.response_body,
        "duration_ms": delivery.duration_ms,
        "error": delivery.error,
        "next_attempt_at": delivery.due_ms // 1000 if delivery.status == PENDING else None,
        "last_attempt_at": delivery.last_attempt_at,
        "livemode": delivery.livemode,
        "created_at": delivery.created_at,
    }


class WebhookDeliveries(Resource):
    """The log of an endpoint."""

    @operation("webhook_endpoints.deliveries.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        endpoint_id, query = request.path["webhook_endpoint_id"], request.query
        page = self.services.webhook_deliveries.list(
            request.caller, endpoint_id, request.page, status=query.get("status"), event=query.get("event")
        )
        return Reply(list_object(page, render))


class RedeliverWebhook(Resource):
    """Another delivery of the same event."""

    @operation("webhook_endpoints.deliveries.redeliver")
    def on_post(self, request: Request) -> Reply:
        """Redeliver."""
        path = request.path
        again = self.services.webhook_deliveries.redeliver(
            request.caller, path["webhook_endpoint_id"], path["delivery_id"]
        )
        return Reply(render(again))
