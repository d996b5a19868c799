# SPDX-License-Identifier: Apache-2.0
"""Runs cases against one driver: many at a time, each with its own base URL, each told apart in the outcome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ringside_conformance.cases import Case
from ringside_conformance.driver import PATIENCE_S, Driver, DriverError
from ringside_conformance.play import HARNESS, NOT_OFFERED, PASSED, Outcome, Play, Stage

#: A case that takes longer hangs.
CASE_S = 240.0


@dataclass
class Run:
    """Everything the cases of one driver share. Without a command only cases that speak HTTP themselves can run."""

    command: str | None
    stage: Stage
    log: Path
    jobs: int = 8
    patience_s: float = PATIENCE_S

    async def all(self, cases: list[Case], told: Callable[[Outcome], None]) -> tuple[dict[str, Any], list[Outcome]]:
        """Runs every case in every mode the driver has; `told` hears of each as it ends.

        A driver that does not even start is a harness error of every case.
        """
        driver, about = None, {"sdk": "HTTP", "version": "", "host_version": "no SDK", "capabilities": ["sync"]}
        if self.command is not None:
            try:
                driver = await self._started(self.log)
                about = driver.about
            except (DriverError, OSError) as error:
                return {}, [Outcome(case, "sync", HARNESS, [str(error)]) for case in cases]
        offered = set(about.get("capabilities", ()))
        if "openai" in offered:
            cases = [case for case in cases if case.group == "D"]
        limit = asyncio.Semaphore(self.jobs)

        async def one(case: Case, mode: str) -> Outcome:
            async with limit:
                outcome = await self._timed(case, mode, driver, offered)
            told(outcome)
            return outcome

        # Cases with a process of their own take longest: first things first.
        ordered = sorted(cases, key=lambda case: not case.needs_a_process)
        work = [one(case, mode) for case in ordered for mode in self._modes(case, offered)]
        try:
            return about, sorted(await asyncio.gather(*work), key=lambda outcome: (outcome.case.id, outcome.mode))
        finally:
            if driver is not None:
                await driver.stop()

    @staticmethod
    def _modes(case: Case, offered: set[str]) -> list[str]:
        if case.is_of_the_gateway:
            return ["sync"]
        wanted = [mode for mode in case.fields.get("modes", ("sync", "async")) if mode in offered]
        return wanted or ["async"]

    async def _timed(self, case: Case, mode: str, driver: Driver | None, offered: set[str]) -> Outcome:
        outcome = Outcome(case, mode, PASSED)
        if missing := self._missing(case, offered):
            outcome.verdict, outcome.problems = NOT_OFFERED, [f"needs {', '.join(sorted(missing))}"]
            return outcome
        started = time.monotonic()
        name = f"{case.id}-{mode}-{self.stage.seed}-{next(self.stage.numbers)}"
        try:
            await asyncio.wait_for(self._played(case, name, driver, outcome), CASE_S)
        except (DriverError, OSError, TimeoutError) as error:
            outcome.verdict, outcome.problems = HARNESS, [str(error) or f"not over within {CASE_S:g} s"]
        outcome.seconds = time.monotonic() - started
        return outcome

    def _missing(self, case: Case, offered: set[str]) -> set[str]:
        """What the case needs and the driver, or the run, does not have."""
        needs = case.requires | ({"env"} if case.env else set())
        missing = needs - offered
        return missing | ({"a gateway"} if case.is_real and self.stage.real_key is None else set())

    async def _played(self, case: Case, name: str, driver: Driver | None, outcome: Outcome) -> None:
        session, base = self.stage.gateway.session(name)
        log, own = self.log.with_name(f"{self.log.stem}-{name}.log"), None
        try:
            if case.needs_a_process and driver is not None:
                environment = {key: value.replace("{base}", base) for key, value in case.env.items()}
                own = driver = await self._started(log, environment)
            play = Play(self.stage, name, driver, outcome)
            await play.play(base, session)
            if own is not None:
                await own.stop()
                play.log_problems(log)
        finally:
            self.stage.gateway.forget(name)
            if own is not None:
                await own.stop()
                log.unlink() if outcome.verdict in (PASSED, NOT_OFFERED) else None

    async def _started(self, log: Path, environment: dict[str, str] | None = None) -> Driver:
        assert self.command is not None
        return await Driver(self.command, log, environment, self.patience_s).start()
