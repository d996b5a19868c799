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
from ringside_conformance.play import FAILED, HARNESS, NOT_OFFERED, PASSED, Outcome
from ringside_conformance.spec import Spec

_MARKS = {PASSED: "✓", FAILED: "✗", NOT_OFFERED: "–", HARNESS: "!"}


@dataclass
class Result:
    """One driver's run."""

    name: str
    about: dict[str, Any]
    outcomes: list[Outcome]
    seconds: float


def write(folder: Path, results: list[Result], spec: Spec, exchanges: int) -> None:
    """results.jsonl, junit.xml, matrix.md and cases.md. `exchanges` were held against the document."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(_row(result.name, outcome)) for result in results for outcome in result.outcomes]
    (folder / "results.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "junit.xml").write_text(_junit(results), encoding="utf-8")
    checked = f"\n{exchanges} exchanges with a real gateway fit its OpenAPI document or made their case fail.\n"
    (folder / "matrix.md").write_text(matrix(results, spec) + checked, encoding="utf-8")
    (folder / "cases.md").write_text(_cases(results), encoding="utf-8")


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


def _cases(results: list[Result]) -> str:
    """A line for every case, a column for every driver, a mark for every mode."""
    rows: dict[str, dict[str, str]] = {}
    for result in results:
        for outcome in result.outcomes:
            row = rows.setdefault(f"{outcome.case.id} | {outcome.case.title.replace('|', '/')}", {})
            row[result.name] = row.get(result.name, "") + _MARKS[outcome.verdict]
    names = [result.name for result in results]
    head = ["# Cases", "", f"| case | | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    return (
        "\n".join(
            head + [f"| {row} | {' | '.join(cells.get(n, '') for n in names)} |" for row, cells in sorted(rows.items())]
        )
        + "\n"
    )


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


def gaps(results: list[Result], spec: Spec) -> list[str]:
    """Operations and error codes that no passed case of an SDK has touched."""
    found = []
    for result in results:
        if _is_of_an_sdk(result):
            called, seen = _touched(result)
            missing = sorted(set(spec.own_operations) - called) + sorted(set(spec.errors) - seen)
            found += [f"{result.name}: no case passed that touches {name}" for name in missing]
    return found


def _is_of_an_sdk(result: Result) -> bool:
    return "language" in result.about and "openai" not in result.about.get("capabilities", ())


def _touched(result: Result) -> tuple[set[str], set[str]]:
    passed = [outcome for outcome in result.outcomes if outcome.verdict == PASSED]
    called: set[str] = set().union(*(outcome.operations for outcome in passed))
    return called, {outcome.case.id.removeprefix("E-") for outcome in passed if outcome.case.id.startswith("E-")}


def _coverage(results: list[Result], spec: Spec) -> list[str]:
    lines = ["## Coverage", "", "Which case proves which demand: `conformance coverage`.", ""]
    own, codes = set(spec.own_operations), set(spec.errors)
    for result in filter(_is_of_an_sdk, results):
        called, seen = _touched(result)
        lines.append(
            f"- {result.name}: {len(own & called)} of {len(own)} operations, "
            f"{len(codes & seen)} of {len(codes)} error codes"
        )
    return lines
