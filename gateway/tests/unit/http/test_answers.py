# SPDX-License-Identifier: Apache-2.0
"""Errors, headers, lists and streams as they leave the gateway."""

from __future__ import annotations

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import falcon
import falcon.testing
import pytest
from ringside_gateway import worker_errors
from ringside_gateway.domain._generated.errors import ERRORS
from ringside_gateway.domain.calls import CallFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.limits import LimitState
from ringside_gateway.domain.pages import Page
from ringside_gateway.http import headers
from ringside_gateway.http.errors import envelope, error_headers, translate
from ringside_gateway.http.lists import csv_reply, list_object
from ringside_gateway.http.paced_sockets import HeadTooSlow
from ringside_gateway.http.streaming import EventStream


def asked(**given: str) -> falcon.Request:
    named = {name.replace("_", "-"): value for name, value in given.items()}
    return falcon.Request(falcon.testing.create_environ(headers=named))


@pytest.mark.parametrize("code", sorted(ERRORS))
def test_every_code_has_a_whole_envelope_and_retry_advice(code: str) -> None:
    error = GatewayError(code)
    assert set(envelope(error, "req_1")["error"]) >= {
        "type",
        "code",
        "message",
        "param",
        "request_id",
        "retry_after_seconds",
    }
    assert error_headers(error)["x-should-retry"] in ("true", "false")


def test_waits_are_rounded_up_and_long_ones_are_not_worth_a_retry() -> None:
    short = GatewayError("customer_rate_limit_exceeded", retry_after_seconds=0.2)
    assert error_headers(short) == {"Retry-After": "1", "retry-after-ms": "200", "x-should-retry": "true"}
    assert envelope(short, "r")["error"]["retry_after_seconds"] == 1
    long = GatewayError("customer_rate_limit_exceeded", retry_after_seconds=61)
    assert error_headers(long)["x-should-retry"] == "false"


def test_a_budget_refusal_names_its_scope_and_its_end() -> None:
    error = GatewayError("customer_budget_exceeded", scope="customer_budget", resets_at=5, customer="cus_1")
    assert (envelope(error, "r")["error"]["scope"], envelope(error, "r")["error"]["resets_at"]) == (
        "customer_budget",
        5,
    )
    assert "scope" not in envelope(GatewayError("insufficient_scope", scope="api:read"), "r")["error"]


def test_a_fault_of_ours_says_nothing_about_itself() -> None:
    error = translate(asked(), RuntimeError("password=hunter2"))
    assert (error.code, "hunter2" in error.message) == ("internal_error", False)


def test_a_limit_that_refused_is_in_the_headers() -> None:
    state = LimitState("edge", 5, 0, 9)
    named = error_headers(GatewayError("edge_rate_limit_exceeded", retry_after_seconds=9, limit=5, limit_state=state))
    assert (named["X-RateLimit-Limit"], named["X-RateLimit-Remaining"], named["X-RateLimit-Reset"]) == ("5", "0", "9")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(HeadTooSlow(30), b"408 Request Timeout", b"request_timeout"), (RuntimeError("x"), b"500", b"internal_error")],
)
def test_the_server_itself_answers_in_the_envelope(error: BaseException, status: bytes, code: bytes) -> None:
    head, _, body = worker_errors.answer(error).partition(b"\r\n\r\n")
    assert status in head.split(b"\r\n")[0]
    assert code in body
    assert f"Content-Length: {len(body)}".encode() in head


def test_facts_that_do_not_apply_leave_no_header() -> None:
    assert headers.of_call(CallFacts("fc:a/b")) == {"X-Ringside-Model-Resolved": "fc:a/b"}
    full = headers.of_call(CallFacts("fc:a/b", ("fc:x/y", "fc:a/b"), True, wallet_balance_nano=1, cost_nano=0))
    assert full["X-Ringside-Models-Tried"] == "fc:x/y,fc:a/b"
    assert (full["X-Ringside-Wallet-Balance"], full["X-Ringside-Cost"]) == ("0.000000001", "0")


def test_tags_are_split_trimmed_and_counted_once() -> None:
    assert headers.tags(asked(FC_Tag="a, b ,a,,c")) == ("a", "b", "c")
    with pytest.raises(GatewayError, match="at most 10"):
        headers.tags(asked(FC_Tag=",".join(map(str, range(11)))))


@pytest.mark.parametrize(("value", "fine"), [("ext:x", True), ("x" * 261, False), ("", False), ("caf\xe9", False)])
def test_a_customer_header_is_printable_ascii_of_bounded_length(value: str, fine: bool) -> None:
    if fine:
        assert headers.customer(asked(FC_Customer=value)) == value
    else:
        with pytest.raises(GatewayError, match="FC-Customer"):
            headers.customer(asked(FC_Customer=value))


def test_a_cursor_is_the_last_id_and_only_where_more_follows() -> None:
    page: Page[Any] = Page([SimpleNamespace(id="b"), SimpleNamespace(id="a")], True)
    shown = list_object(page, lambda item: {"id": item.id})
    assert (shown["next_cursor"], shown["first_id"], shown["last_id"]) == ("a", "b", "a")
    assert list_object(Page([], False), vars)["next_cursor"] is None


def test_a_spreadsheet_runs_no_cell() -> None:
    reply = csv_reply([{"key": "=1+1", "tags": ["@x", "y"], "usd": 1}], ("key", "tags", "usd"))
    assert reply.data == b"key,tags,usd\r\n'=1+1,'@x y,1\r\n"


class Payloads:
    """A payload is asked for with what came with it, a list, ready at once."""

    def __init__(self, *given: bytes | Exception | list[bytes | Exception]) -> None:
        self._given = iter(given)
        self._here: list[bytes | Exception] = []
        self.closed = False

    @property
    def ready(self) -> bool:
        return bool(self._here)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._here:
            given = next(self._given)
            self._here = list(given) if isinstance(given, list) else [given]
        item = self._here.pop(0)
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        self.closed = True


def test_a_stream_ends_with_done_and_closing_it_closes_what_is_behind() -> None:
    payloads, ended = Payloads(b"1", b"2"), []
    stream = EventStream(payloads, "req_1", lambda: ended.append(True))
    assert b"".join(stream) == b"data: 1\n\ndata: 2\n\ndata: [DONE]\n\n"
    stream.close()
    assert (payloads.closed, ended) == (True, [True])


def test_events_that_came_together_leave_together_and_none_waits_for_the_next() -> None:
    stream = EventStream(Payloads(b"1", [b"2", b"3"], b"4"), "req_1", lambda: None)
    assert list(stream) == [b"data: 1\n\n", b"data: 2\n\ndata: 3\n\n", b"data: 4\n\n", b"data: [DONE]\n\n"]


def test_what_came_before_a_fault_is_not_lost_to_it() -> None:
    first, *more = EventStream(Payloads([b"1", GatewayError("upstream_error")]), "req_1", lambda: None)
    assert first.startswith(b'data: 1\n\ndata: {"error"')
    assert more == []


@pytest.mark.parametrize(
    ("fault", "code"), [(GatewayError("upstream_error"), "upstream_error"), (RuntimeError("x"), "internal_error")]
)
def test_a_stream_that_fails_ends_with_one_error_event_and_no_done(fault: Exception, code: str) -> None:
    frames = list(EventStream(Payloads(b"1", fault, b"2"), "req_1", lambda: None))
    assert len(frames) == 2
    error = json.loads(frames[1].removeprefix(b"data: "))["error"]
    assert (error["code"], error["request_id"]) == (code, "req_1")
