# SPDX-License-Identifier: Apache-2.0
"""A driver that breaks the protocol never passes: what it did is an error of the harness, and the run fails."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET

import pytest
from conftest import HERE, PYTHON_DRIVER, Conformance, Ran

WAYS = {
    "does_not_start": "does not start",
    "crashes": "the driver ended",
    "ends": "the driver ended",
    "hangs": "no answer within",
    "garbage": "not the protocol",
    "no_kind": "not the protocol",
    "unknown_kind": "not the protocol",
    "own_bug": "KeyError",
}
CASES = ("R032", "R034", "Y081")


@pytest.fixture(scope="module")
def odd(conformance: Conformance) -> Ran:
    """One run of a driver for each way, of one that is no program, of one that can do nothing, and of a sound one."""
    commands = {way: f"{sys.executable} {HERE / 'odd_driver.py'} {way}" for way in (*WAYS, "unsupported")}
    commands |= {"no_program": "/no/such/program", "python": PYTHON_DRIVER}
    named = [part for name, command in commands.items() for part in ("--driver", f"{name}={command}")]
    return conformance("run", *named, "--only", " ".join(CASES), "--patience", "4")


@pytest.mark.parametrize("way", WAYS)
def test_a_driver_that_breaks_the_protocol_is_a_harness_error(odd: Ran, way: str) -> None:
    rows = [row for row in odd.rows if row["driver"] == way]
    assert {row["case"]: row["verdict"] for row in rows} == dict.fromkeys(CASES, "harness error")
    assert all(WAYS[way] in " ".join(row["problems"]) for row in rows)
    assert f"{way}: R034" in odd.text and odd.code == 1


def test_what_a_driver_has_no_way_to_do_is_shown_as_such_and_not_as_passed(odd: Ran) -> None:
    assert {row["verdict"] for row in odd.rows if row["driver"] == "unsupported"} == {"not offered"}
    assert "no such thing here" in (odd.report / "matrix.md").read_text()


def test_a_driver_that_cannot_be_used_spoils_the_run_of_no_other(odd: Ran) -> None:
    by_driver = {row["driver"]: row["verdict"] for row in odd.rows if row["case"] == "R034"}
    assert (by_driver["no_program"], by_driver["python"]) == ("harness error", "passed")


def test_the_reports_say_the_same_as_the_run(odd: Ran) -> None:
    suites = {suite.get("name"): suite for suite in ET.fromstring((odd.report / "junit.xml").read_text())}
    assert len(suites["python"]) == 6 and not suites["python"].findall(".//failure")
    assert len(suites["garbage"].findall(".//failure")) == 3 and len(suites["unsupported"].findall(".//skipped")) == 3
    assert "| R034 | A customer is read back whole | ! | " in (odd.report / "cases.md").read_text()
    assert "error codes" in (odd.report / "matrix.md").read_text()
