# SPDX-License-Identifier: Apache-2.0
"""Every database test runs on each dialect: SQLite always, PostgreSQL where `make services` started one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from ringside_gateway.storage import migrations
from ringside_gateway.storage.database import Database

POSTGRES_URL = os.environ.get("RINGSIDE_TEST_POSTGRES_URL")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        opened = Database.open(f"sqlite:///{tmp_path}/test.sqlite3")
    elif POSTGRES_URL is None:
        pytest.skip("RINGSIDE_TEST_POSTGRES_URL is not set: run `make services` and source build/services/env")
    else:
        opened = Database.open(POSTGRES_URL)
        with opened.transaction() as tx:
            tx.execute("DROP SCHEMA public CASCADE")
            tx.execute("CREATE SCHEMA public")
    migrations.upgrade(opened)
    yield opened
    opened.close()
