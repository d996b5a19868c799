# SPDX-License-Identifier: Apache-2.0
"""The suite notices every defect that was planted, by the case that is there for it."""

from __future__ import annotations

import asyncio
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import HERE
from mutants import CAUGHT_BY
from ringside_conformance.cases import Choice, load
from ringside_conformance.exchanges import Exchanges
from ringside_conformance.fault_gateway import FaultGateway
from ringside_conformance.play import Stage
from ringside_conformance.proxy import Behind
from ringside_conformance.runner import Run
from ringside_conformance.spec import Spec

#: Cases that a driver with one defect goes on passing, nearly all of them, or the defect is not one.
SAMPLE = ("F200", "P115", "B-build-01")
NONE = "no defect"
Verdicts = dict[str, dict[str, str]]


@contextmanager
def forking(folder: Path) -> Iterator[str]:
    """A command that becomes the driver named after it, forked from one that has the SDK."""
    path = folder / "socket"
    serving = subprocess.Popen([sys.executable, HERE / "mutants.py", "--serve", path], stdin=subprocess.DEVNULL)
    try:
        while not path.exists():
            assert serving.poll() is None
            time.sleep(0.05)
        yield shlex.join([sys.executable, "-I", "-S", str(HERE / "forked.py"), str(path)])
    finally:
        serving.terminate()
        serving.wait(20)


async def run_all(folder: Path, command: str, real: list[str]) -> Verdicts:
    """By mutant, what became of its own case and of the sample, and why; four at a time."""
    spec, (_, base_url, _, key) = Spec(), real
    gateway = FaultGateway(spec, Behind.of(base_url))
    await gateway.start()
    stage, limit = Stage(spec, gateway, Exchanges(spec), key, "mutants"), asyncio.Semaphore(4)
    every = load(spec, Choice(with_long=False))

    async def one(name: str) -> dict[str, str]:
        wanted = CAUGHT_BY.values() if name == NONE else [CAUGHT_BY[name]]
        cases = [case for case in every if case.id in {*wanted, *SAMPLE}]
        driver = f"{command} {shlex.quote(name if name != NONE else '')}"
        async with limit:
            _, outcomes = await Run(driver, stage, folder / f"{name}.log").all(cases, lambda outcome: None)
        return {outcome.case.id: ": ".join([outcome.verdict, *outcome.problems]) for outcome in outcomes}

    names = [NONE, *CAUGHT_BY]
    found = dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))
    await gateway.stop()
    return found


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory, gateway: list[str]) -> Verdicts:
    """All of them, once."""
    folder = tmp_path_factory.mktemp("mutants")
    with forking(folder) as command:
        return asyncio.run(run_all(folder, command, gateway))


def test_there_are_enough_of_them() -> None:
    assert len(CAUGHT_BY) >= 50


@pytest.mark.parametrize("name", CAUGHT_BY)
def test_a_defect_is_caught_by_its_case(verdicts: Verdicts, name: str) -> None:
    assert verdicts[name][CAUGHT_BY[name]].startswith("failed: ")


def test_a_defect_breaks_one_thing_and_not_everything(verdicts: Verdicts) -> None:
    for name, found in verdicts.items():
        others = [found[case] for case in SAMPLE if case != CAUGHT_BY.get(name)]
        assert others.count("passed") >= len(others) - 1, (name, found)


def test_the_driver_without_a_defect_passes_all_those_cases(verdicts: Verdicts) -> None:
    assert {case: verdict for case, verdict in verdicts[NONE].items() if verdict != "passed"} == {}
