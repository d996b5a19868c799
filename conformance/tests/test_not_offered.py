# SPDX-License-Identifier: Apache-2.0
"""Leaving something out needs a line with a reason, and a line needs something that is left out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ringside_conformance.cases import Case, load
from ringside_conformance.not_offered import LIST, problems
from ringside_conformance.play import FAILED, NOT_OFFERED, PASSED, Outcome
from ringside_conformance.spec import Spec

RAW = Case("R044", "a raw call", {"requires": ["raw"], "call": "customers.retrieve"})
OFFERED = {"sync", "async", "raw"}
LINE = {"driver": "d", "reason": "the host's"}


def outcome(verdict: str, case: Case = RAW, mode: str = "sync", missing: set[str] | None = None) -> Outcome:
    return Outcome(case, mode, verdict, ["why"], missing or set())


def told(offered: set[str], found: Outcome, *rows: dict[str, Any], every: set[str] | None = None) -> str:
    return "\n".join(problems("d", offered, [found], every, rows=[LINE | row for row in rows]))


@pytest.mark.parametrize("name", ["raw", "async"])
def test_a_capability_that_is_dropped_fails_the_run_until_it_has_a_line(name: str) -> None:
    left_out = outcome(NOT_OFFERED, missing={"raw"}) if name == "raw" else outcome(PASSED)
    assert told(OFFERED - {name}, left_out).startswith(f"{name}: not offered, and not in")
    assert told(OFFERED - {name}, left_out, {"capability": name}) == ""


def test_a_line_for_a_capability_that_is_offered_or_that_no_case_needs_fails_the_run() -> None:
    assert "raw: listed as not offered, but offered" in told(OFFERED, outcome(PASSED), {"capability": "raw"})
    assert "no case needs it" in told(OFFERED, outcome(PASSED), {"capability": "rwa"}, every={"R044"})


def test_a_case_answered_as_unsupported_fails_the_run_until_it_has_a_line() -> None:
    assert told(OFFERED, outcome(NOT_OFFERED)).startswith("R044 sync: not offered, and not in not_offered.yaml: why")
    assert told(OFFERED, outcome(NOT_OFFERED), {"case": "R04*", "mode": "sync"}) == ""
    assert "R044 sync: not offered" in told(OFFERED, outcome(NOT_OFFERED), {"case": "R044", "mode": "async"})


@pytest.mark.parametrize("verdict", [PASSED, FAILED])
def test_a_line_for_a_case_that_is_played_or_that_is_not_there_fails_the_run(verdict: str) -> None:
    assert f"but {verdict}: remove the line" in told(OFFERED, outcome(verdict), {"case": "R044"})
    assert "there is no such case" in told(OFFERED, outcome(verdict), {"case": "R999"}, every={"R044"})


def test_what_the_run_has_no_gateway_for_is_not_the_drivers_doing() -> None:
    assert told(OFFERED, outcome(NOT_OFFERED, missing={"a gateway"})) == ""


def test_a_case_without_an_sdk_asks_nothing_of_a_driver() -> None:
    assert told({"sync"}, outcome(PASSED, Case("G301", "plain HTTP", {"http": {}}))) == ""


def test_every_line_of_the_list_has_its_reason_and_names_what_there_is() -> None:
    cases = load(Spec())
    needed = set().union(*(case.needs.union(case.modes) for case in cases))
    for line in yaml.safe_load(LIST.read_text(encoding="utf-8")):
        assert set(line) <= {"driver", "capability", "case", "mode", "reason"} and line["reason"]
        assert line["capability"] in needed if "capability" in line else line["case"]
