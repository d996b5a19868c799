# SPDX-License-Identifier: Apache-2.0
"""What is SQLite's own: one writer, whose lock is waited for where other calls of the process can go on."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.storage import database as storage
from ringside_gateway.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    made = Database.open(f"sqlite:///{tmp_path / 'books.sqlite3'}")
    with made.transaction() as tx:
        tx.execute("CREATE TABLE things (name TEXT)")
    return made


@pytest.fixture
def other(database: Database, tmp_path: Path) -> sqlite3.Connection:
    """Another process's connection, in the middle of a change."""
    made = sqlite3.connect(tmp_path / "books.sqlite3", isolation_level=None)
    made.execute("BEGIN IMMEDIATE")
    return made


def test_the_writers_lock_is_waited_for_in_our_own_sleep(
    database: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            other.execute("COMMIT")

    monkeypatch.setattr(storage.time, "sleep", sleep)
    with database.transaction() as tx:
        tx.execute("INSERT INTO things VALUES ('glove')")
    assert len(pauses) == 3


def test_a_lock_that_is_never_free_is_503(
    database: Database, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "LOCK_DEADLINE_S", 0.05)
    with pytest.raises(GatewayError, match="service_unavailable"), database.transaction():
        pass
    other.execute("ROLLBACK")
    with database.transaction():
        pass


def test_reading_goes_on_beside_a_writer_and_sees_one_state(database: Database, other: sqlite3.Connection) -> None:
    with database.reading() as tx:
        other.execute("INSERT INTO things VALUES ('glove')")
        other.execute("COMMIT")
        assert tx.execute("SELECT * FROM things").fetchall() == []
    with database.reading() as tx:
        assert tx.execute("SELECT * FROM things").fetchall() == [("glove",)]
