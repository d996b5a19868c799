# SPDX-License-Identifier: Apache-2.0
"""/v1/customers/{customer_id}/client_tokens"""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.client_tokens import ClientToken
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation


def render(token: ClientToken, jwt: str | None = None) -> dict[str, Any]:
    """A token as the spec shows it; the JWT only in the answer that minted it."""
    return {
        "id": token.id,
        "object": "client_token",
        "token": jwt,
        "customer": token.customer_id,
        "scope": list(token.scope),
        "origins": list(token.origins),
        "ip": token.ip,
        "bind_ip": token.bind_ip,
        "rate_limit_rpm": token.rate_limit_rpm,
        "livemode": token.livemode,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
    }


class ClientTokens(Resource):
    """One customer's tokens."""

    def _with_jwt(self, request: Request, kept: dict[str, Any]) -> dict[str, Any]:
        jwt = self.services.client_tokens.jwt_again(request.caller, request.path["customer_id"], kept["id"])
        return kept | {"token": jwt}

    @operation("customers.client_tokens.create", replay=_with_jwt)
    def on_post(self, request: Request) -> Reply:
        """Create. The JWT is not kept: a replayed answer has it made anew."""
        customer = request.path["customer_id"]
        token, jwt = self.services.client_tokens.create(request.caller, customer, request.body)
        return Reply(render(token, jwt), kept=render(token))

    @operation("customers.client_tokens.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        page = self.services.client_tokens.list(request.caller, request.path["customer_id"], request.page)
        return Reply(list_object(page, render))


class OneClientToken(Resource):
    """One token."""

    @operation("customers.client_tokens.delete")
    def on_delete(self, request: Request) -> Reply:
        """Revoke."""
        path = request.path
        gone = self.services.client_tokens.revoke(request.caller, path["customer_id"], path["client_token_id"])
        return Reply({"id": gone.id, "object": "client_token", "deleted": True})
