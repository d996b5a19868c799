# SPDX-License-Identifier: Apache-2.0
"""Every example runs as it stands against a real gateway."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_says_something(gateway: tuple[str, str], example: Path) -> None:
    environment = {**os.environ, "FC_BASE_URL": gateway[0], "FC_API_KEY": gateway[1], "OPENAI_API_KEY": "sk-other"}
    done = subprocess.run(
        [sys.executable, str(example)], env=environment, capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert gateway[1] not in done.stdout
