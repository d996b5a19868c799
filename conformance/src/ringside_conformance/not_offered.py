# SPDX-License-Identifier: Apache-2.0
"""What a driver does not do, each with its reason: without a line for it, leaving something out fails the run."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import yaml

from ringside_conformance.play import NOT_OFFERED, Outcome
from ringside_conformance.spec import ROOT

LIST = ROOT / "conformance/not_offered.yaml"


def entries(driver: str) -> list[dict[str, Any]]:
    """The lines of one driver."""
    lines = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return [line for line in lines if fnmatchcase(driver, line["driver"])]


def problems(
    driver: str,
    offered: set[str],
    outcomes: list[Outcome],
    every: set[str] | None = None,
    rows: list[dict[str, Any]] | None = None,
) -> list[str]:
    """What is left out without a line, and lines for what is done; `every` case's id, where all of them were chosen."""
    listed = entries(driver) if rows is None else rows
    wanted = set().union(*(_needed(outcome) for outcome in outcomes))
    excused = {row["capability"] for row in listed if "capability" in row}
    found = [f"{name}: not offered, and not in {LIST.name}" for name in sorted(wanted - offered - excused)]
    found += [f"{name}: listed as not offered, but offered: remove the line" for name in sorted(excused & offered)]
    if every is not None:
        found += [f"{name}: listed as not offered, but no case needs it" for name in sorted(excused - wanted - offered)]
    cases = [row for row in listed if "case" in row]
    for outcome in outcomes:
        known = any(_fits(row, outcome) for row in cases)
        name = f"{outcome.case.id} {outcome.mode}"
        if known and outcome.verdict != NOT_OFFERED:
            found.append(f"{name}: listed as not offered, but {outcome.verdict}: remove the line")
        if outcome.verdict == NOT_OFFERED and not outcome.missing and not known:
            found.append(f"{name}: not offered, and not in {LIST.name}: {'; '.join(outcome.problems)}")
    names = {row["case"] for row in cases} if every is not None else set()
    unknown = [glob for glob in sorted(names) if not any(fnmatchcase(name, glob) for name in every or ())]
    return found + [f"{glob}: listed as not offered, but there is no such case" for glob in unknown]


def _fits(row: dict[str, Any], outcome: Outcome) -> bool:
    return fnmatchcase(outcome.case.id, row["case"]) and row.get("mode", outcome.mode) == outcome.mode


def _needed(outcome: Outcome) -> set[str]:
    return set() if outcome.case.is_of_the_gateway else outcome.case.needs.union(outcome.case.modes)
