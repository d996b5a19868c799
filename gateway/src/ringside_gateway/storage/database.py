# SPDX-License-Identifier: Apache-2.0
"""Connections and transactions over the two dialects, SQLite and PostgreSQL."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any
from urllib.parse import urlsplit

import peewee
from playhouse.pool import PooledSqliteDatabase

from ringside_gateway.domain.errors import GatewayError

SQLITE, POSTGRESQL = "sqlite", "postgresql"
#: Models bind here; one process serves one database.
proxy = peewee.DatabaseProxy()
#: How long a transaction waits for SQLite's single writer before it gives up with 503.
LOCK_DEADLINE_S = 5.0
#: How soon it is asked again: not in SQLite, which would hold up everything else in the process meanwhile.
ASK_AGAIN_S = (0.0002, 0.001)
#: How a transaction begins in each dialect.
_WRITING = {SQLITE: "IMMEDIATE", POSTGRESQL: None}
_READING = {SQLITE: "DEFERRED", POSTGRESQL: "ISOLATION LEVEL REPEATABLE READ READ ONLY"}
_UNAVAILABLE = (peewee.OperationalError, peewee.InternalError)
#: Opening still waits in SQLite, for Python's default of five seconds: the last pragma ends that.
_PRAGMAS = {"journal_mode": "wal", "synchronous": "normal", "foreign_keys": 1, "cache_size": -16_000, "busy_timeout": 0}


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

    def later(self, sql: str, params: Sequence[Any] = ()) -> None:
        """Runs a statement whose result nobody looks at: on PostgreSQL it travels with the next one or the COMMIT."""
        if self.dialect == POSTGRESQL:
            self._connection.later(sql.replace("?", "%s"), params)
        else:
            self._connection.execute_sql(sql, params)

    def insert(self, into: str, rows: Sequence[Sequence[Any]], after: str = "") -> None:
        """Appends rows, on PostgreSQL in one statement; `into` is `table (columns)`, `after` follows the values."""
        if not rows:
            return
        marks = f"({', '.join('?' * len(rows[0]))})"
        if self.dialect == POSTGRESQL:
            flat = [value for row in rows for value in row]
            self.later(f"INSERT INTO {into} VALUES {', '.join([marks] * len(rows))} {after}", flat)
        else:
            for row in rows:
                self._connection.execute_sql(f"INSERT INTO {into} VALUES {marks} {after}", row)

    def for_update(self) -> str:
        """The suffix that locks selected rows; SQLite's write transaction already excludes every other writer."""
        return " FOR UPDATE" if self.dialect == POSTGRESQL else ""

    def for_update_of_the_free(self) -> str:
        """The same, but rows that another worker holds are left out instead of waited for."""
        return " FOR UPDATE SKIP LOCKED" if self.dialect == POSTGRESQL else ""

    def take_time(self, seconds: float) -> None:
        """Allows each statement of this transaction more than the few seconds that calls get."""
        if self.dialect == POSTGRESQL:
            self.later("SET LOCAL statement_timeout = ?", (int(seconds * 1000),))
            self._connection.wait_up_to(seconds)


def rows_as_json(dialect: str, columns: str) -> str:
    """The expression that makes one JSON array of all rows of a query, each an array of these columns."""
    aggregate = "json_agg(json_build_array({}))::text" if dialect == POSTGRESQL else "json_group_array(json_array({}))"
    return aggregate.format(columns)


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
                check_same_thread=False,
                max_connections=0,
            )
            dialect = SQLITE
        elif parts.scheme in ("postgresql", "postgres"):
            from ringside_gateway.storage.postgresql import Postgresql  # psycopg2 is an extra

            connection = Postgresql(url.replace("postgres://", "postgresql://", 1), pool_size)
            dialect = POSTGRESQL
        else:
            raise ValueError(f"database url must start with sqlite:// or postgresql://, not {parts.scheme!r}")
        proxy.initialize(connection)
        return cls(connection, dialect)

    def transaction(self) -> AbstractContextManager[Transaction]:
        """One short write transaction: commits at the end, rolls back on any error.

        Raises GatewayError `service_unavailable` when the database cannot be reached, is full, read-only or locked.
        """
        return self._open(_WRITING[self.dialect])

    def reading(self) -> AbstractContextManager[Transaction]:
        """The same for reading only, from one state of the data; on SQLite it keeps nobody from writing."""
        return self._open(_READING[self.dialect])

    @contextmanager
    def _open(self, mode: str | None) -> Iterator[Transaction]:
        outer = getattr(self._current, "transaction", None)
        if outer is not None:
            yield outer
            return
        try:
            with self._checked_out(), self._begun(mode):
                self._current.transaction = transaction = Transaction(self.connection, self.dialect)
                try:
                    yield transaction
                finally:
                    self._current.transaction = None
        except peewee.DatabaseError as error:
            if isinstance(error, _UNAVAILABLE) or "does not exist" in str(error):  # migrations are not applied yet
                raise GatewayError("service_unavailable", retry_after_seconds=1) from error
            raise
        except peewee.InterfaceError as error:
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
    def _begun(self, mode: str | None) -> Iterator[None]:
        atomic = self._entered(mode)
        try:
            yield
        except BaseException as error:
            atomic.__exit__(type(error), error, error.__traceback__)
            raise
        atomic.__exit__(None, None, None)

    def _entered(self, mode: str | None) -> Any:
        """The open transaction; on SQLite once its single writer's lock is free, or nobody repairs what a kill left."""
        deadline = time.monotonic() + LOCK_DEADLINE_S
        while True:
            try:
                return self._tried(mode)
            except peewee.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(random.uniform(*ASK_AGAIN_S))

    def _tried(self, mode: str | None) -> Any:
        atomic = self.connection.atomic(mode).__enter__()
        if mode == _READING[SQLITE]:
            try:
                self.connection.execute_sql("PRAGMA schema_version")  # takes the snapshot, or is told to wait
            except BaseException as error:
                atomic.__exit__(type(error), error, error.__traceback__)
                raise
        return atomic

    def close(self) -> None:
        """Closes every pooled connection."""
        self.connection.close_all()
