# SPDX-License-Identifier: Apache-2.0
"""The two databases under fire: a SQLite file, and a private PostgreSQL cluster that can be stopped and started."""

from __future__ import annotations

import os
import pwd
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from chaos.disk import Disk
from gateway_process import free_port

#: How long an operator keeps trying to start a database.
PATIENCE_S = 20.0
Rows = list[tuple[Any, ...]]


class UnderFire(Protocol):
    """What the suite needs of a database."""

    disk: Disk
    url: str

    def rows(self, sql: str, params: Sequence[object] = ()) -> Rows:
        """Reads directly, past the gateway; `?` stands for a parameter."""

    def stop(self) -> None:
        """The database goes away in mid-sentence."""

    def start(self) -> None:
        """It comes back, if it was away."""

    def close(self) -> None:
        """Nothing of it is left."""


class SqliteFile:
    """A file has no server that could be stopped."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder / "disk")
        self._path = self.disk.folder / "ringside.sqlite3"
        self.url = f"sqlite:///{self._path}"

    def rows(self, sql: str, params: Sequence[object] = ()) -> Rows:
        """Reads directly."""
        with sqlite3.connect(self._path, timeout=10) as connection:
            return connection.execute(sql, params).fetchall()

    def stop(self) -> None:
        """Nothing to stop."""

    def start(self) -> None:
        """Nothing to start."""

    def close(self) -> None:
        """Forgets the file."""
        self.disk.close()


class PostgresCluster:
    """A cluster of its own, run by an ordinary user, with small WAL segments so that a small disk holds it."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder / "disk")
        self._bin = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        self._user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
        self._data, self._port = self.disk.folder / "pg", free_port()
        self._log = folder / "log"
        self._log.mkdir()
        shutil.chown(self._log, self._user)
        self._run("initdb", "-D", str(self._data), "-U", "ringside", "-A", "trust", "-E", "UTF8", "--no-locale",
                  "--no-sync", "--wal-segsize=1")  # fmt: skip
        self.url = f"postgresql://ringside@127.0.0.1:{self._port}/postgres"
        self.start()

    def rows(self, sql: str, params: Sequence[object] = ()) -> Rows:
        """Reads directly."""
        import psycopg2

        connection = psycopg2.connect(self.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql.replace("?", "%s"), tuple(params))
                return cursor.fetchall()
        finally:
            connection.close()

    def stop(self) -> None:
        """Every connection is cut, nothing is tidied up; the next start recovers."""
        self._run("pg_ctl", "-D", str(self._data), "-m", "immediate", "stop", check=False)

    def start(self) -> None:
        """Starts unless it runs; a server that gave up on a full disk is started again."""
        if self._run("pg_ctl", "-D", str(self._data), "status", check=False) == 0:
            return
        options = (
            f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=120 "
            "-c min_wal_size=2MB -c max_wal_size=32MB -c shared_buffers=16MB -c autovacuum=off"
        )
        arguments = ("-D", str(self._data), "-l", str(self._log / "server.log"), "-w", "-o", options, "start")
        deadline = time.monotonic() + PATIENCE_S
        # One that is just giving up on a full disk still holds its port and its lock file for a moment.
        while self._run("pg_ctl", *arguments, check=False) != 0:
            assert time.monotonic() < deadline, (self._log / "server.log").read_text()[-2000:]
            time.sleep(0.2)

    def close(self) -> None:
        """Ends the server and forgets its data."""
        self.stop()
        self.disk.close()

    def _run(self, program: str, *arguments: str, check: bool = True) -> int:
        as_user = [] if os.getuid() else ["runuser", "-u", self._user, "--"]
        command = [*as_user, str(self._bin / program), *arguments]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, cwd="/")
        assert done.returncode == 0 or not check, done.stderr.decode()
        return done.returncode
