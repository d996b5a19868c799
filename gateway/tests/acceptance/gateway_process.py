# SPDX-License-Identifier: Apache-2.0
"""A whole gateway as a user starts it, on a free port and a folder of its own, which tests may kill and restart."""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx
from command_line import live_key

#: Below the range outgoing connections take their ports from, and a share of it for each worker of the tests.
FIRST_PORT, PORTS_A_WORKER = 20_000, 1_500
_given: set[int] = set()


def free_port() -> int:
    """A port nobody listens on right now, and nobody will take before the gateway does."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8
    first = FIRST_PORT + worker * PORTS_A_WORKER
    while True:
        port = random.randrange(first, first + PORTS_A_WORKER)
        if port in _given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port


def _as_the_proxy(request: httpx.Request) -> None:
    """nginx hands the path on as it was sent."""
    request.headers["X-Original-URI"] = request.url.raw_path.decode("ascii")


class Gateway:
    """`ringside-gateway serve` in a process group that can be killed as one."""

    def __init__(self, folder: Path, command: tuple[str, ...] = ("-m", "ringside_gateway"), **environment: str) -> None:
        self.folder = folder
        self.command = command
        self.port = free_port()
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, timeout_s: float = 60.0) -> None:
        """Starts and waits until it answers."""
        kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
        command = [sys.executable, *self.command, "serve", "--port", str(self.port), "--data-dir", str(self.folder)]
        with (self.folder / "gateway.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=kept | self.environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200 and self.env_file.exists():
                    return
            except httpx.TransportError:
                pass
            assert self.process.poll() is None, (self.folder / "gateway.log").read_text()[-4000:]
            time.sleep(0.02)
        self.kill()
        raise AssertionError("not ready in time:\n" + (self.folder / "gateway.log").read_text()[-4000:])

    def kill(self) -> None:
        """kill -9 for every process of the gateway at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ctrl-C, then the exit status."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=20)

    @property
    def env_file(self) -> Path:
        """Where the key and the URL are written."""
        return self.folder / "dev.env"

    @property
    def key(self) -> str:
        """The test key `serve` made."""
        lines = dict(
            line.removeprefix("export ").split("=", 1) for line in self.env_file.read_text().split("\n") if "=" in line
        )
        return lines["FC_API_KEY"].strip("'\"")

    @property
    def url(self) -> str:
        """Base URL as a client uses it."""
        return f"http://127.0.0.1:{self.port}/v1"

    def client(self, **options: object) -> httpx.Client:
        """A plain HTTP client with the key."""
        headers = {"Authorization": f"Bearer {self.key}"}
        if "RINGSIDE_BEHIND_NORMALISING_PROXY" in self.environment:
            options["event_hooks"] = {"request": [_as_the_proxy]}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, **options)  # type: ignore[arg-type]

    def live_key(self) -> str:
        """A new key for live mode, made by the command line beside the running gateway."""
        return live_key(self.folder)

    def rows(self, sql: str, *params: object) -> list[tuple]:
        """Reads the database directly."""
        path = next(self.folder.glob("*.sqlite3"))
        with sqlite3.connect(path) as connection:
            return connection.execute(sql, params).fetchall()
