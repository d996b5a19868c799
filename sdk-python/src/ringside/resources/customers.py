# SPDX-License-Identifier: Apache-2.0
"""`client.customers`, with what takes more than one call."""

from __future__ import annotations

from typing_extensions import Unpack

from .._generated.async_resources.customers import AsyncCustomersResource
from .._generated.resources.customers import CustomersResource
from .._requests import Body, Headers, Query, TimeoutOption, not_given
from ..errors import ExternalIdTakenError, ObjectNotFoundError
from ..types import Customer, CustomerCreateParams


class Customers(CustomersResource):
    """Your own users, tenants or teams."""

    def get_or_create(
        self,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: TimeoutOption = not_given,
        idempotency_key: str | None = None,
        **params: Unpack[CustomerCreateParams],
    ) -> Customer:
        """The customer with this external id, created first if there is none.

        Two callers at once get the same customer; one that exists is returned as it is, the other fields unused.
        The options are those of each call on the way; body and key are the creation's.
        """
        address = f"ext:{params['external_id']}"
        try:
            return self.retrieve(address, extra_headers=extra_headers, extra_query=extra_query, timeout=timeout)
        except ObjectNotFoundError:
            pass
        try:
            return self.create(
                **params,
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
                idempotency_key=idempotency_key,
            )
        except ExternalIdTakenError:  # somebody else was faster
            return self.retrieve(address, extra_headers=extra_headers, extra_query=extra_query, timeout=timeout)


class AsyncCustomers(AsyncCustomersResource):
    """Your own users, tenants or teams."""

    async def get_or_create(
        self,
        *,
        extra_headers: Headers | None = None,
        extra_query: Query | None = None,
        extra_body: Body | None = None,
        timeout: TimeoutOption = not_given,
        idempotency_key: str | None = None,
        **params: Unpack[CustomerCreateParams],
    ) -> Customer:
        """As `Customers.get_or_create`."""
        address = f"ext:{params['external_id']}"
        try:
            return await self.retrieve(address, extra_headers=extra_headers, extra_query=extra_query, timeout=timeout)
        except ObjectNotFoundError:
            pass
        try:
            return await self.create(
                **params,
                extra_headers=extra_headers,
                extra_query=extra_query,
                extra_body=extra_body,
                timeout=timeout,
                idempotency_key=idempotency_key,
            )
        except ExternalIdTakenError:
            return await self.retrieve(address, extra_headers=extra_headers, extra_query=extra_query, timeout=timeout)
