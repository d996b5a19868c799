# SPDX-License-Identifier: Apache-2.0
"""What the suite must prove, by number, and which case proves it: nothing goes missing silently."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from ringside_conformance.cases import Case
from ringside_conformance.spec import ROOT, Spec

DEMANDS = ROOT / "conformance/demands.yaml"
NOT_APPLICABLE = ROOT / "conformance/not_applicable.yaml"


@dataclass
class Demand:
    """One number of the list. `reason` says why no case answers it here."""

    number: int
    group: str
    says: str
    made: tuple[str, ...] = ()
    reason: str | None = None
    proved_by: str | None = None
    cases: list[str] = field(default_factory=list)


def answered(cases: list[Case], listed: Path = DEMANDS, excused: Path = NOT_APPLICABLE) -> list[Demand]:
    """Every demand with the ids of the cases that answer it."""
    demands = {
        number: Demand(number, group, entry["says"], tuple(entry.get("made", ())))
        for group, entries in _yaml(listed).items()
        for number, entry in entries.items()
    }
    for row in _yaml(excused):
        demands[row["number"]].reason = row["reason"]
        demands[row["number"]].proved_by = row.get("proved_by")
    for demand in demands.values():
        demand.cases = [case.id for case in cases if demand.number in case.numbers or _is_made_for(case, demand)]
    return list(demands.values())


def problems(demands: list[Demand], cases: list[Case]) -> list[str]:
    """Demands without a case or a reason, excuses that are none, and names that fit nothing."""
    found = []
    by_number = {demand.number: demand for demand in demands}
    for demand in demands:
        if not demand.cases and demand.reason is None:
            found.append(f"{demand.number} ({demand.says}): no case, and no reason in {NOT_APPLICABLE.name}")
        if demand.cases and demand.reason is not None:
            found.append(f"{demand.number}: excused, but answered by {', '.join(demand.cases)}: remove the line")
        if demand.proved_by and not (ROOT / demand.proved_by).exists():
            found.append(f"{demand.number}: {demand.proved_by} is not there")
        found += [f"{demand.number}: nothing is made as {name!r}" for name in demand.made if not _made(name, cases)]
    for case in cases:
        found += [
            f"{case.id}: there is no demand {number}"
            for number in case.numbers
            if number not in by_number and number < 300
        ]
        own = by_number.get(int(case.id[1:4])) if case.id[1:4].isdigit() else None
        if own is not None and own.group != case.group:
            found.append(f"{case.id}: demand {own.number} belongs to group {own.group}")
    return found


def table(demands: list[Demand], cases: list[Case], spec: Spec) -> str:
    """Markdown: demand -> cases, operation -> cases, error code -> cases."""
    lines = ["# Coverage", "", "## Demands", "", "| | demand | cases |", "|---|---|---|"]
    for demand in demands:
        by = (
            _short(demand.cases)
            if demand.cases
            else f"*{demand.reason}*" + (f" ({demand.proved_by})" if demand.proved_by else "")
        )
        lines.append(f"| {demand.number} | {demand.says} | {by} |")
    called: dict[str, list[str]] = defaultdict(list)
    told: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        for step in case.steps:
            called[step.get("call", "")].append(case.id)
        for code in _codes(case.fields):
            told[code].append(case.id)
    lines += ["", "## Operations", "", "| operation | cases |", "|---|---|"]
    lines += [f"| {name} | {_short(called[name])} |" for name in spec.operations]
    lines += ["", "## Error codes", "", "| code | cases |", "|---|---|"]
    lines += [f"| {code} | {_short(told[code])} |" for code in spec.errors]
    return "\n".join(lines) + "\n"


def _codes(value: Any) -> set[str]:
    """Every code an entry plays or expects."""
    if isinstance(value, dict):
        own = {value[name] for name in ("error", "code") if isinstance(value.get(name), str)}
        return own.union(*(_codes(child) for child in value.values()))
    return set().union(*map(_codes, value)) if isinstance(value, list) else set()


def _short(names: list[str], most: int = 12) -> str:
    unique = list(dict.fromkeys(names))
    return ", ".join(unique[:most]) + (f" and {len(unique) - most} more" if len(unique) > most else "")


def _made(name: str, cases: list[Case]) -> bool:
    return any(_fits(case, name) for case in cases)


def _is_made_for(case: Case, demand: Demand) -> bool:
    return any(_fits(case, name) for name in demand.made)


def _fits(case: Case, name: str) -> bool:
    return fnmatchcase(case.id, name) or fnmatchcase(f"{case.group} {case.title}", name)


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
