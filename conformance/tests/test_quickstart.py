# SPDX-License-Identifier: Apache-2.0
"""The cookbook's first call prints the same in every language, against the embedded gateway."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CONFORMANCE, NODE22, ROOT, java_classpath

PROGRAMS = ROOT / "docs/cookbook/quickstart"
EXPECTED = json.loads((PROGRAMS / "expected.json").read_text())["lines"]


def python(folder: Path) -> list[str]:
    return [sys.executable, str(PROGRAMS / "main.py")]


def typescript(folder: Path) -> list[str]:
    shutil.copy(PROGRAMS / "main.ts", folder)
    (folder / "node_modules").symlink_to(CONFORMANCE / "drivers/typescript/node_modules")
    (folder / "package.json").write_text('{"type": "module"}')
    return [str(NODE22), "--no-warnings", "main.ts"]


def java(folder: Path) -> list[str]:
    return ["java", "-XX:TieredStopAtLevel=1", "-cp", java_classpath(), str(PROGRAMS / "Main.java")]


def go(folder: Path) -> list[str]:
    sdk = ROOT / "sdk-go"
    shutil.copy(PROGRAMS / "main.go", folder)
    shutil.copy(sdk / "go.sum", folder)
    module = (sdk / "go.mod").read_text().replace("module github.com/fightclub/ringside-go", "module example.com/app")
    replaced = f"\nrequire github.com/fightclub/ringside-go v0.1.0\nreplace github.com/fightclub/ringside-go => {sdk}\n"
    (folder / "go.mod").write_text(module + replaced)
    flags = subprocess.run(["make", "-s", "-C", str(sdk), "flags"], capture_output=True, text=True, check=True).stdout
    return ["go", "run", *flags.split(), "-mod=mod", "main.go"]


def curl(folder: Path) -> list[str]:
    return [str(PROGRAMS / "main.sh")]


@pytest.mark.parametrize("language", [python, typescript, java, go, curl], ids=lambda found: str(found.__name__))
def test_the_first_call_prints_the_same_in_every_language(language: object, tmp_path: Path, gateway: list[str]) -> None:
    assert callable(language)
    _, base_url, _, key = gateway
    environment = os.environ | {"FC_BASE_URL": base_url, "FC_API_KEY": key}
    done = subprocess.run(
        language(tmp_path), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.stdout.splitlines() == EXPECTED, done.stderr
