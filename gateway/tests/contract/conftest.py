# SPDX-License-Identifier: Apache-2.0
"""Every database test runs on each dialect: SQLite always, PostgreSQL where `make services` started one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from leave_outs import leave_out
from ringside_gateway.domain.accounts import Caller, Credential
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.services.authentication import Authentication
from ringside_gateway.services.bootstrap import Bootstrap
from ringside_gateway.services.client_tokens import ClientTokens
from ringside_gateway.storage import migrations
from ringside_gateway.storage.database import Database


@pytest.fixture
def postgres_url() -> str:
    url = os.environ.get("RINGSIDE_TEST_POSTGRES_URL")
    if url is None:
        leave_out("RINGSIDE_TEST_POSTGRES_URL is not set: run `make services` and source build/services/env")
    return url


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[Database]:
    opened = Database.open(postgres_url)
    with opened.transaction() as tx:
        tx.execute("DROP SCHEMA public CASCADE")
        tx.execute("CREATE SCHEMA public")
    migrations.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "postgresql":
        yield request.getfixturevalue("postgres")
        return
    opened = Database.open(f"sqlite:///{tmp_path}/test.sqlite3")
    migrations.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def caller(database: Database) -> Caller:
    tokens = ClientTokens(database, Keyring(["s" * 32]))
    key = Bootstrap(database).ensure_test_key(None)
    return Authentication(database, tokens).authenticate(Credential(f"Bearer {key}"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    ahead = [0.0]
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + ahead[0])

    def advance(seconds: float) -> None:
        ahead[0] += seconds

    return advance
