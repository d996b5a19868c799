# SPDX-License-Identifier: Apache-2.0
"""Usage: what was called, what it cost and what it was billed at."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.usage_reports import UsageEvent, UsageQuery, UsageRow, UsageSummary
from ringside_gateway.services.customers import find
from ringside_gateway.storage import call_attempts, usage_events
from ringside_gateway.storage.database import Database, Transaction

#: Sums over millions of events take more than the few seconds a call may.
REPORT_S = 60
Counted = TypeVar("Counted", UsageEvent, UsageRow)


class Usage:
    """Reads usage of the caller's account and mode; a client token sees its own customer only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def summary(self, caller: Caller, query: UsageQuery) -> UsageSummary:
        """Sums over events, grouped as the query says."""
        with self._database.reading() as tx:
            tx.take_time(REPORT_S)
            found = usage_events.summary(tx, caller.account_id, caller.livemode, _narrowed(tx, caller, query))
        return replace(found, total=_shown(caller, found.total), rows=[_shown(caller, row) for row in found.rows])

    def list_events(self, caller: Caller, query: UsageQuery, page: PageRequest) -> Page[UsageEvent]:
        """Events, newest first."""
        with self._database.reading() as tx:
            found = usage_events.page(tx, caller.account_id, caller.livemode, _narrowed(tx, caller, query), page)
        return replace(found, items=[_shown(caller, event) for event in found.items])

    def retrieve_event(self, caller: Caller, request_id: str) -> UsageEvent:
        """The event of one request with its attempts; 404 `not_found` until it is settled."""
        with self._database.reading() as tx:
            event = usage_events.find(tx, caller.account_id, caller.livemode, request_id)
            attempts = call_attempts.find(tx, request_id)
        if event is None or caller.customer_id not in (None, event.customer_id):
            raise GatewayError("not_found", object="usage event", id=request_id)
        if caller.customer_id is not None:
            # What the provider charges is between it and the developer.
            attempts = [replace(attempt, discarded_nano=None) for attempt in attempts]
            event = replace(event, rates=None)
        return replace(_shown(caller, event), attempts=attempts)

    def customer_summary(self, caller: Caller, ref: str, query: UsageQuery) -> UsageSummary:
        """One customer's sums; `ref` is `cus_…` or `ext:…`."""
        return self.summary(caller, replace(query, customer=ref))

    def margin(self, caller: Caller, ref: str, query: UsageQuery) -> UsageSummary:
        """One customer's sums for the margin report (billable less cost)."""
        return self.customer_summary(caller, ref, query)


def _shown(caller: Caller, found: Counted) -> Counted:
    return replace(found, cost_nano=caller.cost_shown(found.cost_nano, found.billable_nano))


def _narrowed(tx: Transaction, caller: Caller, query: UsageQuery) -> UsageQuery:
    if query.since is not None and query.until is not None and query.since >= query.until:
        raise GatewayError("invalid_request", "`until` must be later than `since`.", param="until")
    if query.customer is None and caller.customer_id is None:
        return query
    ref = query.customer or str(caller.customer_id)
    return replace(query, customer=find(tx, caller, ref, deleted=True).id)
