# SPDX-License-Identifier: Apache-2.0
"""Usage: what was called, what it cost and what it was billed at."""

from __future__ import annotations

from dataclasses import replace

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.usage_reports import UsageEvent, UsageQuery, UsageSummary
from ringside_gateway.services.customers import find
from ringside_gateway.storage import usage_events
from ringside_gateway.storage.database import Database, Transaction


class Usage:
    """Reads usage of the caller's account and mode; a client token sees its own customer only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def summary(self, caller: Caller, query: UsageQuery) -> UsageSummary:
        """Sums over events, grouped as the query says."""
        with self._database.transaction() as tx:
            return usage_events.summary(tx, caller.account_id, caller.livemode, _narrowed(tx, caller, query))

    def list_events(self, caller: Caller, query: UsageQuery, page: PageRequest) -> Page[UsageEvent]:
        """Events, newest first."""
        with self._database.transaction() as tx:
            return usage_events.page(tx, caller.account_id, caller.livemode, _narrowed(tx, caller, query), page)

    def retrieve_event(self, caller: Caller, request_id: str) -> UsageEvent:
        """The event of one request; 404 `not_found` until it is settled."""
        with self._database.transaction() as tx:
            event = usage_events.find(tx, caller.account_id, caller.livemode, request_id)
        if event is None or caller.customer_id not in (None, event.customer_id):
            raise GatewayError("not_found", object="usage event", id=request_id)
        return event

    def customer_summary(self, caller: Caller, ref: str, query: UsageQuery) -> UsageSummary:
        """One customer's sums; `ref` is `cus_…` or `ext:…`."""
        return self.summary(caller, replace(query, customer=ref))

    def margin(self, caller: Caller, ref: str, query: UsageQuery) -> UsageSummary:
        """One customer's sums for the margin report (billable less cost)."""
        return self.customer_summary(caller, ref, query)


def _narrowed(tx: Transaction, caller: Caller, query: UsageQuery) -> UsageQuery:
    if query.since is not None and query.until is not None and query.since >= query.until:
        raise GatewayError("invalid_request", "`until` must be later than `since`.", param="until")
    if query.customer is None and caller.customer_id is None:
        return query
    return replace(query, customer=find(tx, caller, query.customer or str(caller.customer_id)).id)
