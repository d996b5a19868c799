# SPDX-License-Identifier: Apache-2.0
"""Cases: one YAML entry each, or made from the spec and from a seed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from ringside_conformance.spec import ROOT, Spec

CASES = ROOT / "conformance/cases"
GROUPS = {
    "A": "Authentication",
    "B": "Model refs",
    "C": "Configuration",
    "D": "Drop-in",
    "E": "Errors",
    "F": "Forward compatibility",
    "G": "The gateway itself",
    "I": "Idempotency",
    "L": "Wallet",
    "O": "Operations",
    "P": "Pages",
    "R": "Customers",
    "S": "Streams",
    "T": "Client tokens",
    "U": "Encoding",
    "W": "Webhooks",
    "X": "Time and cancelling",
    "Y": "Retries",
    "Z": "Browser and edge",
}

#: What a step may have, and so a case with one step.
_STEP = (
    "call", "op", "http", "args", "mode", "take", "request", "repeat", "parallel", "alike", "head", "count",
    "client_name", "cancel_after_ms", "cancel_after_events", "expect",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One case. `fields` is the entry as it was written."""

    id: str
    title: str
    fields: dict[str, Any] = field(hash=False)

    @property
    def group(self) -> str:
        """The letter its id begins with."""
        return self.id[0]

    @property
    def numbers(self) -> set[int]:
        """The demands it answers by its own word: the one in its id, and those in `covers`."""
        own = re.match(r"[A-Z]([0-9]{3})[a-z]?$", self.id)
        return {*self.fields.get("covers", ()), *([int(own[1])] if own else [])}

    @property
    def requires(self) -> set[str]:
        """What a driver must offer for the case to mean anything."""
        return set(self.fields.get("requires", ()))

    @property
    def needs(self) -> set[str]:
        """What a driver must offer for the case to be played with it."""
        return self.requires | ({"env"} if self.env else set())

    @property
    def modes(self) -> tuple[str, ...]:
        """With which clients it is played, of those that there are."""
        return tuple(self.fields.get("modes", ("sync", "async")))

    @property
    def env(self) -> dict[str, str]:
        """The environment it is about; such a case makes its clients itself, in a process of its own."""
        return dict(self.fields.get("env", {}))

    @property
    def needs_a_process(self) -> bool:
        """Whether other cases in the same process would disturb it."""
        return bool(self.env) or bool(self.fields.get("alone"))

    @property
    def script(self) -> list[dict[str, Any]]:
        """What its base URL answers, in order."""
        return (
            [{"real": True, "repeat": 1_000_000}] if self.fields.get("real") else list(self.fields.get("gateway", ()))
        )

    @property
    def is_real(self) -> bool:
        """Whether it needs a real gateway behind the one that fails on demand."""
        return bool(self.fields.get("real")) or any(entry.get("real") for entry in self.fields.get("gateway", ()))

    @property
    def is_of_the_gateway(self) -> bool:
        """Whether it speaks HTTP itself: no driver has a part in it."""
        return all("http" in step for step in self.steps)

    @property
    def steps(self) -> list[dict[str, Any]]:
        """What is done, in order; a case with one step may write it out at the top."""
        if "steps" in self.fields:
            return list(self.fields["steps"])
        return [{name: self.fields[name] for name in _STEP if name in self.fields}]


class CaseError(Exception):
    """A case file that cannot be read; the message names file and case."""


@dataclass(frozen=True)
class Choice:
    """Which cases: ids that fit one of the globs in `only` (blanks between) and none in `skip`."""

    only: str = "*"
    skip: str = ""
    with_long: bool = True
    seed: str = "0"
    folder: Path = CASES

    def takes(self, case: Case) -> bool:
        """Whether a case is in it."""
        chosen = _fits(case.id, self.only) and not _fits(case.id, self.skip)
        return chosen and (self.with_long or not case.fields.get("long"))


def load(spec: Spec, choice: Choice = Choice()) -> list[Case]:
    """The chosen cases by id; every one is read and checked, chosen or not."""
    from ringside_conformance import made, properties

    found = [*_written(choice.folder), *made.cases(spec), *properties.cases(choice.seed)]
    seen: set[str] = set()
    for case in found:
        if case.id in seen:
            raise CaseError(f"{case.id} is given twice")
        seen.add(case.id)
    return sorted(filter(choice.takes, found), key=lambda case: case.id)


def _fits(name: str, globs: str) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs.split())


def _written(folder: Path) -> Iterator[Case]:
    schema = json.loads(resources.files("ringside_conformance").joinpath("case.schema.json").read_text())
    check = jsonschema.Draft202012Validator(schema)
    for path in sorted(folder.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text(encoding="utf-8")):
            for error in check.iter_errors(entry):
                raise CaseError(f"{path.name}: {entry.get('id')}: {error.json_path}: {error.message}")
            yield Case(entry["id"], entry["title"], entry)
