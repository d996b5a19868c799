# SPDX-License-Identifier: Apache-2.0
"""The suite notices every defect that was planted, by the case that is there for it."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from conftest import HERE, PYTHON_DRIVER
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


async def run_all(folder: Path, real: list[str]) -> Verdicts:
    """By mutant, what became of its own case and of the sample; two at a time."""
    spec, (_, base_url, _, key) = Spec(), real
    gateway = FaultGateway(spec, Behind.of(base_url))
    await gateway.start()
    stage, limit = Stage(spec, gateway, Exchanges(spec), key, "mutants"), asyncio.Semaphore(2)

    async def one(name: str) -> dict[str, str]:
        wanted = CAUGHT_BY.values() if name == NONE else [CAUGHT_BY[name]]
        cases = load(spec, Choice(only=" ".join({*wanted, *SAMPLE}), with_long=False))
        command = PYTHON_DRIVER if name == NONE else f"{sys.executable} {HERE / 'mutants.py'} {name}"
        async with limit:
            _, outcomes = await Run(command, stage, folder / f"{name}.log").all(cases, lambda outcome: None)
        return {outcome.case.id: outcome.verdict for outcome in outcomes if outcome.mode == "sync"}

    names = [NONE, *CAUGHT_BY]
    found = dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))
    await gateway.stop()
    return found


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory, gateway: list[str]) -> Verdicts:
    """All of them, once."""
    return asyncio.run(run_all(tmp_path_factory.mktemp("mutants"), gateway))


def test_there_are_enough_of_them() -> None:
    assert len(CAUGHT_BY) >= 50


@pytest.mark.parametrize("name", CAUGHT_BY)
def test_a_defect_is_caught_by_its_case(verdicts: Verdicts, name: str) -> None:
    assert verdicts[name][CAUGHT_BY[name]] == "failed"


def test_a_defect_breaks_one_thing_and_not_everything(verdicts: Verdicts) -> None:
    for name, found in verdicts.items():
        others = [found[case] for case in SAMPLE if case != CAUGHT_BY.get(name)]
        assert others.count("passed") >= len(others) - 1, (name, found)


def test_the_driver_without_a_defect_passes_all_those_cases(verdicts: Verdicts) -> None:
    assert {case: verdict for case, verdict in verdicts[NONE].items() if verdict != "passed"} == {}
