# SPDX-License-Identifier: Apache-2.0
"""What storage promises, on each dialect."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import pytest
from money_calls import admitted, an_ask, call, released, settled
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.pages import PageRequest
from ringside_gateway.domain.usage_reports import UsageQuery
from ringside_gateway.domain.windows import bucket_of
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.services.calls.attribution import Attribution
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.health import Health
from ringside_gateway.services.slots import Slots
from ringside_gateway.services.usage import Usage as UsageReports
from ringside_gateway.services.wallet import Wallet
from ringside_gateway.services.webhook_deliveries import WebhookDeliveries
from ringside_gateway.services.webhook_endpoints import WebhookEndpoints, find
from ringside_gateway.storage import migrations, rate_windows
from ringside_gateway.storage.database import Database


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    assert migrations.upgrade(database) == []


def test_a_database_is_ready_once_it_has_every_migration(database: Database) -> None:
    health = Health(database)
    assert health.check() == {"database": True, "migrations": True}
    with database.transaction() as tx:
        tx.execute("DELETE FROM schema_migrations WHERE name = ?", (migrations.available()[-1],))
    assert health.check() == {"database": True, "migrations": False}
    with database.transaction() as tx:
        tx.execute("DROP TABLE schema_migrations")
    assert health.check() == {"database": True, "migrations": False}


def test_an_external_id_is_unique_until_its_customer_is_deleted(database: Database, caller: Caller) -> None:
    customers = Customers(database)
    first = customers.create(caller, {"external_id": "a/b?c#d%"})
    with pytest.raises(GatewayError, match="external_id_taken"):
        customers.create(caller, {"external_id": "a/b?c#d%"})
    assert customers.retrieve(caller, "ext:a/b?c#d%").id == first.id
    customers.delete(caller, first.id)
    assert customers.create(caller, {"external_id": "a/b?c#d%"}).id != first.id


def test_a_call_names_its_customer_by_id_then_as_ext_then_by_the_plain_external_id(
    database: Database, caller: Caller
) -> None:
    customers = Customers(database)
    made = {name: customers.create(caller, {"external_id": name}).id for name in ("old", "plain")}
    with database.transaction() as tx:  # as it could be created once
        tx.execute("UPDATE customers SET external_id = 'ext:old' WHERE id = ?", (made["old"],))
    named = {"ext:old": made["old"], "plain": made["plain"], "ext:plain": made["plain"], made["plain"]: made["plain"]}
    for ref, expected in named.items():
        assert Attribution(database).customer_of(Call("o", "req_1", caller, {}, ref)) == expected
    assert customers.retrieve(caller, "ext:ext:old").id == made["old"]


def test_another_accounts_and_the_other_modes_customers_do_not_exist(database: Database, caller: Caller) -> None:
    mine = Customers(database).create(caller, {"external_id": "mine"})
    for stranger in (replace(caller, account_id="acct_other"), replace(caller, livemode=True)):
        for ref in (mine.id, "ext:mine"):
            with pytest.raises(GatewayError, match="not_found"):
                Customers(database).retrieve(stranger, ref)


def test_pages_are_stable_while_customers_are_added_and_deleted(database: Database, caller: Caller) -> None:
    customers = Customers(database)
    made = []
    for n in range(7):
        made.append(customers.create(caller, {"external_id": f"c{n}"}).id)
        time.sleep(0.002)
    pages = {"external_id": None, "created_after": None}
    first = customers.list(caller, page=PageRequest(3), **pages)
    customers.create(caller, {"external_id": "new"})
    customers.delete(caller, first.items[-1].id)
    second = customers.list(caller, page=PageRequest(3, after=first.items[-1].id), **pages)
    third = customers.list(caller, page=PageRequest(3, after=second.items[-1].id), **pages)
    assert [c.id for page in (first, second, third) for c in page.items] == made[::-1]
    assert (first.has_more, third.has_more) == (True, False)
    back = customers.list(caller, page=PageRequest(3, before=third.items[-1].id), **pages)
    assert [c.id for c in back.items] == [c.id for c in second.items]
    with pytest.raises(GatewayError, match="invalid_cursor"):
        customers.list(caller, page=PageRequest(3, after="txn_1"), **pages)


def test_concurrent_calls_never_spend_more_than_the_wallet_holds(database: Database, caller: Caller) -> None:
    customer = Customers(database).create(caller, {"external_id": "hot"})
    Wallet(database).topup(caller, customer.id, {"amount_usd": 0.01})
    keeper, refused = Bookkeeper(database), []

    def work(number: int) -> None:
        try:
            call(keeper, an_ask(caller, customer.id, number))
        except GatewayError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    view = Wallet(database).retrieve(caller, customer.id, PageRequest(100))
    assert view.customer.balance_nano == sum(row.amount_nano for row in view.transactions.items) >= 0
    assert view.customer.held_nano == 0
    assert set(refused) == {"customer_wallet_empty"}
    assert len(refused) + len(view.transactions.items) - 1 == 40


def test_two_bookkeepers_at_once_cannot_spend_the_same_money(database: Database, caller: Caller) -> None:
    customer = Customers(database).create(caller, {"external_id": "shared"})
    Wallet(database).topup(caller, customer.id, {"amount_usd": 0.01})
    keepers, refused = [Bookkeeper(database) for _ in range(4)], []

    def work(number: int) -> None:
        try:
            call(keepers[number % 4], an_ask(caller, customer.id, number))
        except GatewayError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    view = Wallet(database).retrieve(caller, customer.id, PageRequest(100))
    assert view.customer.balance_nano == sum(row.amount_nano for row in view.transactions.items) >= 0
    assert set(refused) == {"customer_wallet_empty"}
    assert len(refused) + len(view.transactions.items) - 1 == 32


def test_a_released_hold_is_closed_in_the_database(database: Database, caller: Caller) -> None:
    customer = Customers(database).create(caller, {"external_id": "released"})
    keeper = Bookkeeper(database)
    hold = admitted(keeper, an_ask(caller, customer.id, 1)).hold
    released(keeper, hold)
    with database.transaction() as tx:
        assert tx.execute("SELECT state FROM holds WHERE id = ?", (hold.id,)).fetchone()[0] == "released"
        assert tx.execute("SELECT held_nano FROM customers WHERE id = ?", (customer.id,)).fetchone()[0] == 0


def test_two_debits_for_one_request_cannot_both_be_written(database: Database, caller: Caller) -> None:
    customer = Customers(database).create(caller, {"external_id": "once"})
    Wallet(database).topup(caller, customer.id, {"amount_usd": 1})
    keeper = Bookkeeper(database)
    call(keeper, an_ask(caller, customer.id, 1))
    with pytest.raises(Exception, match=r"(?i)unique"):
        call(keeper, an_ask(caller, customer.id, 1, hold_id="hold_again"))


def test_usage_is_summed_by_every_grouping_and_a_call_with_two_tags_counts_once_in_the_total(
    database: Database, caller: Caller
) -> None:
    customer = Customers(database).create(caller, {"external_id": "u"})
    keeper = Bookkeeper(database)
    for number in range(3):
        call(keeper, an_ask(caller, customer.id, number))
    for group_by, keys in (
        ("tag", ["app:b", "team:a"]),
        ("model", ["fc:a/b"]),
        ("provider", ["a"]),
        ("customer", [customer.id]),
        ("day", [time.strftime("%Y-%m-%d", time.gmtime())]),
    ):
        summary = UsageReports(database).summary(caller, UsageQuery(group_by=group_by))
        assert [row.key for row in summary.rows] == keys
        assert (summary.total.requests, summary.total.cost_nano) == (3, 3 * 600_000)
    assert UsageReports(database).summary(caller, UsageQuery(tag="none")).total.requests == 0


def test_a_database_that_a_newer_gateway_upgraded_is_served_on(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute("INSERT INTO schema_migrations (name) VALUES ('9999_newer')")
    assert Health(database).check() == {"database": True, "migrations": True}
    with database.transaction() as tx:
        tx.execute("DELETE FROM schema_migrations WHERE name = '0001_initial'")
    assert Health(database).check() == {"database": True, "migrations": False}


def test_a_debit_is_refunded_at_most_once_over(database: Database, caller: Caller) -> None:
    customer = Customers(database).create(caller, {"external_id": "r"})
    wallet = Wallet(database)
    wallet.topup(caller, customer.id, {"amount_usd": 1})
    call(Bookkeeper(database), an_ask(caller, customer.id, 1))
    debit = wallet.list_transactions(caller, customer.id, PageRequest(1)).items[0]
    assert wallet.refund(caller, customer.id, {"transaction_id": debit.id, "amount_usd": 0.0001}).amount_nano == 100_000
    with pytest.raises(GatewayError, match="refund_exceeds_debit"):
        wallet.refund(caller, customer.id, {"transaction_id": debit.id, "amount_usd": 0.0006})
    assert wallet.refund(caller, customer.id, {"transaction_id": debit.id}).amount_nano == 500_000
    with pytest.raises(GatewayError, match="refund_exceeds_debit"):
        wallet.refund(caller, customer.id, {"transaction_id": debit.id})


def test_a_refused_transaction_leaves_nothing_behind(database: Database, caller: Caller) -> None:
    customer = Customers(database).create(caller, {"external_id": "n"})
    with pytest.raises(GatewayError, match="invalid_request"):
        Wallet(database).topup(caller, customer.id, {"amount_usd": -1})
    assert Customers(database).retrieve(caller, customer.id).balance_nano is None


def test_a_settlement_that_is_tried_again_charges_once(database: Database, caller: Caller) -> None:
    customer = Customers(database).create(caller, {"external_id": "again"})
    Wallet(database).topup(caller, customer.id, {"amount_usd": 1})
    keeper = Bookkeeper(database)
    hold = admitted(keeper, an_ask(caller, customer.id, 1)).hold
    first = settled(keeper, hold)
    assert settled(keeper, hold) == first
    released(keeper, hold)
    view = Wallet(database).retrieve(caller, customer.id, PageRequest(10))
    assert [row.type for row in view.transactions.items] == ["debit", "topup"]
    assert (view.customer.balance_nano, view.customer.held_nano) == (first.wallet_balance_nano, 0)


def test_a_gateway_whose_clock_is_ahead_forgets_no_window_that_the_database_still_counts(database: Database) -> None:
    if database.dialect == "sqlite":
        pytest.skip("on one machine there is one clock")
    with database.transaction() as tx:
        tx.execute(
            "INSERT INTO rate_windows (subject, bucket, requests, tokens) VALUES ('c', ?, 5, 5)",
            (bucket_of(time.time()),),
        )
        rate_windows.forget(tx, time.time() + 7 * 86_400)
        assert tx.execute("SELECT requests FROM rate_windows").fetchone() == (5,)


def test_reading_an_endpoint_does_not_wait_for_its_change(database: Database, caller: Caller) -> None:
    keyring, read = Keyring(["k" * 32]), []
    endpoints = WebhookEndpoints(database, keyring, Addresses(True))
    made, secret = endpoints.create(caller, {"url": "http://127.0.0.1:9/", "events": ["*"]})

    def look() -> None:
        read.append(endpoints.retrieve(caller, made.id).id)
        read.append(endpoints.secret_again(caller, made.id))
        read.append(WebhookDeliveries(database).list(caller, made.id, PageRequest(9), status=None, event=None).items)

    with database.transaction() as tx:
        find(tx, caller, made.id)
        looking = threading.Thread(target=look)
        looking.start()
        looking.join(4)
        assert read == [made.id, secret, []]
    looking.join()


def test_two_changes_of_a_slot_at_once_both_last(database: Database, caller: Caller) -> None:
    slots = Slots(database, load_catalogue())
    slots.create(caller, {"alias": "fast", "targets": [{"model": "fc:openai/gpt-4o-mini"}]})
    second = threading.Thread(target=slots.update, args=(caller, "fast", {"strategy": "weighted"}))
    with database.transaction():
        slots.update(caller, "fast", {"description": "The first change"})
        second.start()
        second.join(0.3)
    second.join()
    found = slots.retrieve(caller, "fast")
    assert (found.description, found.strategy) == ("The first change", "weighted")
