# SPDX-License-Identifier: Apache-2.0
"""A driver as a child process: requests go out with ids, answers come back in any order."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shlex
from decimal import Decimal
from pathlib import Path
from typing import Any

from ringside_conformance.answers import exact

MAX_LINE = 16 * 1024 * 1024
#: No answer within this is a defect of the driver.
PATIENCE_S = 60.0
#: What a driver's environment may have; everything else could decide a case.
_KEPT = frozenset(
    "PATH HOME LANG TMPDIR JAVA_HOME GOCACHE GOPATH GOFLAGS GOMODCACHE PYTHONPATH VIRTUAL_ENV".split()  # noqa: SIM905
)
FINAL = ("value", "ok", "done", "error", "cancelled", "unsupported", "harness_error")
KINDS = (*FINAL, "event")
GOODBYE_S = 5.0
#: A program may take long to start beside others, however short the patience for its answers is.
START_S = 120.0


class DriverError(Exception):
    """The driver broke the protocol, died or fell silent."""


class Driver:
    """One driver process."""

    def __init__(
        self, command: str, log: Path, environment: dict[str, str] | None = None, patience_s: float = PATIENCE_S
    ) -> None:
        self._patience_s = patience_s
        self._command = shlex.split(command)
        self._log = log
        self._environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | (environment or {})
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Queue[dict[str, Any]]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ended: str | None = None
        self.about: dict[str, Any] = {}

    async def start(self) -> Driver:
        """Starts the process and asks who it is."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=self._environment,
                limit=MAX_LINE,
            )
        self._reader = asyncio.create_task(self._read())
        try:
            hello = await self.answer(self.send({"op": "hello", "protocol": 1}), START_S)
        except DriverError as error:
            hello = {"kind": "harness_error", "message": str(error)}
        if hello["kind"] != "value" or not isinstance(hello.get("value"), dict):
            await self.stop()
            raise DriverError(f"{' '.join(self._command)} does not start: {hello.get('message')}; see {self._log}")
        self.about = hello["value"]
        return self

    async def stop(self) -> None:
        """Says goodbye; kills what does not listen. Once is enough."""
        assert self._process is not None
        try:
            if self._ended is None:
                await asyncio.wait_for(self.ask({"op": "bye"}), GOODBYE_S)
            await asyncio.wait_for(self._process.wait(), GOODBYE_S)
        except (TimeoutError, DriverError, OSError):
            self._kill()
            await self._process.wait()
        if self._reader is not None:
            await self._reader

    def send(self, request: dict[str, Any]) -> int:
        """Sends a request and returns its id; `answers` waits for what comes back."""
        assert self._process is not None and self._process.stdin is not None
        if self._ended is not None:
            raise DriverError(self._ended)
        number = next(self._ids)
        self._waiting[number] = asyncio.Queue()
        # A half of a pair of surrogates is no UTF-8; as an escape it is JSON.
        line = exact({"id": number, **request}).encode("utf-8", "backslashreplace")
        self._process.stdin.write(line + b"\n")
        return number

    def cancel(self, number: int) -> None:
        """Asks the driver to cancel a call under way."""
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(exact({"id": next(self._ids), "op": "cancel", "call": number}).encode() + b"\n")

    async def answer(self, number: int, patience_s: float | None = None) -> dict[str, Any]:
        """The next answer to a request: events one by one, then a final one."""
        patience_s = self._patience_s if patience_s is None else patience_s
        try:
            found = await asyncio.wait_for(self._waiting[number].get(), patience_s)
        except TimeoutError as error:
            self._kill()
            self._end(f"no answer within {patience_s:g} s")
            raise DriverError(self._ended) from error
        if found["kind"] in FINAL:
            del self._waiting[number]
        return found

    async def ask(self, request: dict[str, Any]) -> list[dict[str, Any]]:
        """Sends a request and waits for all its answers; the last one is final."""
        number = self.send(request)
        found = [await self.answer(number)]
        while found[-1]["kind"] not in FINAL:
            found.append(await self.answer(number))
        return found

    async def _read(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        reason = "the driver ended"
        try:
            async for line in self._process.stdout:
                answer = json.loads(line, parse_float=Decimal)
                if not isinstance(answer, dict) or answer.get("kind") not in KINDS or "id" not in answer:
                    raise ValueError(f"{line[:200]!r} is no answer")
                queue = self._waiting.get(int(answer["id"]))
                if queue is not None:
                    queue.put_nowait(answer)
        except ValueError as error:
            reason = f"not the protocol: {error}"
            self._kill()
        self._end(reason)

    def _kill(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()

    def _end(self, reason: str) -> None:
        """The driver is of no use any more: everything that waits is told, nothing more is asked."""
        self._ended = self._ended or reason
        for queue in self._waiting.values():
            queue.put_nowait({"kind": "harness_error", "message": self._ended})
