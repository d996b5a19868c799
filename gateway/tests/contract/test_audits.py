# SPDX-License-Identifier: Apache-2.0
"""The books prove themselves: `reconcile` finds what differs and nothing else, checksums show what was changed."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from money_calls import admitted, an_ask, call, died_in_mid_stream, settled
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.audits import HOUR_S
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pages import PageRequest
from ringside_gateway.services.accounts import Accounts
from ringside_gateway.services.audits import Audits
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.sweeper import Sweeper
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.wallet import Wallet
from ringside_gateway.storage.database import Database


@pytest.fixture
def customer(database: Database, caller: Caller) -> str:
    """Three settled calls, a top-up, a refund and an account wallet."""
    made = Customers(database).create(caller, {"external_id": "audited", "budget_usd": 5}).id
    wallet, keeper = Wallet(database), Bookkeeper(database)
    Accounts(database).credit(caller, 10**9)
    wallet.topup(caller, made, {"amount_usd": 1})
    for number in range(3):
        call(keeper, an_ask(caller, made, number))
    debit = wallet.list_transactions(caller, made, PageRequest(1)).items[0]
    wallet.refund(caller, made, {"transaction_id": debit.id})
    return made


def test_books_that_are_right_show_no_difference(database: Database, customer: str) -> None:
    assert Audits(database).reconcile() == []


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE customers SET balance_nano = balance_nano + 1", "balance is the sum of the ledger"),
        ("UPDATE accounts SET balance_nano = 7 WHERE balance_nano IS NOT NULL", "accounts: balance is the sum"),
        ("DELETE FROM wallet_transactions WHERE seq = (SELECT MAX(seq) FROM wallet_transactions)", "the sum of the"),
        ("UPDATE wallet_transactions SET amount_nano = amount_nano - 1 WHERE type = 'debit'", "the one before plus"),
        ("UPDATE usage_events SET billable_nano = 0 WHERE request_id = 'req_1'", "what its usage says"),
        ("UPDATE usage_events SET cost_nano = 0 WHERE request_id = 'req_1'", "what its usage says"),
        ("DELETE FROM usage_events WHERE request_id = 'req_1'", "what its usage says"),
        ("DELETE FROM usage_events WHERE request_id = 'req_1'", "is the sum of its usage events"),
        ("UPDATE customers SET spend_nano = 0", "is the sum of its usage events"),
        ("UPDATE customers SET held_nano = 5", "customers: held money is that of open holds"),
        ("UPDATE accounts SET held_nano = 5", "accounts: held money is that of open holds"),
        ("UPDATE holds SET state = 'held', expires_at = 9", "none is open after its lease"),
    ],
)
def test_whatever_is_tampered_with_is_found(database: Database, customer: str, tampering: str, found: str) -> None:
    with database.transaction() as tx:
        tx.execute(tampering)
    assert any(found in difference.what for difference in Audits(database).reconcile())


LOST = "DELETE FROM wallet_transactions WHERE owner_id = ? AND request_id = 'req_2' AND type = 'debit'"
GIVEN_BACK = "UPDATE {} SET balance_nano = balance_nano + 600000 WHERE id = ?"
CHAIN = """UPDATE wallet_transactions SET balance_after_nano = balance_after_nano + 600000 WHERE owner_id = ?
    AND seq > (SELECT seq FROM wallet_transactions WHERE owner_id = ? AND request_id = 'req_2')"""


@pytest.mark.parametrize("owners", ["customers", "accounts"])
def test_a_debit_that_vanished_without_a_trace_is_found(
    database: Database, caller: Caller, customer: str, owners: str
) -> None:
    owner = customer if owners == "customers" else caller.account_id
    with database.transaction() as tx:
        tx.execute(CHAIN, (owner, owner))
        tx.execute(LOST, (owner,))
        tx.execute(GIVEN_BACK.format(owners), (owner,))
    found = [(difference.what, difference.where) for difference in Audits(database).reconcile()]
    assert found == [("ledger: what a request took is what its usage says", "req_2")]


def test_what_was_used_before_there_was_a_wallet_took_nothing_from_it(database: Database, caller: Caller) -> None:
    made, moment = Customers(database).create(caller, {"external_id": "later"}).id, [time.time() - 300]
    keeper = Bookkeeper(database, clock=lambda: moment[0])
    call(keeper, an_ask(caller, made, 1))
    stream = admitted(keeper, an_ask(caller, made, 2)).hold
    died_in_mid_stream(database, keeper, stream)
    Accounts(database).credit(caller, 10**9)
    Wallet(database).topup(caller, made, {"amount_usd": 1})
    moment[0] = time.time() + 1
    settled(keeper, stream, output_tokens=50)
    assert Audits(database).reconcile() == []


def test_a_call_under_way_is_no_difference_until_its_lease_is_long_over(
    database: Database, caller: Caller, customer: str
) -> None:
    admitted(Bookkeeper(database), an_ask(caller, customer, 9))
    assert Audits(database).reconcile() == []
    later = Audits(database, clock=lambda: time.time() + 120)
    assert [difference.what for difference in later.reconcile()] == ["holds: none is open after its lease"]


def test_a_changed_hour_is_told_from_an_unchanged_one(database: Database, customer: str) -> None:
    later = Audits(database, clock=lambda: time.time() + 2 * HOUR_S)
    assert later.write_checksums() >= 1
    assert later.write_checksums() == 0
    proofs = [proof for proof in later.proofs() if proof.now.count]
    assert [(proof.now.kind, proof.now.count) for proof in proofs] == [("usage", 3), ("ledger", 9)]
    assert all(proof.holds and proof.written for proof in proofs)
    with database.transaction() as tx:
        tx.execute("UPDATE usage_events SET cost_nano = cost_nano + 1 WHERE request_id = 'req_2'")
    assert [proof.now.kind for proof in later.proofs() if not proof.holds] == ["usage"]


def test_an_hour_that_is_not_over_has_no_checksum(database: Database, customer: str) -> None:
    assert Audits(database).write_checksums() == 0
    assert Audits(database).proofs() == []


def test_a_month_turns_over_by_itself_at_midnight_utc(database: Database, caller: Caller) -> None:
    moment = [datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC).timestamp()]
    keeper = Bookkeeper(database, clock=lambda: moment[0])
    made = Customers(database).create(caller, {"external_id": "monthly", "budget_usd": 0.0011}).id
    call(keeper, an_ask(caller, made, 1))
    with pytest.raises(GatewayError, match="customer_budget_exceeded") as refused:
        admitted(keeper, an_ask(caller, made, 2, prices=[an_ask(caller, made, 0).prices[0]], input_tokens=600))
    assert refused.value.facts["resets_at"] == datetime(2026, 12, 1, tzinfo=UTC).timestamp()
    moment[0] += 1
    call(keeper, an_ask(caller, made, 3))
    with database.reading() as tx:
        spent = tx.execute("SELECT spend_month, spend_nano FROM customers WHERE id = ?", (made,)).fetchone()
    assert tuple(spent) == ("2026-12", 600_000)
    assert Audits(database).reconcile() == []


def test_the_accounts_own_wallet_gates_every_customer_and_pays_cost_not_price(
    database: Database, caller: Caller
) -> None:
    made, keeper = Customers(database).create(caller, {"external_id": "any"}).id, Bookkeeper(database)
    call(keeper, an_ask(caller, made, 1))
    Accounts(database).update(caller, {"markup_ppm": 500_000})
    Accounts(database).credit(caller, 700_000, "first credit")
    call(keeper, an_ask(caller, made, 2))
    with pytest.raises(GatewayError, match="wallet_empty") as refused:
        admitted(keeper, an_ask(caller, made, 3))
    assert refused.value.facts["scope"] == "account_wallet"
    assert Accounts(database).retrieve(caller).balance_nano == 100_000
    assert [row.amount_nano for row in Accounts(database).transactions(caller, 5)] == [-600_000, 700_000]
    assert Audits(database).reconcile() == []


def test_usage_that_comes_after_the_sweeper_posts_the_difference(database: Database, caller: Caller) -> None:
    made, moment = Customers(database).create(caller, {"external_id": "late"}).id, [time.time()]
    keeper = Bookkeeper(database, clock=lambda: moment[0])
    Wallet(database).topup(caller, made, {"amount_usd": 1})
    hold = admitted(keeper, an_ask(caller, made, 1)).hold
    with database.transaction() as tx:
        tx.execute("UPDATE holds SET expires_at = 1 WHERE id = ?", (hold.id,))
    assert Sweeper(database, keeper).sweep() == 1
    settled(keeper, hold, output_tokens=50)
    settled(keeper, hold, output_tokens=50)
    view = Wallet(database).retrieve(caller, made, PageRequest(10))
    assert [(row.type, row.amount_nano) for row in view.transactions.items] == [
        ("adjust", -600_000),
        ("topup", 10**9),
    ]
    assert Audits(database).reconcile() == []
