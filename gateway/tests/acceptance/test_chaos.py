# SPDX-License-Identifier: Apache-2.0
"""Several gateways on one database under fire: whatever happens, the books are right.

Two seeds a database here; `make -C gateway chaos SEEDS=50 DATABASE=postgresql` runs many, longer and harder.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from chaos.battle import ENOUGH, fight
from chaos.bugs import BUGS
from chaos.databases import PostgresCluster, SqliteFile, UnderFire
from chaos.plan import LONG, POSTGRESQL, SCARCE, SHORT, SQLITE, plan
from leave_outs import leave_out

SEEDS = (1, 2)
#: A race that a machine with much to do did not run into at once is sought again.
TRIES = range(1, 5)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user PostgreSQL runs as may enter."""
    made = Path(tempfile.mkdtemp(prefix="ringside-chaos-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, folder: Path) -> Iterator[UnderFire]:
    if request.param == POSTGRESQL and not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        leave_out("PostgreSQL is not installed: run `make services`")
    made = SqliteFile(folder) if request.param == SQLITE else PostgresCluster(folder)
    yield made
    made.close()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("database", [SQLITE, POSTGRESQL], indirect=True)
def test_no_fault_breaks_the_books(
    request: pytest.FixtureRequest, folder: Path, database: UnderFire, seed: int
) -> None:
    verdict = fight(plan(seed, request.node.callspec.params["database"], SHORT), folder, database)
    print(verdict)
    assert verdict.breaches == []
    assert verdict.plan.kills >= 5
    assert verdict.journal.answers["200"] >= ENOUGH, "too few calls came through for the run to prove anything"


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(folder: Path, bug: str) -> None:
    assert any(_is_caught(folder / str(seed), seed, bug) for seed in TRIES)


def _is_caught(folder: Path, seed: int, bug: str) -> bool:
    folder.mkdir(mode=0o755)
    database = SqliteFile(folder)
    try:
        return bool(fight(plan(seed, SQLITE, SCARCE), folder, database, bug).breaches)
    finally:
        database.close()


def test_a_seed_always_means_the_same_plan_with_at_least_five_kills() -> None:
    for seed in range(200):
        for database in (SQLITE, POSTGRESQL):
            assert plan(seed, database, LONG) == plan(seed, database, LONG)
            assert plan(seed, database, LONG).kills >= 5
    assert plan(1, SQLITE, LONG) != plan(2, SQLITE, LONG)
