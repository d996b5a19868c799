# SPDX-License-Identifier: Apache-2.0
"""The suite notices every defect that was planted, by the case that is there for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tools"))
sys.path.insert(0, str(HERE))


def run(folder: Path, only: str, name: str, command: str, gateway: dict[str, str]) -> dict[str, str]:
    """Verdicts by case of one driver."""
    report = folder / name
    arguments = ["--driver", f"{name}={command}", "--only", only, "--report", str(report), "--quiet"]
    real = ["--base-url", gateway["FC_BASE_URL"], "--api-key", gateway["FC_API_KEY"]] if gateway else []
    command_line = [sys.executable, "-m", "ringside_conformance", "run", *arguments, *real]
    subprocess.run(command_line, capture_output=True, check=False, timeout=120, cwd=ROOT, env=dict(os.environ))
    rows = [json.loads(line) for line in (report / "results.jsonl").read_text().splitlines()]
    return {row["case"]: row["verdict"] for row in rows if row["mode"] == "sync"}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    from with_gateway import started

    process, environment = started(tmp_path_factory.mktemp("gateway"))
    yield environment
    process.terminate()
    process.wait(20)


def test_every_mutant_is_caught_by_its_case(tmp_path: Path, gateway: dict[str, str]) -> None:
    from mutants import CAUGHT_BY

    def caught(name: str) -> str:
        command = f"{sys.executable} {HERE / 'mutants.py'} {name}"
        return run(tmp_path, CAUGHT_BY[name], name, command, gateway)[CAUGHT_BY[name]]

    with ThreadPoolExecutor(2) as pool:
        verdicts = dict(zip(CAUGHT_BY, pool.map(caught, CAUGHT_BY), strict=True))
    assert len(verdicts) >= 25
    assert {name: verdict for name, verdict in verdicts.items() if verdict != "failed"} == {}
