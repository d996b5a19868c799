# SPDX-License-Identifier: Apache-2.0
"""docs/contributing/add-a-provider.md, followed in a scratch copy: two new files, and no existing one opened."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

GATEWAY = Path(__file__).resolve().parents[2]
PAGE = GATEWAY.parent / "docs" / "contributing" / "add-a-provider.md"
FILE = re.compile(r"`(gateway/[^`]+\.(?:toml|json))`:.*?```(?:toml|json)\n(.*?)```", re.DOTALL)


def _left_out(folder: str, names: list[str]) -> list[str]:
    """Other providers' recordings, which the copy is only slower for."""
    return names if Path(folder).name == "recordings" else [name for name in names if name == "__pycache__"]


def test_a_provider_in_openais_format_is_one_file_and_its_recordings(tmp_path: Path) -> None:
    for part in ("src", "tests/contract", "tests/acceptance", "tests/integration"):
        shutil.copytree(GATEWAY / part, tmp_path / "gateway" / part, ignore=_left_out)
    for file in (GATEWAY / "pyproject.toml", *(GATEWAY / "tests").glob("*.py")):
        shutil.copy(file, tmp_path / "gateway" / file.relative_to(GATEWAY))
    files = dict(FILE.findall(PAGE.read_text(encoding="utf-8")))
    assert [Path(name).name for name in files] == ["acme.toml", "plain.json"]
    for name, text in files.items():
        path = tmp_path / name
        assert not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    wanted = ["tests/contract/providers/test_wires.py", "-k", "acme"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "gateway" / "src")}
    done = subprocess.run(
        [*command, *wanted], cwd=tmp_path / "gateway", env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "2 passed" in done.stdout
