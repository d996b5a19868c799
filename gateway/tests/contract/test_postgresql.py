# SPDX-License-Identifier: Apache-2.0
"""The connection to PostgreSQL: few round trips, a small pool, and never a wait without an end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from money_calls import admitted, an_ask, settled
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.wallet import Wallet
from ringside_gateway.storage import postgresql, waiting
from ringside_gateway.storage.database import Database
from ringside_gateway.storage.postgresql import Postgresql


@pytest.fixture
def database(postgres: Database) -> Database:
    return postgres


def end(postgres_url: str, process: int) -> None:
    """Cuts a connection from the server's side."""
    with psycopg2.connect(postgres_url) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", (process,))
    time.sleep(0.1)


def test_a_hold_takes_two_round_trips_and_so_does_its_settlement(
    database: Database, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = Customers(database).create(caller, {"external_id": "c", "rate_limit_rpm": 100, "rate_limit_tpm": 10**6})
    Wallet(database).topup(caller, customer.id, {"amount_usd": 1})
    keeper, sent = Bookkeeper(database), []
    send = Postgresql._send
    monkeypatch.setattr(Postgresql, "_send", lambda *a, **k: (sent.append(a[1]), send(*a, **k))[1])
    hold = admitted(keeper, an_ask(caller, customer.id, 1)).hold
    assert len(sent) == 2
    settled(keeper, hold, output_tokens=5)
    assert len(sent) == 4


def test_a_connection_that_died_at_rest_is_replaced_without_a_word(database: Database, postgres_url: str) -> None:
    with database.transaction() as tx:
        process = tx.execute("SELECT pg_backend_pid()").fetchone()[0]
    end(postgres_url, process)
    with database.transaction() as tx:
        assert tx.execute("SELECT pg_backend_pid()").fetchone()[0] != process


def test_a_connection_that_dies_in_mid_transaction_undoes_it(
    database: Database, caller: Caller, postgres_url: str
) -> None:
    with pytest.raises(GatewayError, match="service_unavailable"), database.transaction() as tx:
        tx.execute("UPDATE accounts SET name = 'lost'")
        process = tx.execute("SELECT pg_backend_pid()").fetchone()[0]
        end(postgres_url, process)
        tx.execute("UPDATE accounts SET name = 'lost too'")
    with database.transaction() as tx:
        assert tx.execute("SELECT COUNT(*) FROM accounts WHERE name LIKE 'lost%'").fetchone()[0] == 0


def test_a_pool_that_is_exhausted_is_503_and_recovers(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "POOL_WAIT_S", 0.2)
    small = Database.open(postgres_url, pool_size=1)
    taken, finish = threading.Event(), threading.Event()

    def hold_it() -> None:
        with small.transaction() as tx:
            tx.execute("SELECT 1")
            taken.set()
            finish.wait(5)

    other = threading.Thread(target=hold_it)
    other.start()
    taken.wait(5)
    with pytest.raises(GatewayError, match="service_unavailable") as refused, small.transaction():
        pass
    assert refused.value.retry_after_seconds == 1
    finish.set()
    other.join()
    with small.transaction() as tx:
        assert tx.execute("SELECT 1").fetchone()[0] == 1
    small.close()


def test_a_statement_that_takes_too_long_is_503_and_the_connection_stays_good(database: Database) -> None:
    with pytest.raises(GatewayError, match="service_unavailable"), database.transaction() as tx:
        tx.take_time(0.1)
        tx.execute("SELECT pg_sleep(5)")
    with database.transaction() as tx:
        assert tx.execute("SELECT 1").fetchone()[0] == 1


@pytest.fixture
def silent_server() -> Iterator[Callable[[], str]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield lambda: f"postgresql://ringside@127.0.0.1:{listener.getsockname()[1]}/none"


def test_a_server_that_says_nothing_is_given_up_and_nobody_else_waits_it_out(
    silent_server: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting.Connection, "patience_s", 0.3)
    frozen = Database.open(silent_server())
    for at_least, at_most in ((0.25, 2), (0, 0.1)):
        began = time.monotonic()
        with pytest.raises(GatewayError, match="service_unavailable"), frozen.transaction() as tx:
            tx.execute("SELECT 1")
        assert at_least <= time.monotonic() - began < at_most


def test_tables_that_are_not_there_yet_are_503(database: Database) -> None:
    with pytest.raises(GatewayError, match="service_unavailable"), database.transaction() as tx:
        tx.execute("SELECT 1 FROM not_migrated_yet")
