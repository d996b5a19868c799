# SPDX-License-Identifier: Apache-2.0
"""/v1/customers"""

from __future__ import annotations

import time
from typing import Any

from ringside_gateway.domain.customers import Customer, shown
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation
from ringside_gateway.http.resources.usage import margin, summary, usage_query


def render(customer: Customer) -> dict[str, Any]:
    """A customer as it is now."""
    return shown(customer, time.time())


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
        return margin(request, self.services.usage.margin(request.caller, request.path["customer_id"], query))
