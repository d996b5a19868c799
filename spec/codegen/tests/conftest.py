# SPDX-License-Identifier: Apache-2.0
"""Small specs to break, and the generator as people run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ringside_codegen.ir import Document
from ringside_codegen.loader import load_spec
from ringside_codegen.lower import lower

HERE = Path(__file__).parent
TORTURE = HERE / "torture"
REPOSITORY = HERE.parents[2]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the torture spec with its VERSION, to change at will."""
    return Path(shutil.copytree(TORTURE, tmp_path / "tree"))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout these tests are in."""
    return REPOSITORY


@pytest.fixture(scope="session")
def torture() -> Document:
    """The torture spec, lowered."""
    return lower(load_spec(TORTURE / "spec"))


@pytest.fixture(scope="session")
def real() -> Document:
    """The product's own spec, lowered."""
    return lower(load_spec(REPOSITORY / "spec"))


@pytest.fixture(scope="session")
def run() -> Run:
    """Runs the program in a process of its own."""

    def _run(*arguments: object, hash_seed: int = 0) -> subprocess.CompletedProcess[str]:
        environment = os.environ | {"PYTHONHASHSEED": str(hash_seed)}
        command = [sys.executable, "-m", "ringside_codegen", *map(str, arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    return _run
