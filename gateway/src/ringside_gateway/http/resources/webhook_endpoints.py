# SPDX-License-Identifier: Apache-2.0
"""/v1/webhook_endpoints"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.webhook_endpoints import shown
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation
from ringside_gateway.http.resources import webhook_deliveries


class _WithSecret(Resource):
    """Answers that show a secret: it is not kept with the stored answer, and looked up for a replay."""

    def _secret_again(self, request: Request, kept: dict[str, Any]) -> dict[str, Any]:
        return kept | {"secret": self.services.webhook_endpoints.secret_again(request.caller, kept["id"])}

    def _check_url(self, request: Request) -> None:
        self.services.webhook_endpoints.check_url(request.caller, request.body)


class WebhookEndpoints(_WithSecret):
    """The collection."""

    @operation("webhook_endpoints.create", replay=_WithSecret._secret_again, first=_WithSecret._check_url)
    def on_post(self, request: Request) -> Reply:
        """Create."""
        endpoint, secret = self.services.webhook_endpoints.create(request.caller, request.body)
        return Reply(shown(endpoint, secret), kept=shown(endpoint))

    @operation("webhook_endpoints.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        return Reply(list_object(self.services.webhook_endpoints.list(request.caller, request.page), shown))


class OneWebhookEndpoint(_WithSecret):
    """One endpoint."""

    @operation("webhook_endpoints.retrieve")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        return Reply(shown(self.services.webhook_endpoints.retrieve(request.caller, _id(request))))

    @operation("webhook_endpoints.update", first=_WithSecret._check_url)
    def on_patch(self, request: Request) -> Reply:
        """Update."""
        return Reply(shown(self.services.webhook_endpoints.update(request.caller, _id(request), request.body)))

    on_post = on_patch

    @operation("webhook_endpoints.delete")
    def on_delete(self, request: Request) -> Reply:
        """Delete."""
        gone = self.services.webhook_endpoints.delete(request.caller, _id(request))
        return Reply({"id": gone.id, "object": "webhook_endpoint", "deleted": True})


class RotateWebhookSecret(_WithSecret):
    """An endpoint's next secret."""

    @operation("webhook_endpoints.rotate_secret", replay=_WithSecret._secret_again)
    def on_post(self, request: Request) -> Reply:
        """Rotate."""
        rotated = self.services.webhook_endpoints.rotate_secret(request.caller, _id(request), request.body)
        return Reply(shown(*rotated), kept=shown(rotated[0]))


class TestWebhookEndpoint(Resource):
    """A test event."""

    @operation("webhook_endpoints.test")
    def on_post(self, request: Request) -> Reply:
        """Test."""
        delivery = self.services.webhook_deliveries.test(request.caller, _id(request), request.body)
        return Reply(webhook_deliveries.render(delivery))


def _id(request: Request) -> str:
    return request.path["webhook_endpoint_id"]
