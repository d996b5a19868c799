# SPDX-License-Identifier: Apache-2.0
"""How a database means to run what storage asks of it, when tables are large."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ringside_gateway.storage.database import Database, Transaction


class _Explained:
    """A transaction that asks for the plan of each statement before it runs it."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.dialect = tx.dialect
        self.told: list[str] = []

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Any:
        explain = "EXPLAIN QUERY PLAN" if self.dialect == "sqlite" else "EXPLAIN"
        self.told += [str(row[-1]) for row in self._tx.execute(f"{explain} {sql}", params).fetchall()]
        return self._tx.execute(sql, params)

    def later(self, sql: str, params: Sequence[Any] = ()) -> None:
        self.execute(sql, params)


def plan_of(database: Database, run: Callable[[Any], object]) -> str:
    """The plans of all that `run` executes; on PostgreSQL without what it does only because a table is small."""
    with database.transaction() as tx:
        if tx.dialect != "sqlite":
            for way in ("seqscan", "bitmapscan"):
                tx.execute(f"SET LOCAL enable_{way} = off")
        explained = _Explained(tx)
        run(explained)
    return "\n".join(explained.told)
