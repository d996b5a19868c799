# SPDX-License-Identifier: Apache-2.0
"""The parts of the runner that decide: comparing, excuses, the cases themselves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from ringside_conformance import answers
from ringside_conformance.cases import Case, load
from ringside_conformance.known_failing import verdicts
from ringside_conformance.matching import differences
from ringside_conformance.play import FAILED, NOT_OFFERED, PASSED, Outcome
from ringside_conformance.spec import Spec
from ringside_conformance.wire import Wire

TODAY = date(2026, 1, 2)


def outcome(verdict: str) -> Outcome:
    return Outcome(Case("Y081", "a case", {}), "sync", verdict)


def test_every_written_case_fits_the_schema_and_has_a_name_of_its_own() -> None:
    cases = load(Spec())
    assert len(cases) > 350
    assert {case.group for case in cases} >= set("ABCEFILOPRSTUWXY")


@pytest.mark.parametrize(
    ("expected", "actual", "whole"),
    [
        (1, Decimal("1.0"), False),
        (0.1, Decimal("0.1"), False),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ("~[0-9]+", "17", False),
        (None, None, True),
        ([{"a": "~any"}], [{"a": "x", "b": 1}], False),
    ],
)
def test_what_fits_has_no_differences(expected: Any, actual: Any, whole: bool) -> None:
    assert differences(expected, actual, whole=whole) == []


@pytest.mark.parametrize(
    ("expected", "actual", "whole"),
    [
        (1, True, False),
        (1, "1", False),
        (0.1, Decimal("0.1000001"), False),
        ({"a": None}, {}, False),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ([1], [1, 1], False),
        ("~[0-9]+", "17x", False),
        ("x", None, False),
    ],
)
def test_what_does_not_fit_has_exactly_one(expected: Any, actual: Any, whole: bool) -> None:
    assert len(differences(expected, actual, whole=whole)) == 1


@pytest.mark.parametrize("written", ["Zoë %22x%22.txt", r"Zoë \"x\".txt"])
def test_the_name_of_a_file_is_read_as_any_client_writes_it(written: str) -> None:
    body = f'Content-Disposition: form-data; name="file"; filename="{written}"\r\n\r\nhello'.encode()
    assert Wire("POST", "/v1/files", "", [], body, 1).filename() == 'Zoë "x".txt'


def test_a_failure_nobody_excused_fails_the_run_and_what_is_not_offered_does_not() -> None:
    assert len(verdicts("d", [outcome(FAILED)], TODAY, rows=[])) == 1
    assert verdicts("d", [outcome(NOT_OFFERED), outcome(PASSED)], TODAY, rows=[]) == []


def test_an_excuse_holds_until_its_day_and_only_while_the_case_fails_and_exists() -> None:
    excuse = [{"case": "Y*", "until": date(2026, 1, 2), "reason": "the host's bug"}]
    assert verdicts("d", [outcome(FAILED)], TODAY, {"Y081"}, rows=excuse) == []
    assert "passes" in verdicts("d", [outcome(PASSED)], TODAY, rows=excuse)[0]
    assert "excused until" in verdicts("d", [outcome(FAILED)], date(2026, 1, 3), rows=excuse)[0]
    assert "no such case" in verdicts("d", [], TODAY, {"X110"}, rows=excuse)[0]
    assert verdicts("d", [], TODAY, rows=excuse) == [], "where only some cases are chosen nobody can tell"


def test_a_stream_is_cut_at_every_byte_it_has() -> None:
    case = next(case for case in load(Spec()) if case.id == "S126")
    times, body = case.fields["repeat"], answers.build(case.script[0], Spec(), 0).pieces
    cuts = {len(answers.build(case.script[0], Spec(), index).pieces[0]) for index in range(times)}
    assert cuts == set(range(1, len(b"".join(body))))
