# SPDX-License-Identifier: Apache-2.0
"""What came of it: a line per case, JUnit for CI, a matrix for people, and what no case has touched."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ringside_conformance.cases import GROUPS
from ringside_conformance.runner import FAILED, HARNESS, NOT_OFFERED, PASSED, Outcome
from ringside_conformance.spec import Spec

_MARKS = {PASSED: "✓", FAILED: "✗", NOT_OFFERED: "–", HARNESS: "!"}


@dataclass
class Result:
    """One driver's run."""

    name: str
    about: dict[str, Any]
    outcomes: list[Outcome]
    seconds: float


def write(folder: Path, results: list[Result], spec: Spec) -> None:
    """results.jsonl, junit.xml and matrix.md."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(_row(result.name, outcome)) for result in results for outcome in result.outcomes]
    (folder / "results.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "junit.xml").write_text(_junit(results), encoding="utf-8")
    (folder / "matrix.md").write_text(matrix(results, spec), encoding="utf-8")


def _row(name: str, outcome: Outcome) -> dict[str, Any]:
    return {
        "driver": name,
        "case": outcome.case.id,
        "title": outcome.case.title,
        "mode": outcome.mode,
        "verdict": outcome.verdict,
        "problems": outcome.problems,
        "ms": round(outcome.seconds * 1000),
    }


def _junit(results: list[Result]) -> str:
    suites = []
    for result in results:
        rows = []
        for outcome in result.outcomes:
            name = quoteattr(f"{outcome.case.id} {outcome.case.title} [{outcome.mode}]")
            text = escape("\n".join(outcome.problems))
            inner = {PASSED: "", NOT_OFFERED: f"<skipped message={quoteattr(text)}/>"}.get(
                outcome.verdict, f"<failure message={quoteattr(outcome.verdict)}>{text}</failure>"
            )
            rows.append(
                f"<testcase classname={quoteattr(result.name)} name={name} "
                f"time='{outcome.seconds:.3f}'>{inner}</testcase>"
            )
        suites.append(f"<testsuite name={quoteattr(result.name)} tests='{len(rows)}'>{''.join(rows)}</testsuite>")
    return f"<?xml version='1.0' encoding='UTF-8'?><testsuites>{''.join(suites)}</testsuites>\n"


def matrix(results: list[Result], spec: Spec) -> str:
    """Cases by group and driver, then every case that is not simply passed, then coverage."""
    head = "| group | " + " | ".join(f"{result.name}" for result in results) + " |"
    lines = ["# Conformance", "", *map(_about, results), "", head, "|---" * (len(results) + 1) + "|"]
    for letter, title in GROUPS.items():
        cells = [_cell([o for o in result.outcomes if o.case.group == letter]) for result in results]
        if any(cells):
            lines.append(f"| {letter} {title} | " + " | ".join(cells) + " |")
    lines.append("| **all** | " + " | ".join(_cell(result.outcomes) for result in results) + " |")
    lines += ["", "`✓` passed, `✗` failed, `!` the harness failed, `–` not offered, each with the number of runs.", ""]
    lines += _exceptions(results)
    lines += _coverage(results, spec)
    return "\n".join(lines) + "\n"


def _about(result: Result) -> str:
    about = result.about
    return (
        f"- **{result.name}**: {about.get('sdk')} {about.get('version')} on {about.get('host_version')}, "
        f"{about.get('runtime')}; {len(result.outcomes)} runs in {result.seconds:.0f} s"
    )


def _cell(outcomes: list[Outcome]) -> str:
    counted = Counter(outcome.verdict for outcome in outcomes)
    return " ".join(f"{mark}{counted[verdict]}" for verdict, mark in _MARKS.items() if counted[verdict])


def _exceptions(results: list[Result]) -> list[str]:
    rows = []
    for result in results:
        for outcome in result.outcomes:
            if outcome.verdict != PASSED:
                what = "; ".join(outcome.problems)[:300].replace("|", "\\|").replace("\n", " ")
                rows.append(
                    f"| {outcome.case.id} {outcome.mode} | {result.name} | {_MARKS[outcome.verdict]} | {what} |"
                )
    return ["## Not passed", "", "| case | driver | | why |", "|---|---|---|---|", *rows, ""] if rows else []


def _coverage(results: list[Result], spec: Spec) -> list[str]:
    lines = ["## Coverage", ""]
    own = {name for name, operation in spec.operations.items() if operation["sdk"] == "own"}
    codes = set(spec.errors)
    for result in results:
        passed = [outcome for outcome in result.outcomes if outcome.verdict == PASSED]
        called = set().union(*(outcome.operations for outcome in passed)) if passed else set()
        seen = {outcome.case.id.removeprefix("E-") for outcome in passed if outcome.case.id.startswith("E-")}
        missing = sorted(own - called) + sorted(codes - seen)
        lines.append(
            f"- {result.name}: {len(own & called)} of {len(own)} operations, "
            f"{len(codes & seen)} of {len(codes)} error codes"
            + (f"; missing: {', '.join(missing[:20])}" if missing else "")
        )
    return lines
