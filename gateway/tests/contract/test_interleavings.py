# SPDX-License-Identifier: Apache-2.0
"""What two processes do at the same moment, or one of them late."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from money_calls import PRICE, admitted, an_ask, died_in_mid_stream, settled
from plans import plan_of
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.customers import month_bounds, month_end, month_of
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pages import PageRequest
from ringside_gateway.domain.usage_reports import UsageQuery
from ringside_gateway.services.audits import Audits
from ringside_gateway.services.calls.attribution import Attribution
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.leases import StartDelivery
from ringside_gateway.services.calls.sweeper import Sweeper
from ringside_gateway.services.calls.visits import Visits
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.idempotency import LEASE_S, Idempotency
from ringside_gateway.services.usage import Usage
from ringside_gateway.services.wallet import Wallet
from ringside_gateway.storage import holds, idempotency_keys
from ringside_gateway.storage.database import Database
from ringside_gateway.storage.idempotency_keys import KeyId


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """What each returned or was refused with, all begun at the same moment."""
    barrier, found = threading.Barrier(len(tasks)), []

    def run(task: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            found.append(task())
        except GatewayError as refusal:
            found.append(refusal.code)

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_first_calls_of_a_new_customer_both_find_it(database: Database, caller: Caller) -> None:
    processes = [Attribution(database), Attribution(database)]
    for number in range(12):
        call = Call("chat.completions.create", "r", caller, {}, customer_ref=f"new-{number}")
        first, second = at_once(*(partial(process.customer_of, call) for process in processes))
        assert first == second and first.startswith("cus_")


def test_a_tokens_requests_are_counted_by_one_process_after_another(database: Database, caller: Caller) -> None:
    customer = Customers(database).create(caller, {"external_id": "page"}).id
    page = replace(caller, kind="client_token", customer_id=customer, credential_id="ct_1", rate_limit_rpm=10)
    processes = [Visits(Bookkeeper(database)) for _ in range(4)]
    found = [visit for _ in range(5) for visit in at_once(*(partial(process.count, page) for process in processes))]
    assert len(found) - found.count("client_token_rate_limit_exceeded") == 10


def test_a_renewal_counted_before_delivery_began_does_not_undo_it(database: Database, caller: Caller) -> None:
    made, keeper = Customers(database).create(caller, {"external_id": "begun"}).id, Bookkeeper(database)
    hold = admitted(keeper, an_ask(caller, made, 1)).hold
    hold.facts |= {"model": "fc:a/b", "provider": "a", "price": PRICE.to_data()}
    keeper.post(StartDelivery(hold))
    with database.transaction() as tx:
        holds.renew(tx, hold.id, 1, None)
    Sweeper(database, keeper).sweep()
    assert Usage(database).retrieve_event(caller, hold.request_id).status == "expired"


def test_renewing_a_key_looks_at_that_key_alone(database: Database) -> None:
    key = KeyId("acct", False, "k")
    plan = plan_of(database, lambda tx: idempotency_keys.renew(tx, key, "req_1", 1))
    assert "account_id=? AND livemode=? AND key=?" in plan or "idempotency_keys_pkey" in plan, plan


def test_a_key_stays_taken_until_its_calls_hold_is_closed(
    database: Database, caller: Caller, clock: Callable[[float], None]
) -> None:
    made = Customers(database).create(caller, {"external_id": "away"}).id
    keeper = Bookkeeper(database, clock=lambda: time.time())
    keys = Idempotency(database)
    keys.reserve(caller, "k", "f", "req_1")
    hold = admitted(keeper, an_ask(caller, made, 1, idempotency_key="k")).hold
    hold.facts |= {"model": "fc:a/b", "provider": "a", "price": PRICE.to_data()}
    keeper.post(StartDelivery(hold))
    clock(2 * LEASE_S + 2)  # the machine was away, and nobody has swept yet
    with pytest.raises(GatewayError, match="idempotency_in_progress"):
        keys.reserve(caller, "k", "f", "req_2")
    Sweeper(database, keeper).sweep()
    with pytest.raises(GatewayError, match="idempotency_answer_lost"):
        answer = keys.reserve(caller, "k", "f", "req_3")
        raise GatewayError(str(getattr(answer, "content_type", "")).removeprefix("error/"))


def test_a_refund_gives_back_what_a_corrected_call_cost_in_the_end_and_no_more(
    database: Database, caller: Caller
) -> None:
    made = Customers(database).create(caller, {"external_id": "late"}).id
    keeper, wallet = Bookkeeper(database), Wallet(database)
    wallet.topup(caller, made, {"amount_usd": 1})
    hold = admitted(keeper, an_ask(caller, made, 1)).hold
    died_in_mid_stream(database, keeper, hold)
    settled(keeper, hold)
    correction, debit, _ = wallet.list_transactions(caller, made, PageRequest(9)).items
    assert (correction.type, debit.type) == ("adjust", "debit")
    wallet.refund(caller, made, {"transaction_id": debit.id})
    assert wallet.retrieve(caller, made, PageRequest(1)).customer.balance_nano == 10**9
    with pytest.raises(GatewayError, match="refund_exceeds_debit"):
        wallet.refund(caller, made, {"transaction_id": correction.id, "amount_usd": 0.0001})


def test_a_clock_a_little_behind_at_the_months_end_bills_into_the_month_that_has_begun(
    database: Database, caller: Caller
) -> None:
    begun = float(month_end(time.time()))
    ahead, behind = (Bookkeeper(database, clock=partial(float, begun + ahead_s)) for ahead_s in (0.01, -0.01))
    made = Customers(database).create(caller, {"external_id": "midnight"}).id
    settled(ahead, admitted(ahead, an_ask(caller, made, 1)).hold)
    settled(behind, admitted(behind, an_ask(caller, made, 2)).hold)
    since, until = month_bounds(month_of(begun))
    summed = Usage(database).summary(caller, UsageQuery(customer=made, since=since, until=until)).total
    assert summed.requests == 2
    assert Audits(database, clock=lambda: begun + 1).reconcile() == []
