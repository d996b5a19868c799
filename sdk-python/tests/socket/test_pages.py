# SPDX-License-Identifier: Apache-2.0
"""Pages: order, ends, direction, faults in the middle, and a gateway that repeats itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from replies import answer, page, refusal
from scripted_server import ScriptedServer

from ringside import AsyncRingside, Ringside, RingsideError, errors


def test_all_pages_are_walked_in_order_with_filters_and_headers_kept(client: Ringside, server: ScriptedServer) -> None:
    server.script(page(["cus_3", "cus_2"], more=True), page(["cus_1"], more=True), page(["cus_0"]))
    listed = client.customers.list(limit=2, external_id="a b", extra_headers={"FC-Tag": "x"})
    assert [customer.id for customer in listed] == ["cus_3", "cus_2", "cus_1", "cus_0"]
    assert [request.target.replace("%20", "+") for request in server.requests] == [
        "/v1/customers?external_id=a+b&limit=2",
        "/v1/customers?external_id=a+b&limit=2&after=cus_2",
        "/v1/customers?external_id=a+b&limit=2&after=cus_1",
    ]
    assert {request.header("fc-tag") for request in server.requests} == {"x"}


def test_going_backwards_follows_the_first_id(client: Ringside, server: ScriptedServer) -> None:
    server.script(page(["cus_3", "cus_2"], more=True), page(["cus_4"]))
    assert [customer.id for customer in client.customers.list(before="cus_1")] == ["cus_3", "cus_2", "cus_4"]
    assert server.last.target == "/v1/customers?before=cus_3"


def test_an_empty_first_page_is_an_empty_list(client: Ringside, server: ScriptedServer) -> None:
    server.script(page([]))
    assert list(client.customers.list()) == []


def test_an_empty_page_with_more_behind_it_is_not_the_end(client: Ringside, server: ScriptedServer) -> None:
    server.script(page(["cus_2"], more=True), page([], more=True, next_cursor="cus_9"), page(["cus_1"]))
    assert [customer.id for customer in client.customers.list()] == ["cus_2", "cus_1"]
    assert server.last.target == "/v1/customers?after=cus_9"


def test_more_without_a_cursor_is_the_end(client: Ringside, server: ScriptedServer) -> None:
    server.script(page(["cus_1"], more=True, next_cursor=None))
    assert [customer.id for customer in client.customers.list()] == ["cus_1"]


@pytest.mark.parametrize("cursors", [["a", "a"], ["a", "b", "a"], ["start"]])
def test_a_cursor_handed_out_twice_is_an_error_not_an_endless_loop(
    client: Ringside, server: ScriptedServer, cursors: list[str]
) -> None:
    server.script(*[page(["cus_1"], more=True, next_cursor=cursor) for cursor in cursors])
    with pytest.raises(RingsideError, match="handed out twice"):
        list(client.customers.list(after="start"))
    assert len(server.requests) == len(cursors)


def test_leaving_the_loop_stops_fetching(client: Ringside, server: ScriptedServer) -> None:
    server.script(page(["cus_2"], more=True), page(["cus_1"]))
    for _ in client.customers.list():
        break
    assert len(server.requests) == 1


def test_an_error_on_page_two_comes_after_the_items_of_page_one(client: Ringside, server: ScriptedServer) -> None:
    server.script(page(["cus_2"], more=True), refusal(400, "invalid_cursor"))
    seen: list[str] = []
    walk = (seen.append(customer.id) for customer in client.customers.list())
    with pytest.raises(errors.InvalidCursorError):
        list(walk)
    assert seen == ["cus_2"]


def test_page_two_is_retried(make: Callable[..., Ringside], server: ScriptedServer) -> None:
    again = refusal(500, "internal_error", headers={"x-should-retry": "true", "retry-after-ms": "10"})
    server.script(page(["cus_2"], more=True), again, page(["cus_1"]))
    assert [customer.id for customer in make(max_retries=1).customers.list()] == ["cus_2", "cus_1"]


def test_a_cursor_is_encoded_once(client: Ringside, server: ScriptedServer) -> None:
    server.script(page(["cus_2"], more=True, next_cursor="a+/=&b"), page(["cus_1"]))
    list(client.customers.list())
    assert server.last.target == "/v1/customers?after=a%2B%2F%3D%26b"


def test_page_by_page(client: Ringside, server: ScriptedServer) -> None:
    server.script(page(["cus_2"], more=True), page(["cus_1"]))
    pages = list(client.customers.list().iter_pages())
    assert [[customer.id for customer in one.data] for one in pages] == [["cus_2"], ["cus_1"]]
    assert (pages[0].has_more, pages[0].next_cursor, pages[1].next_cursor) == (True, "cus_2", None)


def test_async_iteration_walks_all_pages(make_async: Callable[..., AsyncRingside], server: ScriptedServer) -> None:
    server.script(page(["txn_2"], more=True), page(["txn_1"]), page(["txn_9"], more=True, next_cursor="x"))
    server.script(answer({"object": "list", "data": [], "has_more": True, "next_cursor": "x"}))

    async def walk() -> None:
        async with make_async() as client:
            wallet = client.customers.wallet
            assert [row.id async for row in wallet.list_transactions("cus_1", limit=1)] == ["txn_2", "txn_1"]
            first = await wallet.list_transactions("cus_1")
            assert first.has_next_page()
            with pytest.raises(RingsideError, match="handed out twice"):
                _ = [row async for row in first]

    asyncio.run(walk())
