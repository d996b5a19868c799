# SPDX-License-Identifier: Apache-2.0
"""`client.customers`, with what takes more than one call."""

from __future__ import annotations

from typing_extensions import Unpack

from .._generated.async_resources.customers import AsyncCustomersResource
from .._generated.resources.customers import CustomersResource
from ..errors import ExternalIdTakenError, ObjectNotFoundError
from ..types import Customer, CustomerCreateParams


class Customers(CustomersResource):
    """Your own users, tenants or teams."""

    def get_or_create(self, **params: Unpack[CustomerCreateParams]) -> Customer:
        """The customer with this external id, created first if there is none.

        Two callers at once get the same customer; one that exists is returned as it is, the other fields unused.
        """
        address = f"ext:{params['external_id']}"
        try:
            return self.retrieve(address)
        except ObjectNotFoundError:
            pass
        try:
            return self.create(**params)
        except ExternalIdTakenError:  # somebody else was faster
            return self.retrieve(address)


class AsyncCustomers(AsyncCustomersResource):
    """Your own users, tenants or teams."""

    async def get_or_create(self, **params: Unpack[CustomerCreateParams]) -> Customer:
        """As `Customers.get_or_create`."""
        address = f"ext:{params['external_id']}"
        try:
            return await self.retrieve(address)
        except ObjectNotFoundError:
            pass
        try:
            return await self.create(**params)
        except ExternalIdTakenError:
            return await self.retrieve(address)
