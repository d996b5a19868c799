# SPDX-License-Identifier: Apache-2.0
"""An operation added to the spec is a method in every language, with no other file opened."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from ringside_codegen.loader import load_spec
from ringside_codegen.lower import lower
from ringside_codegen.manifest import rows
from ringside_codegen.targets import discover

Run = Callable[..., subprocess.CompletedProcess[str]]

OPERATION = """
operationId: customers.freeze_all
tags: [customers]
summary: Freeze customers
description: Blocks all customers that match.
x-ringside-resource: customers
x-ringside-method: freeze_all
x-ringside-sdk: own
x-ringside-scope: api:write
x-ringside-idempotent: auto
x-ringside-errors: [invalid_request]
x-ringside-since: 0.1.0
requestBody:
  required: true
  content: {application/json: {schema: {$ref: schemas/frost_params.yaml}}}
responses:
  "200": {description: What was frozen., content: {application/json: {schema: {$ref: schemas/frost_report.yaml}}}}
"""
BODY = """
type: object
description: Whom to freeze.
required: [frost_reason]
additionalProperties: false
properties:
  frost_reason: {type: string, minLength: 1, maxLength: 100, description: Why.}
"""
ANSWER = """
type: object
description: Who was frozen.
required: [object, frozen_count]
properties:
  object: {type: string, description: Always `frost_report`.}
  frozen_count: {type: integer, description: How many.}
"""
#: By target: how its language declares the method, a field of the body and a field of the answer.
LOOKS = {
    "gateway": [r'OperationSpec\("customers\.freeze_all"', r'"frost_reason"', r"<code>frozen_count</code>"],
    "docs": [r"## `customers\.freeze_all`", r"`frost_reason` \*required\*", r"`frozen_count`"],
    "python": [r"\bdef freeze_all\(", r"\bfrost_reason\b", r"\bfrozen_count: "],
    "typescript": [r"\bfreezeAll\(", r"\bfrost_reason\??:", r"\bfrozen_count\??:"],
    "go": [r"\) FreezeAll\(", r"\bFrostReason\b", r"\bFrozenCount\b"],
    "java": [r"\bfreezeAll\(", r"\bfrostReason\b", r"\bfrozenCount\b"],
}


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A copy of the product's spec with one operation more, generated."""
    root = tmp_path_factory.mktemp("toy")
    leave = shutil.ignore_patterns("codegen", "dist", "__pycache__")
    spec = Path(shutil.copytree(repository / "spec", root / "spec", ignore=leave))
    shutil.copy(repository / "VERSION", root / "VERSION")
    folder = spec / "resources/customers"
    (folder / "freeze_all.yaml").write_text(OPERATION, encoding="utf-8")
    (folder / "schemas/frost_params.yaml").write_text(BODY, encoding="utf-8")
    (folder / "schemas/frost_report.yaml").write_text(ANSWER, encoding="utf-8")
    opened = spec / "openapi.yaml"
    line = "  /v1/customers/freeze_all: {post: {$ref: resources/customers/freeze_all.yaml}}\n"
    text = opened.read_text(encoding="utf-8")
    opened.write_text(text.replace("paths:\n", "paths:\n" + line, 1), encoding="utf-8")
    return root


TARGETS = [target.name for target in discover() if target.name != "core"]


@pytest.mark.parametrize("target", TARGETS)
def test_a_new_operation_is_a_method_of_the_language(grown: Path, run: Run, target: str) -> None:
    done = run("generate", "--root", grown / "spec", "--target", target)
    assert done.returncode == 0, done.stderr
    made = [grown / path for path, row in rows(grown).items() if row["target"] == target]
    text = "\n".join(path.read_text(encoding="utf-8") for path in made)
    assert target in LOOKS, f"say in LOOKS how {target} declares a method and its fields"
    for look in LOOKS[target]:
        assert re.search(look, text), f"{target}: nothing looks like {look}"


def test_a_new_operation_is_in_the_intermediate_form(grown: Path) -> None:
    document = lower(load_spec(grown / "spec"))
    customers = next(found for found in document.resources if found.path == "customers")
    frozen = next(found for found in customers.operations if found.method == "freeze_all")
    assert [(found.name, found.required) for found in frozen.body_fields] == [("frost_reason", True)]
    assert document.type("FrostReport").noun == "customers"


def test_an_operation_of_openais_surface_is_no_method_of_ours(grown: Path) -> None:
    source = grown / "spec/resources/customers/freeze_all.yaml"
    before = source.read_text(encoding="utf-8")
    source.write_text(before.replace("x-ringside-sdk: own", "x-ringside-sdk: openai"), encoding="utf-8")
    document = lower(load_spec(grown / "spec"))
    source.write_text(before, encoding="utf-8")
    customers = next(found for found in document.resources if found.path == "customers")
    assert "freeze_all" not in [found.method for found in customers.operations]
    assert "FrostReport" not in [found.name for found in document.types]
