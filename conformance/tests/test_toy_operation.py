# SPDX-License-Identifier: Apache-2.0
"""An operation added to the spec of a scratch copy is called in each language, with no other file opened."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import NODE22, ROOT

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
EXAMPLE = """
- name: winter
  summary: Freeze everybody.
  request: {body: {frost_reason: winter}}
  response: {status: 200, body: {object: frost_report, frozen_count: 3}}
"""


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The spec with one operation more, the four SDKs generated from it, and the suite beside them."""
    root = tmp_path_factory.mktemp("toy")
    leave = shutil.ignore_patterns("node_modules", "__pycache__", "*.egg-info", ".venvs", ".tools", "dist", "build")
    for name in ("spec", "sdk-python/src", "sdk-typescript", "sdk-go", "sdk-java/src", "conformance"):
        shutil.copytree(ROOT / name, root / name, ignore=leave, symlinks=True)
    shutil.copy(ROOT / "VERSION", root)
    folder = root / "spec/resources/customers"
    (folder / "freeze_all.yaml").write_text(OPERATION)
    (folder / "schemas/frost_params.yaml").write_text(BODY)
    (folder / "schemas/frost_report.yaml").write_text(ANSWER)
    (folder / "examples/freeze_all.yaml").write_text(EXAMPLE)
    line = "  /v1/customers/freeze_all: {post: {$ref: resources/customers/freeze_all.yaml}}\n"
    document = root / "spec/openapi.yaml"
    document.write_text(document.read_text().replace("paths:\n", "paths:\n" + line, 1))
    targets = [part for name in ("core", "python", "typescript", "go", "java") for part in ("--target", name)]
    done(root, sys.executable, "-m", "ringside_codegen", "generate", "--root", root / "spec", *targets)
    return root


def done(folder: Path, *command: object, **environment: str) -> str:
    """What a command prints; it must succeed."""
    words = [str(word) for word in command]
    ran = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, timeout=240, env=os.environ | environment
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def called(root: Path, name: str, command: str) -> list[dict[str, str]]:
    """The outcomes of the case that is made for the new operation, played by this driver."""
    found = f"{root / 'conformance/src'}:{root / 'sdk-python/src'}"
    case = "O-customers.freeze_all-winter"
    arguments = ["run", "--driver", f"{name}={command}", "--only", case, "--report", str(root / "report"), "--quiet"]
    done(root, sys.executable, "-m", "ringside_conformance", *arguments, PYTHONPATH=found)
    return [json.loads(line) for line in (root / "report/results.jsonl").read_text().splitlines()]


def test_a_new_operation_is_called_in_python(grown: Path) -> None:
    rows = called(grown, "python", f"{sys.executable} {grown / 'conformance/drivers/python/driver.py'}")
    assert [row["verdict"] for row in rows] == ["passed", "passed"]


def test_a_new_operation_is_called_in_typescript(grown: Path) -> None:
    modules = ROOT / "sdk-typescript/node_modules"
    (grown / "sdk-typescript/node_modules").symlink_to(modules)
    place = grown / "conformance/drivers/typescript/node_modules"
    (place / "@ringside/sdk").mkdir(parents=True)
    shutil.copy(grown / "sdk-typescript/package.json", place / "@ringside/sdk")
    build = [modules / ".bin/tsdown", "--log-level", "error", "--no-dts", "--out-dir", place / "@ringside/sdk/dist"]
    done(grown / "sdk-typescript", *build)
    (place / "openai").symlink_to(modules / "openai")
    rows = called(grown, "typescript", f"{NODE22} {grown / 'conformance/drivers/typescript/driver.mjs'}")
    assert [row["verdict"] for row in rows] == ["passed"]


def test_a_new_operation_is_called_in_go(grown: Path) -> None:
    program = grown / "driver"
    done(ROOT / "sdk-go", "make", "--no-print-directory", "-C", grown / "sdk-go", "driver", f"OUT={program}")
    assert [row["verdict"] for row in called(grown, "go", str(program))] == ["passed"]


def test_a_new_operation_is_called_in_java(grown: Path) -> None:
    classes, hosts = grown / "classes", (ROOT / "sdk-java/target/classpath.txt").read_text().strip()
    folders = ("sdk-java/src/main", "sdk-java/src/generated", "conformance/drivers/java")
    sources = [path for folder in folders for path in sorted((grown / folder).rglob("*.java"))]
    done(grown, "javac", "-nowarn", "-d", classes, "-cp", hosts, *sources)
    rows = called(grown, "java", f"java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp {classes}:{hosts} Driver")
    assert [row["verdict"] for row in rows] == ["passed", "passed"]
