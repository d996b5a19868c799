# SPDX-License-Identifier: Apache-2.0
"""Ringside beside the plain OpenAI client of the same version: for the same call the same bytes, the same result."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from ringside_conformance.cases import Case
from ringside_conformance.play import FAILED, PASSED, Outcome
from ringside_conformance.report import Result
from ringside_conformance.wire import Wire

#: What may differ: who is calling by name, and the address, which each case has of its own.
_MAY_DIFFER = frozenset(("host", "user-agent"))


def compared(results: list[Result]) -> None:
    """Gives each Ringside driver that has a plain twin an outcome D196 for every drop-in case both have passed."""
    for result in results:
        twin = next((other for other in results if _are_twins(result, other)), None)
        if twin is not None:
            result.outcomes += [_of(ours, theirs) for ours, theirs in _pairs(result, twin)]


def _are_twins(ours: Result, other: Result) -> bool:
    facts = ("language", "host_version")
    same = all(ours.about.get(name) == other.about.get(name) is not None for name in facts)
    return same and "openai" in other.about["capabilities"] and "openai" not in ours.about["capabilities"]


def _pairs(ours: Result, twin: Result) -> list[tuple[Outcome, Outcome]]:
    theirs = {(outcome.case.id, outcome.mode): outcome for outcome in twin.outcomes if outcome.verdict == PASSED}
    return [
        (outcome, theirs[outcome.case.id, outcome.mode])
        for outcome in ours.outcomes
        if _can_be_compared(outcome) and (outcome.case.id, outcome.mode) in theirs
    ]


def _can_be_compared(outcome: Outcome) -> bool:
    """Drop-in cases that passed, but not those whose names are the run's own."""
    return outcome.case.group == "D" and outcome.verdict == PASSED and "{run}" not in str(outcome.case.fields)


def _of(ours: Outcome, theirs: Outcome) -> Outcome:
    case = Case(f"D196-{ours.case.id}", f"As the plain client: {ours.case.title}", ours.case.fields)
    found = []
    for mine, other in zip_longest(ours.wire, theirs.wire):
        found += ["one sent more requests"] if mine is None or other is None else _wire_differences(mine, other)
    if not ours.case.is_real and _results(ours) != _results(theirs):
        found.append(f"the result differs: {_results(ours)} and {_results(theirs)}")
    return Outcome(case, ours.mode, FAILED if found else PASSED, found)


def _wire_differences(ours: Wire, theirs: Wire) -> list[str]:
    found = []
    for name in ("method", "path", "query", "body"):
        mine, other = getattr(ours, name), getattr(theirs, name)
        found += [] if mine == other else [f"{name}: {mine!r} and {other!r}"]
    mine_headers, other_headers = _headers(ours), _headers(theirs)
    for name in sorted(mine_headers.keys() | other_headers.keys()):
        if mine_headers.get(name) != other_headers.get(name):
            found.append(f"{name}: {mine_headers.get(name)} and {other_headers.get(name)}")
    return found


def _headers(request: Wire) -> dict[str, list[str]]:
    names = {name.lower() for name, _ in request.headers} - _MAY_DIFFER
    return {name: request.values(name) for name in names}


def _results(outcome: Outcome) -> list[Any]:
    """Values as they are; of an error what both clients can tell."""
    told = ("kind", "status", "code", "type", "param")
    return [
        {name: seen["error"].get(name) for name in told} if "error" in seen else seen.get("value")
        for seen in outcome.seen
    ]
