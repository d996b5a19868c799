# SPDX-License-Identifier: Apache-2.0
"""Connections and transactions over the two dialects, SQLite and PostgreSQL."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import peewee
from playhouse.pool import PooledPostgresqlDatabase, PooledSqliteDatabase

from ringside_gateway.domain.errors import GatewayError

SQLITE, POSTGRESQL = "sqlite", "postgresql"
#: Models bind here; one process serves one database.
proxy = peewee.DatabaseProxy()
#: How long a transaction waits for SQLite's single writer before it gives up with 503.
LOCK_DEADLINE_S = 5.0
#: SQLite's own wait blocks the whole process and its queue is unfair (one process was shut out for 1.9 s), so it
#: is kept short and we retry with a sleep that lets other requests run.
SQLITE_BUSY_S = 0.005
_PRAGMAS = {"journal_mode": "wal", "synchronous": "normal", "foreign_keys": 1, "cache_size": -16_000}


class Table(peewee.Model):
    """Base of all tables; bound to the process's database by `Database.open`."""

    class Meta:
        database = proxy
        legacy_table_names = False


class Transaction:
    """An open transaction: runs SQL written with `?` on either dialect."""

    def __init__(self, connection: Any, dialect: str) -> None:
        self._connection = connection
        self.dialect = dialect

    def execute(self, sql: str, params: Sequence[Any] = ()) -> Any:
        """Runs one statement and returns its cursor."""
        if self.dialect == POSTGRESQL:
            sql = sql.replace("?", "%s")
        return self._connection.execute_sql(sql, params)

    def for_update(self) -> str:
        """The suffix that locks selected rows; SQLite's write transaction already excludes every other writer."""
        return " FOR UPDATE" if self.dialect == POSTGRESQL else ""


class Database:
    """One database: `transaction()` is the only way in, nested use joins the outer transaction."""

    def __init__(self, connection: Any, dialect: str) -> None:
        self.connection = connection
        self.dialect = dialect
        self._current = threading.local()

    @classmethod
    def open(cls, url: str, pool_size: int = 8) -> Database:
        """Opens `sqlite:///path` or `postgresql://user@host/name` and binds all tables to it; connects lazily."""
        parts = urlsplit(url)
        if parts.scheme == "sqlite":
            connection: Any = PooledSqliteDatabase(
                parts.path[1:] if parts.path.startswith("//") else parts.path,
                pragmas=_PRAGMAS,
                timeout=SQLITE_BUSY_S,
                check_same_thread=False,
                max_connections=0,
            )
            dialect = SQLITE
        elif parts.scheme in ("postgresql", "postgres"):
            connection = PooledPostgresqlDatabase(
                None, max_connections=pool_size, timeout=int(LOCK_DEADLINE_S), stale_timeout=300
            )
            connection.init(url.replace("postgres://", "postgresql://", 1))
            dialect = POSTGRESQL
        else:
            raise ValueError(f"database url must start with sqlite:// or postgresql://, not {parts.scheme!r}")
        proxy.initialize(connection)
        return cls(connection, dialect)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One short write transaction: commits at the end, rolls back on any error.

        Raises GatewayError `service_unavailable` when the database cannot be reached, is full, read-only or locked.
        """
        outer = getattr(self._current, "transaction", None)
        if outer is not None:
            yield outer
            return
        try:
            with self._checked_out(), self._begun():
                self._current.transaction = transaction = Transaction(self.connection, self.dialect)
                try:
                    yield transaction
                finally:
                    self._current.transaction = None
        except (peewee.OperationalError, peewee.InterfaceError, peewee.InternalError) as error:
            raise GatewayError("service_unavailable", retry_after_seconds=1) from error

    @contextmanager
    def _checked_out(self) -> Iterator[None]:
        self.connection.connect(reuse_if_open=True)
        try:
            yield
        finally:
            if self.connection.transaction_depth() == 0:
                self.connection.close()

    @contextmanager
    def _begun(self) -> Iterator[None]:
        atomic = self._begin()
        try:
            yield
        except BaseException as error:
            atomic.__exit__(type(error), error, error.__traceback__)
            raise
        atomic.__exit__(None, None, None)

    def _begin(self) -> Any:
        if self.dialect == POSTGRESQL:
            return self.connection.atomic().__enter__()
        deadline = time.monotonic() + LOCK_DEADLINE_S
        while True:
            try:
                return self.connection.atomic("IMMEDIATE").__enter__()
            except peewee.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(0.0005, 0.004))

    def close(self) -> None:
        """Closes every pooled connection."""
        self.connection.close_all()
