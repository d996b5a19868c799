# SPDX-License-Identifier: Apache-2.0
"""/v1/customers"""

from __future__ import annotations

import time
from typing import Any

from ringside_gateway.domain.customers import Customer
from ringside_gateway.domain.money import ppm_to_percent, to_usd
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation
from ringside_gateway.http.resources.usage import margin, summary, usage_query


def render(customer: Customer) -> dict[str, Any]:
    """A customer as the spec shows it."""
    return {
        "id": customer.id,
        "object": "customer",
        "external_id": customer.external_id,
        "name": customer.name,
        "email": customer.email,
        "budget_usd": _usd(customer.budget_nano),
        "rate_limit_rpm": customer.rate_limit_rpm,
        "rate_limit_tpm": customer.rate_limit_tpm,
        "wallet_low_threshold_usd": _usd(customer.wallet_low_threshold_nano),
        "markup_percent": None if customer.markup_ppm is None else ppm_to_percent(customer.markup_ppm),
        "metadata": customer.metadata or {},
        "spend_usd_mtd": to_usd(customer.spend_in_month(time.time())),
        "wallet_balance_usd": _usd(customer.balance_nano),
        "status": customer.status,
        "livemode": customer.livemode,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
    }


def _usd(nano: int | None) -> Any:
    return None if nano is None else to_usd(nano)


class Customers(Resource):
    """The collection."""

    @operation("customers.create")
    def on_post(self, request: Request) -> Reply:
        """Create."""
        return Reply(render(self.services.customers.create(request.caller, request.body)))

    @operation("customers.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        query = request.query
        page = self.services.customers.list(
            request.caller,
            external_id=query.get("external_id"),
            created_after=query.get("created_after"),
            page=request.page,
        )
        return Reply(list_object(page, render))


class OneCustomer(Resource):
    """One customer."""

    @operation("customers.retrieve")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        return Reply(render(self.services.customers.retrieve(request.caller, request.path["customer_id"])))

    @operation("customers.update")
    def on_patch(self, request: Request) -> Reply:
        """Update."""
        changed = self.services.customers.update(request.caller, request.path["customer_id"], request.body)
        return Reply(render(changed))

    on_post = on_patch

    @operation("customers.delete")
    def on_delete(self, request: Request) -> Reply:
        """Delete."""
        gone = self.services.customers.delete(request.caller, request.path["customer_id"])
        return Reply({"id": gone.id, "object": "customer", "deleted": True})


class CustomerUsage(Resource):
    """One customer's sums."""

    @operation("customers.retrieve_usage")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        query = usage_query(request)
        return summary(
            request, self.services.usage.customer_summary(request.caller, request.path["customer_id"], query)
        )


class CustomerMargin(Resource):
    """One customer's margin."""

    @operation("customers.retrieve_margin")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        query = usage_query(request)
        return margin(self.services.usage.margin(request.caller, request.path["customer_id"], query))
