# SPDX-License-Identifier: Apache-2.0
"""/v1/usage"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ringside_gateway.domain import pricing
from ringside_gateway.domain.calls import CallAttempt
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.money import to_usd
from ringside_gateway.domain.usage_reports import UsageEvent, UsageQuery, UsageRow, UsageSummary, shown
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import csv_reply, list_object, next_link, wants_csv
from ringside_gateway.http.operation import Resource, operation

_GROUP_COLUMNS = ("key", "requests", "input_tokens", "output_tokens", "cost_usd", "billable_amount_usd")
_MARGIN_COLUMNS = ("key", "requests", "cost_usd", "billable_amount_usd", "margin_usd")


def render_one(event: UsageEvent) -> dict[str, Any]:
    """An event with what is told where one is asked for: the price it was billed at, and every attempt."""
    return {
        **shown(event),
        "price": pricing.shown(event.rates or {}),
        "attempts": [_attempt(attempt) for attempt in event.attempts],
    }


def _attempt(attempt: CallAttempt) -> dict[str, Any]:
    return {
        "position": attempt.position,
        "model": attempt.model,
        "provider": attempt.provider,
        "outcome": attempt.outcome,
        "upstream_status": attempt.upstream_status,
        "duration_ms": attempt.duration_ms,
        "discarded_cost_usd": None if attempt.discarded_nano is None else to_usd(attempt.discarded_nano),
    }


def usage_query(request: Request) -> UsageQuery:
    """The query's filters; moments may be unix seconds or UTC dates."""
    query = request.query
    return UsageQuery(
        query.get("group_by"), _moment(query, "since"), _moment(query, "until"), query.get("customer"), query.get("tag")
    )


def _moment(query: dict[str, Any], name: str) -> int | None:
    text = query.get(name)
    if text is None or "-" not in text:
        return None if text is None else int(text)
    try:
        return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
    except ValueError as error:
        raise GatewayError("invalid_request", f"`{name}` is not a date of the calendar.", param=name) from error


def _group(row: UsageRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "requests": row.requests,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "cost_usd": to_usd(row.cost_nano),
        "billable_amount_usd": to_usd(row.billable_nano),
    }


def summary(request: Request, found: UsageSummary) -> Reply:
    """Sums as JSON, or the groups as CSV."""
    groups = [_group(row) for row in found.rows]
    if wants_csv(request.accept):
        return csv_reply(groups if found.query.group_by else [_group(found.total)], _GROUP_COLUMNS)
    return Reply(
        {
            "object": "usage_summary",
            **_range(found),
            "total_requests": found.total.requests,
            "total_input_tokens": found.total.input_tokens,
            "total_output_tokens": found.total.output_tokens,
            "total_cost_usd": to_usd(found.total.cost_nano),
            "total_billable_usd": to_usd(found.total.billable_nano),
            "data": groups,
        }
    )


def margin(request: Request, found: UsageSummary) -> Reply:
    """What was billed beside what it cost, as JSON or CSV."""
    groups = [_margin(row) for row in found.rows]
    if wants_csv(request.accept):
        return csv_reply(groups if found.query.group_by else [_margin(found.total)], _MARGIN_COLUMNS)
    return Reply(
        {
            "object": "margin_report",
            "customer": found.query.customer,
            **_range(found),
            "total_cost_usd": to_usd(found.total.cost_nano),
            "total_billable_usd": to_usd(found.total.billable_nano),
            "total_margin_usd": to_usd(found.total.billable_nano - found.total.cost_nano),
            "data": groups,
        }
    )


def _margin(row: UsageRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "requests": row.requests,
        "cost_usd": to_usd(row.cost_nano),
        "billable_amount_usd": to_usd(row.billable_nano),
        "margin_usd": to_usd(row.billable_nano - row.cost_nano),
    }


def _range(found: UsageSummary) -> dict[str, Any]:
    return {"group_by": found.query.group_by, "since": found.query.since, "until": found.query.until}


class Usage(Resource):
    """Sums over the account."""

    @operation("usage.retrieve")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        return summary(request, self.services.usage.summary(request.caller, usage_query(request)))


class UsageEvents(Resource):
    """Single events."""

    @operation("usage.list_events")
    def on_get(self, request: Request) -> Reply:
        """List."""
        page = self.services.usage.list_events(request.caller, usage_query(request), request.page)
        if wants_csv(request.accept):
            rows = [shown(event) for event in page.items]
            columns = [name for name in (rows[0] if rows else render_columns()) if name != "object"]
            path = request.environ["PATH_INFO"]
            return csv_reply(rows, columns, next_link(page, path, request.query))
        return Reply(list_object(page, shown))


def render_columns() -> list[str]:
    """The fields of an event, for the header of an empty CSV."""
    names = UsageEvent.__slots__
    return list(shown(UsageEvent(**dict.fromkeys(names, 0) | {"tags": ()})))  # type: ignore[arg-type]


class OneUsageEvent(Resource):
    """The event of one request."""

    @operation("usage.retrieve_event")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        return Reply(render_one(self.services.usage.retrieve_event(request.caller, request.path["request_id"])))
