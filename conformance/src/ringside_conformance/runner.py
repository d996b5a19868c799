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
from ringside_conformance.play import HARNESS, NOT_OFFERED, PASSED, Outcome, Play, Stage, log_problems

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

        async def some(outcomes: list[Outcome]) -> list[Outcome]:
            async with limit:
                await self._in_turn(outcomes, driver, offered)
            for outcome in outcomes:
                told(outcome)
            return outcomes

        # Cases with a process of their own take longest: first things first.
        ordered = sorted(cases, key=lambda case: not case.needs_a_process)
        work = [some(outcomes) for case in ordered for outcomes in self._together(case, offered)]
        try:
            found = [outcome for outcomes in await asyncio.gather(*work) for outcome in outcomes]
            return about, sorted(found, key=lambda outcome: (outcome.case.id, outcome.mode))
        finally:
            if driver is not None:
                await driver.stop()

    def _together(self, case: Case, offered: set[str]) -> list[list[Outcome]]:
        """The plays of a case, to be: those that share a process go one after the other, the others on their own."""
        plays = [Outcome(case, mode, PASSED) for mode in self._modes(case, offered)]
        return [plays] if case.needs_a_process else [[play] for play in plays]

    @staticmethod
    def _modes(case: Case, offered: set[str]) -> list[str]:
        if case.is_of_the_gateway:
            return ["sync"]
        wanted = [mode for mode in case.modes if mode in offered]
        return wanted or ["async"]

    async def _in_turn(self, outcomes: list[Outcome], driver: Driver | None, offered: set[str]) -> None:
        """Plays of one case, one after the other; where the case needs a process of its own, all in that one."""
        case, started = outcomes[0].case, time.monotonic()
        missing = self._missing(case, offered)
        try:
            if missing:
                for outcome in outcomes:
                    outcome.verdict, outcome.missing = NOT_OFFERED, missing
                    outcome.problems = [f"needs {', '.join(sorted(missing))}"]
            elif case.needs_a_process and driver is not None:
                await asyncio.wait_for(self._played_apart(outcomes), CASE_S * len(outcomes))
            else:
                await asyncio.wait_for(self._played(outcomes[0], self._named(outcomes[0]), driver), CASE_S)
        except (DriverError, OSError, TimeoutError) as error:
            for outcome in outcomes:
                outcome.verdict, outcome.problems = HARNESS, [str(error) or f"not over within {CASE_S:g} s"]
        for outcome in outcomes:
            outcome.seconds = (time.monotonic() - started) / len(outcomes)

    def _named(self, outcome: Outcome) -> str:
        return f"{outcome.case.id}-{outcome.mode}-{self.stage.seed}-{next(self.stage.numbers)}"

    def _missing(self, case: Case, offered: set[str]) -> set[str]:
        """What the case needs and the driver, or the run, does not have."""
        return (case.needs - offered) | ({"a gateway"} if case.is_real and self.stage.real_key is None else set())

    async def _played(self, outcome: Outcome, name: str, driver: Driver | None) -> None:
        session, base = self.stage.gateway.session(name)
        try:
            await Play(self.stage, name, driver, outcome).play(base, session)
        finally:
            self.stage.gateway.forget(name)

    async def _played_apart(self, outcomes: list[Outcome]) -> None:
        """In a process of their own, with the case's environment; what that wrote to its log is held against all."""
        case, name = outcomes[0].case, self._named(outcomes[0])
        log = self.log.with_name(f"{self.log.stem}-{name}.log")
        _, base = self.stage.gateway.session(name)
        environment = {key: value.replace("{base}", base) for key, value in case.env.items()}
        try:
            driver = await self._started(log, environment)
            try:
                for outcome in outcomes:
                    # The address is in the environment: the same for all of them.
                    await self._played(outcome, name if environment else self._named(outcome), driver)
            finally:
                await driver.stop()
            for problem in log_problems(case, log):
                for outcome in outcomes:
                    outcome.fail([problem])
        finally:
            self.stage.gateway.forget(name)
            if all(outcome.verdict in (PASSED, NOT_OFFERED) for outcome in outcomes):
                log.unlink(missing_ok=True)

    async def _started(self, log: Path, environment: dict[str, str] | None = None) -> Driver:
        assert self.command is not None
        return await Driver(self.command, log, environment, self.patience_s).start()
