# SPDX-License-Identifier: Apache-2.0
"""Several gateways on one database and one Redis, as an operator would run them: what dies is started again."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import command_line
import httpx
from chaos.clock import Clock
from chaos.databases import UnderFire
from chaos.redis_server import RedisServer
from gateway_process import Gateway

ENTRY = Path(__file__).with_name("entry.py")
#: How long an operator keeps trying to start a gateway whose database is away.
PATIENCE_S = 30.0


class Installation:
    """The gateways, their database, their Redis and their clock."""

    def __init__(self, folder: Path, database: UnderFire, gateways: int, bug: str | None = None) -> None:
        self.database = database
        self.clock = Clock(folder / "clock")
        self.redis = RedisServer()
        environment = {
            "RINGSIDE_DATABASE_URL": database.url,
            "RINGSIDE_REDIS_URL": self.redis.url,
            "RINGSIDE_TEST_CLOCK": str(self.clock.path),
            "RINGSIDE_TEST_BUG": bug or "",
            "RINGSIDE_WORKER": "gevent",
        }
        folders = [folder / f"gateway-{number}" for number in range(gateways)]
        self.gateways = [Gateway(path, command=(str(ENTRY),), **environment) for path in folders]
        #: Whoever kills or starts a gateway has it alone: of two who start one, one would run on unseen.
        self._operators = [threading.Lock() for _ in folders]
        for path in folders:
            path.mkdir()

    def start(self, account_usd: float | None = None) -> None:
        """The first gateway makes the tables, the account gets its wallet, then the others join."""
        self.redis.start()
        first = self.gateways[0]
        first.start()
        if account_usd is not None:
            done = command_line.run("account", "topup", str(account_usd), folder=first.folder, **first.environment)
            assert done.exit_code == 0, done.output
        with ThreadPoolExecutor() as pool:
            list(pool.map(Gateway.start, self.gateways[1:]))

    def kill_gateway(self, number: int) -> None:
        """kill -9 for all its processes at once; it is started again at once, too."""
        with self._operators[number]:
            if self._alive(self.gateways[number]):
                self.gateways[number].kill()
            self._revive(number)

    def kill_process(self, number: int, child: int) -> None:
        """kill -9 for one of its web workers or its background process; the master replaces it."""
        if children := self._children(number):
            os.kill(children[child % len(children)], signal.SIGKILL)

    def reload(self, number: int) -> None:
        """SIGHUP."""
        gateway = self.gateways[number]
        if self._alive(gateway) and gateway.process is not None:
            gateway.process.send_signal(signal.SIGHUP)

    def revive(self, number: int) -> None:
        """Starts a gateway until it stays up: with its database away it refuses to start."""
        with self._operators[number]:
            self._revive(number)

    def _revive(self, number: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._alive(self.gateways[number]):
            try:
                self.gateways[number].start()
            except AssertionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def recovered(self) -> None:
        """All faults are over: every gateway must serve again, and only dead ones may be restarted for it."""
        for number, gateway in enumerate(self.gateways):
            self.revive(number)
            deadline = time.monotonic() + PATIENCE_S
            while not self._serves(gateway):
                assert time.monotonic() < deadline, f"gateway {number} did not recover"
                time.sleep(0.05)

    def stop(self) -> None:
        """Kills what still runs."""
        for gateway in self.gateways:
            if self._alive(gateway):
                gateway.kill()
        self.redis.kill()

    def complaints(self) -> list[str]:
        """Faults that the gateways logged and should not have met."""
        logs = [(gateway.folder / "gateway.log").read_text(errors="replace") for gateway in self.gateways]
        return [line for log in logs for line in log.splitlines() if "internal_error" in line]

    def _children(self, number: int) -> list[int]:
        process = self.gateways[number].process
        if process is None or process.poll() is not None:
            return []
        try:
            listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        except FileNotFoundError:  # it ended this moment
            return []
        return [int(pid) for pid in listed.split()]

    @staticmethod
    def _alive(gateway: Gateway) -> bool:
        return gateway.process is not None and gateway.process.poll() is None

    @staticmethod
    def _serves(gateway: Gateway) -> bool:
        body = {"model": "fc:sandbox/echo", "messages": [{"role": "user", "content": "Are you well?"}]}
        try:
            with gateway.client() as client:
                # The account's wallet may be empty by now: a refusal is an answer, too.
                return client.post("/chat/completions", json=body).status_code in (200, 402)
        except httpx.TransportError:
            return False
