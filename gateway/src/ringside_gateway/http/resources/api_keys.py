# SPDX-License-Identifier: Apache-2.0
"""/v1/api_keys"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.api_keys import ApiKey
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation


def render(key: ApiKey, secret: str | None = None) -> dict[str, Any]:
    """A key as the spec shows it; the secret only in the answer that made it."""
    return {
        "id": key.id,
        "object": "api_key",
        "name": key.name,
        "last4": key.last4,
        "scopes": list(key.scopes),
        "livemode": key.livemode,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
        "secret": secret,
    }


def _shown_once(key: ApiKey, secret: str) -> Reply:
    """The secret goes out now and is not kept: a replayed answer has none."""
    return Reply(render(key, secret), kept=render(key))


class ApiKeys(Resource):
    """The collection."""

    @operation("api_keys.create")
    def on_post(self, request: Request) -> Reply:
        """Create."""
        return _shown_once(*self.services.api_keys.create(request.caller, request.body))

    @operation("api_keys.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        return Reply(list_object(self.services.api_keys.list(request.caller, request.page), render))


class OneApiKey(Resource):
    """One key."""

    @operation("api_keys.retrieve")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        return Reply(render(self.services.api_keys.retrieve(request.caller, request.path["api_key_id"])))

    @operation("api_keys.update")
    def on_patch(self, request: Request) -> Reply:
        """Update."""
        return Reply(render(self.services.api_keys.update(request.caller, request.path["api_key_id"], request.body)))

    on_post = on_patch

    @operation("api_keys.delete")
    def on_delete(self, request: Request) -> Reply:
        """Revoke."""
        gone = self.services.api_keys.revoke(request.caller, request.path["api_key_id"])
        return Reply({"id": gone.id, "object": "api_key", "deleted": True})


class RollApiKey(Resource):
    """A key's successor."""

    @operation("api_keys.roll")
    def on_post(self, request: Request) -> Reply:
        """Roll."""
        return _shown_once(*self.services.api_keys.roll(request.caller, request.path["api_key_id"], request.body))
