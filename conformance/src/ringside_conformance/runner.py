# SPDX-License-Identifier: Apache-2.0
"""Runs cases against one driver: many at a time, each with its own base URL, each told apart in the outcome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from ringside_conformance.cases import Case
from ringside_conformance.driver import Driver, DriverError
from ringside_conformance.expectations import Step, timing_problems, wire_problems
from ringside_conformance.fault_gateway import FaultGateway
from ringside_conformance.spec import Spec
from ringside_conformance.wire import Session

PASSED, FAILED, NOT_OFFERED, HARNESS = "passed", "failed", "not offered", "harness error"
KEY = "sk_test_conformance"
#: Until a connection that should be closed counts as left open.
CLOSE_S = 3.0
#: A case that takes longer hangs.
CASE_S = 90.0
#: What a step tells the runner, not the driver.
_NOT_SENT = (
    "call",
    "expect",
    "repeat",
    "parallel",
    "cancel_after_ms",
    "cancel_after_events",
    "save",
    "client_name",
    "then",
)


@dataclass
class Outcome:
    """How one case went in one mode."""

    case: Case
    mode: str
    verdict: str
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0
    operations: set[str] = field(default_factory=set)


@dataclass
class Run:
    """Everything the cases of one driver share."""

    command: str
    spec: Spec
    gateway: FaultGateway
    log: Path
    real_key: str | None = None
    jobs: int = 8
    seed: str = "0"
    numbers: Any = field(default_factory=lambda: count(1))

    async def all(self, cases: list[Case], told: Callable[[Outcome], None]) -> tuple[dict[str, Any], list[Outcome]]:
        """Runs every case in every mode the driver has; `told` hears of each as it ends."""
        driver = await Driver(self.command, self.log).start()
        offered = set(driver.about.get("capabilities", ()))
        limit = asyncio.Semaphore(self.jobs)

        async def one(case: Case, mode: str) -> Outcome:
            async with limit:
                outcome = await self._timed(case, mode, driver, offered)
            told(outcome)
            return outcome

        work = [one(case, mode) for case in cases for mode in self._modes(case, offered)]
        try:
            return driver.about, list(await asyncio.gather(*work))
        finally:
            await driver.stop()

    @staticmethod
    def _modes(case: Case, offered: set[str]) -> list[str]:
        wanted = [mode for mode in case.fields.get("modes", ("sync", "async")) if mode in offered]
        return wanted or ["async"]

    async def _timed(self, case: Case, mode: str, driver: Driver, offered: set[str]) -> Outcome:
        outcome = Outcome(case, mode, PASSED)
        needs = case.requires | ({"env"} if "env" in case.fields else set())
        if ("openai" in offered) != (case.group == "D") and not case.fields.get("real_only"):
            needs |= {"openai"} if case.group == "D" else {"own"}
        missing = needs - offered - (set() if "openai" in offered else {"own", "openai"})
        if missing:
            outcome.verdict, outcome.problems = NOT_OFFERED, [f"needs {', '.join(sorted(missing))}"]
            return outcome
        if _needs_real(case) and self.real_key is None:
            outcome.verdict, outcome.problems = NOT_OFFERED, ["needs --gateway"]
            return outcome
        started = time.monotonic()
        own = None
        try:
            if "env" in case.fields:
                own = await Driver(self.command, self.log, self._environment(case, mode)).start()
            await asyncio.wait_for(_Play(self, case, mode, own or driver, outcome).play(), CASE_S)
        except (DriverError, TimeoutError) as error:
            outcome.verdict, outcome.problems = HARNESS, [str(error) or f"not over within {CASE_S:g} s"]
        finally:
            if own is not None:
                await own.stop()
            outcome.seconds = time.monotonic() - started
        return outcome

    def _environment(self, case: Case, mode: str) -> dict[str, str]:
        token = f"env-{case.id}-{mode}"
        return {name: value.replace("{base}", self._base(token)) for name, value in case.fields["env"].items()}

    def _base(self, token: str) -> str:
        return f"http://127.0.0.1:{self.gateway.port}/c/{token}/v1"


class _Play:
    """One case in one mode."""

    def __init__(self, run: Run, case: Case, mode: str, driver: Driver, outcome: Outcome) -> None:
        self._run = run
        self._case = case
        self._mode = mode
        self._driver = driver
        self._outcome = outcome
        self._name = f"{case.id}-{mode}-{run.seed}-{next(run.numbers)}"
        self._saved: dict[str, Any] = {}

    async def play(self) -> None:
        case, token = self._case, f"env-{self._case.id}-{self._mode}" if "env" in self._case.fields else self._name
        script = case.fields.get("gateway", [])
        if case.fields.get("real"):
            script = [{"real": True, "repeat": 100_000}]
        session, base = self._run.gateway.session(token, script)
        try:
            if case.fields.get("client", {}) is not None and "env" not in case.fields:
                await self._new_client(base)
            for step in case.steps:
                await self._step(step, base)
                if self._outcome.verdict != PASSED:
                    return
            await self._after(session)
        finally:
            self._run.gateway.forget(token)

    async def _new_client(self, base: str) -> None:
        key = self._run.real_key if _needs_real(self._case) else KEY
        options = {"base_url": base, "api_key": key, "max_retries": 0} | self._case.fields.get("client", {})
        options = {name: value for name, value in options.items() if value is not None}
        asked = {"op": "client.new", "client": self._name, "options": options, "async": self._mode == "async"}
        self._judge({"ok": True}, await self._driver.ask(asked))

    async def _step(self, step: dict[str, Any], base: str) -> None:
        request = self._request(step, base)
        expect = self._filled(step.get("expect", {"ok": True}))
        if "call" in step:
            self._outcome.operations.add(step["call"])
        for _ in range(int(step.get("repeat", 1))):
            many = [self._asked(step, request) for _ in range(int(step.get("parallel", 1)))]
            for answers in await asyncio.gather(*many):
                self._judge(expect, answers)
                if "save" in step and self._outcome.verdict == PASSED:
                    self._save(step["save"], answers[-1].get("value"))
            if "then" in step and self._outcome.verdict == PASSED:
                await self._step({"client_name": step["client"], **step["then"]}, base)
            if self._outcome.verdict != PASSED:
                return

    def _request(self, step: dict[str, Any], base: str) -> dict[str, Any]:
        request = {name: value for name, value in step.items() if name not in _NOT_SENT}
        if "call" in step:
            request |= {"op": "call", "operation": step["call"], "client": step.get("client_name", self._name)}
        elif request["op"] in ("client.derive", "client.new", "inspect", "client.close"):
            request["client"] = self._named(step.get("client", self._name))
            if "from" in step or request["op"] == "client.derive":
                request["from"] = self._named(step.get("from", self._name))
            request.setdefault("async", self._mode == "async")
        if "client_name" in step:
            request["client"] = self._named(step["client_name"])
        filled = dict(self._filled(request, base))
        return filled | self._run.spec.arguments(step["call"], filled.get("args", {})) if "call" in step else filled

    def _named(self, name: str) -> str:
        return name if name.startswith(self._name) else f"{self._name}/{name}"

    def _filled(self, value: Any, base: str = "") -> Any:
        """Texts with `{saved}` values and `{base}` put in."""
        if isinstance(value, str):
            for name, saved in {"base": base, "run": self._name.lower(), **self._saved}.items():
                value = value.replace("{" + name + "}", str(saved))
            return value
        if isinstance(value, dict):
            return {name: self._filled(child, base) for name, child in value.items()}
        return [self._filled(child, base) for child in value] if isinstance(value, list) else value

    def _save(self, wanted: dict[str, str], value: Any) -> None:
        for name, path in wanted.items():
            found = value
            for part in path.split("."):
                found = found[int(part)] if isinstance(found, list) else found[part]
            self._saved[name] = found

    async def _asked(self, step: dict[str, Any], request: dict[str, Any]) -> list[dict[str, Any]]:
        if "cancel_after_ms" not in step and "cancel_after_events" not in step:
            return await self._driver.ask(request)
        number = self._driver.send(request)
        answers: list[dict[str, Any]] = []
        if "cancel_after_ms" in step:
            await asyncio.sleep(step["cancel_after_ms"] / 1000)
            self._driver.cancel(number)
        left = int(step.get("cancel_after_events", -1))
        while not answers or answers[-1]["kind"] == "event":
            answers.append(await self._driver.answer(number))
            left -= 1
            if left == 0:
                self._driver.cancel(number)
        return answers

    def _judge(self, expect: dict[str, Any], answers: list[dict[str, Any]]) -> None:
        final = answers[-1]
        if final["kind"] == "unsupported":
            self._outcome.verdict, self._outcome.problems = NOT_OFFERED, [final.get("reason", "")]
        elif final["kind"] == "harness_error":
            self._outcome.verdict, self._outcome.problems = HARNESS, [final.get("message", "")]
        else:
            self._fail(Step(expect, self._run.spec).problems(answers))

    def _fail(self, problems: list[str]) -> None:
        if problems:
            self._outcome.verdict = FAILED
            self._outcome.problems += problems

    async def _after(self, session: Session) -> None:
        fields = self._case.fields
        after = fields.get("after", {})
        if "open_connections" in after:
            await self._closed(session, after["open_connections"])
        if "wire" in fields:
            self._fail(wire_problems(self._filled(fields["wire"]), session))
        elif session.surplus:
            self._fail([f"wire: not expected: {', '.join(map(str, session.surplus[:5]))}"])
        if "timing" in fields:
            self._fail(timing_problems(fields["timing"], session))
        if "connections_at_most" in after:
            used = len({request.connection for request in session.requests})
            most = after["connections_at_most"]
            self._fail([f"{used} connections, at most {most} expected"] if used > most else [])

    async def _closed(self, session: Session, most: int) -> None:
        deadline = time.monotonic() + CLOSE_S
        while session.open_connections > most and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        if session.open_connections > most:
            self._fail([f"{session.open_connections} connections are still open"])


def _needs_real(case: Case) -> bool:
    return bool(case.fields.get("real")) or any(entry.get("real") for entry in case.fields.get("gateway", ()))
