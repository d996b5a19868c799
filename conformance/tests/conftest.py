# SPDX-License-Identifier: Apache-2.0
"""The command as people run it, and a gateway beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CONFORMANCE = ROOT / "conformance"
NODE22 = ROOT / "sdk-typescript/runtime-tests/node_modules/.bin/node"
JAVA_CLASSES = ROOT / "build/conformance/java"
PYTHON_DRIVER = f"{sys.executable} {ROOT / 'conformance/drivers/python/driver.py'}"
sys.path[:0] = [str(ROOT / "tools"), str(HERE)]


def java_classpath() -> str:
    """The SDK, the driver, and what they stand on."""
    return f"{JAVA_CLASSES}:{(ROOT / 'sdk-java/target/classpath.txt').read_text().strip()}"


@dataclass
class Ran:
    """A finished run: its exit code, what it printed, and a row for every case and mode."""

    code: int
    text: str
    rows: list[dict[str, Any]]
    report: Path

    def verdicts(self, mode: str = "sync") -> dict[str, str]:
        """By case."""
        return {row["case"]: row["verdict"] for row in self.rows if row["mode"] == mode}


Conformance = Callable[..., Ran]


@pytest.fixture(scope="session")
def conformance(tmp_path_factory: pytest.TempPathFactory) -> Conformance:
    """Runs `conformance …` in a process of its own."""

    def run(*arguments: str, timeout: float = 120) -> Ran:
        report = tmp_path_factory.mktemp("report")
        command = [sys.executable, "-m", "ringside_conformance", *arguments, "--report", str(report), "--quiet"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=timeout, cwd=ROOT, env=dict(os.environ)
        )
        lines = (report / "results.jsonl").read_text().splitlines() if (report / "results.jsonl").exists() else []
        return Ran(done.returncode, done.stdout + done.stderr, [json.loads(line) for line in lines if line], report)

    return run


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Arguments that name a real gateway."""
    from with_gateway import started

    process, environment = started(tmp_path_factory.mktemp("gateway"))
    yield ["--base-url", environment["FC_BASE_URL"], "--api-key", environment["FC_API_KEY"]]
    process.terminate()
    process.wait(20)
