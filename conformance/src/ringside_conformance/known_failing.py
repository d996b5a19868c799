# SPDX-License-Identifier: Apache-2.0
"""Cases that a driver is known to fail: each with a reason and a day on which the excuse ends."""

from __future__ import annotations

from datetime import date
from fnmatch import fnmatch
from typing import Any

import yaml

from ringside_conformance.play import FAILED, PASSED, Outcome
from ringside_conformance.spec import ROOT

LISTS = ROOT / "conformance/known_failing"


def entries(driver: str) -> list[dict[str, Any]]:
    """The list of one driver; none for most."""
    path = LISTS / f"{driver}.yaml"
    return list(yaml.safe_load(path.read_text(encoding="utf-8")) or ()) if path.exists() else []


def verdicts(
    driver: str,
    outcomes: list[Outcome],
    today: date,
    every: set[str] | None = None,
    rows: list[dict[str, Any]] | None = None,
) -> list[str]:
    """What makes the run fail: unexpected failures, listed cases that pass, excuses that have run out or fit nothing.

    `every` case's id is given where all of them were chosen.
    """
    listed = entries(driver) if rows is None else rows
    problems = [
        f"{row['case']}: excused until {row['until']}: {row['reason']}" for row in listed if row["until"] < today
    ]
    unknown = [row for row in listed if every is not None and not any(fnmatch(name, row["case"]) for name in every)]
    problems += [f"{row['case']}: listed as failing, but there is no such case" for row in unknown]
    for outcome in outcomes:
        known = any(fnmatch(outcome.case.id, row["case"]) for row in listed)
        if known and outcome.verdict == PASSED:
            problems.append(f"{outcome.case.id} {outcome.mode}: listed as failing, but passes: remove the line")
        elif not known and outcome.verdict not in (PASSED, "not offered"):
            text = "; ".join(outcome.problems)[:500]
            problems.append(f"{outcome.case.id} {outcome.mode} {outcome.verdict}: {text} — {outcome.case.title}")
        elif known and outcome.verdict not in (FAILED, PASSED):
            problems.append(f"{outcome.case.id} {outcome.mode}: listed as failing, but {outcome.verdict}")
    return problems
