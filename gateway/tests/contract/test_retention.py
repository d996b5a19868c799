# SPDX-License-Identifier: Apache-2.0
"""What has served its time is forgotten in short steps, found by its age, whatever happens to other kinds."""

from __future__ import annotations

import time

import pytest
from money_calls import admitted, an_ask, settled
from plans import plan_of
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.client_tokens import ClientToken
from ringside_gateway.domain.identifiers import first_id, new_id
from ringside_gateway.services import retention
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.retention import Retention
from ringside_gateway.storage import client_tokens, holds, idempotency_keys
from ringside_gateway.storage.database import Database
from ringside_gateway.storage.idempotency_keys import KeyId

NOW = time.time()
LONG_AGO = NOW - 2 * retention.HOLDS_KEEP_S


def remembered(database: Database, table: str, column: str) -> list[str]:
    with database.reading() as tx:
        return [row[0] for row in tx.execute(f"SELECT {column} FROM {table} ORDER BY 1").fetchall()]


@pytest.fixture
def kept(database: Database, caller: Caller) -> dict[str, list[str]]:
    """Five old closed holds and keys to forget; an old open hold, and a young hold and key, which stay."""
    customer, keeper = Customers(database).create(caller, {"external_id": "long ago"}).id, Bookkeeper(database)
    stay: dict[str, list[str]] = {"holds": [], "idempotency_keys": ["young"]}
    for number, (age, closed) in enumerate([(LONG_AGO, True)] * 5 + [(LONG_AGO, False), (NOW, True)]):
        ask = an_ask(caller, customer, number, hold_id=new_id("hold", age))
        hold = admitted(keeper, ask).hold
        if closed:
            settled(keeper, hold)
        if not closed or age == NOW:
            stay["holds"].append(hold.id)
    with database.transaction() as tx:
        for key in ("a", "b", "c", "d", "e", "young"):
            age = NOW if key == "young" else LONG_AGO
            idempotency_keys.reserve(tx, KeyId(caller.account_id, False, key), "o", "f", int(age), 30)
            token = (f"ct_{key}", caller.account_id, False, customer, ("chat",), (), None, False, None, 0, int(age))
            client_tokens.insert(tx, ClientToken(*token))
    return stay


def test_old_closed_holds_and_old_keys_go_in_short_steps_and_all_others_stay(
    database: Database, kept: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    Retention(database).forget()
    assert remembered(database, "holds", "id") == kept["holds"]
    assert remembered(database, "idempotency_keys", "key") == kept["idempotency_keys"]
    assert remembered(database, "client_tokens", "id") == ["ct_young"]


def test_a_kind_that_cannot_be_forgotten_is_in_no_others_way(
    database: Database, kept: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    with database.transaction() as tx:
        tx.execute("ALTER TABLE rate_windows RENAME TO elsewhere")
    Retention(database).forget()
    assert caplog.messages == ["what is too old stays for now: ringside_gateway.storage.rate_windows"]
    assert remembered(database, "holds", "id") == kept["holds"]


def test_no_more_holds_are_looked_at_than_are_old(database: Database, kept: dict[str, list[str]]) -> None:
    plan = plan_of(database, lambda tx: holds.forget(tx, int(LONG_AGO), 2))
    assert "(id<?)" in plan or "Index Cond: (id < '" in plan, plan


def test_ids_of_a_moment_sort_after_its_first_and_older_ones_before_it() -> None:
    assert new_id("hold", NOW - 1) < first_id("hold", NOW) <= new_id("hold", NOW)
