# SPDX-License-Identifier: Apache-2.0
"""Every number of the list has its case or its reason, and nothing goes missing silently."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ringside_conformance.cases import Case, Choice, load
from ringside_conformance.demands import DEMANDS, NOT_APPLICABLE, answered, problems, table
from ringside_conformance.spec import Spec

SPEC = Spec()
CASES = load(SPEC)


def test_every_demand_has_a_case_or_a_reason() -> None:
    demands = answered(CASES)
    assert [demand.number for demand in demands] == list(range(1, 212))
    assert problems(demands, CASES) == []


def test_the_list_says_nothing_but_what_is_read() -> None:
    entries = [entry for group in yaml.safe_load(DEMANDS.read_text()).values() for entry in group.values()]
    assert all(set(entry) <= {"says", "made"} for entry in entries)
    assert all(set(row) <= {"number", "reason", "proved_by"} for row in yaml.safe_load(NOT_APPLICABLE.read_text()))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"number": 97, "reason": "no time"}, "97: excused, but answered by"),
        ({"number": 185, "reason": "none yet", "proved_by": "no/such/file"}, "no/such/file is not there"),
    ],
)
def test_an_excuse_that_is_none_is_told(tmp_path: Path, row: dict[str, object], said: str) -> None:
    excuses = [*yaml.safe_load(NOT_APPLICABLE.read_text()), row]
    (tmp_path / "excuses.yaml").write_text(yaml.safe_dump(excuses))
    assert said in "\n".join(problems(answered(CASES, excused=tmp_path / "excuses.yaml"), CASES))


def test_a_case_that_is_taken_away_is_missed() -> None:
    left = [case for case in CASES if case.id != "A029" and case.id != "A029s"]
    assert problems(answered(left), left)[0].startswith("29 (")


def test_a_case_in_the_wrong_group_or_for_no_demand_is_told() -> None:
    wrong = [Case("R097", "in the wrong group", {}), Case("R034", "for no demand", {"covers": [250]})]
    told = "\n".join(problems(answered([*CASES, *wrong]), [*CASES, *wrong]))
    assert "R097: demand 97 belongs to group I" in told and "R034: there is no demand 250" in told


def test_the_table_names_the_cases_of_demands_operations_and_codes() -> None:
    text = table(answered(CASES), CASES, SPEC)
    assert "| 103 | an answer lost after the commit is had by the retry | I103 |" in text
    assert "| customers.wallet.topup | " in text and "| external_id_taken | " in text


def test_drawn_cases_come_from_the_seed() -> None:
    def steps(seed: str) -> object:
        return next(case for case in load(SPEC, Choice(seed=seed)) if case.id == "U142p").steps

    assert steps("a") == steps("a") != steps("b")
