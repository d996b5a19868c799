# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL under peewee: a small pool, no wait without an end, and as few round trips as a transaction allows.

A round trip costs more than the statement it carries. BEGIN, writes whose result nobody looks at, and COMMIT
therefore travel with the next statement: a hold takes two round trips instead of nine.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import peewee
import psycopg2
from psycopg2 import extensions

from ringside_gateway.storage import waiting

#: The server gives up a statement after this long, waits for locks included.
STATEMENT_S = 5.0
#: Longest wait for one of the pool's connections.
POOL_WAIT_S = 5.0
#: After a silence nobody else waits it out anew: everything is refused for this long, then somebody tries.
REST_S = 1.0
#: A gateway stopped in mid-transaction must not keep a hot row locked for the others.
IDLE_IN_TRANSACTION_S = 10
_OPTIONS = (
    f"-c statement_timeout={STATEMENT_S * 1000:.0f} "
    f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION_S * 1000}"
)
_KEEPALIVES: Any = {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 6000}
#: Turns the driver's exceptions into peewee's.
_translated: Any = vars(peewee)["__exception_wrapper__"]
_BEGIN = "BEGIN"


class Postgresql(peewee.PostgresqlDatabase):
    """Connections belong to a greenlet or thread for one transaction, and to the pool between two."""

    #: What peewee keeps to itself: the connection of this greenlet or thread, and how one is made.
    _state: Any
    _connect: Any
    _set_server_version: Any

    def __init__(self, url: str, pool_size: int) -> None:
        self._free = threading.BoundedSemaphore(pool_size)
        self._idle: list[Any] = []
        self._silent_until = 0.0
        options = f"{_OPTIONS} {extensions.parse_dsn(url).get('options', '')}".strip()
        super().__init__(url, options=options, connection_factory=waiting.Connection, **_KEEPALIVES)
        waiting.install()

    def connect(self, reuse_if_open: bool = False) -> bool:
        """Takes a connection from the pool; OperationalError when none is free in time or none can be made."""
        if not self._state.closed:
            return False
        if time.monotonic() < self._silent_until:
            raise peewee.OperationalError("the database did not answer a moment ago")
        if not self._free.acquire(timeout=POOL_WAIT_S):
            raise peewee.OperationalError("all connections to the database are in use")
        try:
            self._use(self._idle.pop() if self._idle else self._opened())
        except BaseException:
            self._free.release()
            raise
        return True

    def close(self) -> bool:
        """Gives the connection back, or drops it when it is broken or not at rest."""
        if self._state.closed:
            return False
        connection = self._state.conn
        self._state.reset()
        try:
            if connection.closed or connection.get_transaction_status() != extensions.TRANSACTION_STATUS_IDLE:
                connection.close()
            else:
                connection.patience_s = waiting.SILENCE_S
                self._idle.append(connection)
        finally:
            self._free.release()
        return True

    def close_all(self) -> None:
        """Closes every connection at rest."""
        self.close()
        self._drop_idle()

    def begin(self, isolation_level: str | None = None) -> None:
        """Opens a transaction; the server hears of it with the first statement."""
        self._state.unsent = [(_BEGIN if isolation_level is None else f"{_BEGIN} {isolation_level}", ())]

    def later(self, sql: str, params: Sequence[Any]) -> None:
        """Runs a statement nobody needs the result of, at the latest with the COMMIT."""
        self._state.unsent.append((sql, params))

    def wait_up_to(self, seconds: float) -> None:
        """More patience for the transaction under way."""
        self._state.conn.patience_s = seconds + waiting.SILENCE_S

    def commit(self) -> None:
        """Commits; a transaction that said nothing costs nothing."""
        if self._unknown_to_server() and len(self._state.unsent) == 1:
            self._state.unsent = []
        else:
            self._send("COMMIT", None, again=False)

    def rollback(self) -> None:
        """Undoes; without a round trip where the server knows nothing of it or has gone."""
        unknown = self._unknown_to_server()
        self._state.unsent = []
        if not unknown and not self._state.conn.closed:
            self._send("ROLLBACK", None, again=False)

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> Any:
        """Runs a statement, together with all that waits, and returns its cursor."""
        return self._send(sql, params, again=self._unknown_to_server())

    def _unknown_to_server(self) -> bool:
        unsent = self._state.unsent
        return bool(unsent) and unsent[0][0].startswith(_BEGIN)

    def _send(self, sql: str, params: Sequence[Any] | None, *, again: bool) -> Any:
        """`again`: the transaction starts with this, so a connection that died at rest is replaced and forgotten."""
        with _translated:
            cursor = self._state.conn.cursor()
            if self._state.unsent:
                sql, params = _script([*self._state.unsent, (sql, params or ())])
                self._state.unsent = []
            try:
                cursor.execute(sql, params)
            except waiting.Silence:
                self._silent_until = time.monotonic() + REST_S
                raise
            except psycopg2.Error:
                if not (again and self._state.conn.closed):
                    raise
                self._drop_idle()  # they died with it
                self._state.conn = self._opened()
                cursor = self._state.conn.cursor()
                cursor.execute(sql, params)
            return cursor

    def _use(self, connection: Any) -> None:
        self._state.set_connection(connection)
        self._state.unsent = []

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _opened(self) -> Any:
        with _translated:
            try:
                connection = self._connect()
            except waiting.Silence:
                self._silent_until = time.monotonic() + REST_S
                raise
        self._set_server_version(connection)
        return connection


def _script(statements: Sequence[tuple[str, Sequence[Any]]]) -> tuple[str, Sequence[Any] | None]:
    """Several statements as one; psycopg2 quotes the values of all of them at once."""
    values = [value for _, params in statements for value in params]
    if not values:
        return "; ".join(sql for sql, _ in statements), None
    return "; ".join(sql if params else sql.replace("%", "%%") for sql, params in statements), values
