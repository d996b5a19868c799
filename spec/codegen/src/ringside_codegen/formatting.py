# SPDX-License-Identifier: Apache-2.0
"""The language's own formatter over generated text, so that `make lint` has nothing to say about it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from ringside_codegen.yaml_reader import SpecError

#: By suffix: the program and what it is called with; each reads standard input and prints the result.
FORMATTERS: dict[str, tuple[str, ...]] = {
    # Isolated, since a generated file must come out alike wherever it is made.
    ".py": ("ruff", "format", "--isolated", "--line-length=120", "--target-version=py310", "-"),
    ".go": ("gofmt",),
}


def formatted(path: str, content: str) -> str:
    """The content as the formatter of its language writes it; raises SpecError when it is missing or refuses."""
    command = FORMATTERS.get(Path(path).suffix)
    if command is None:
        return content
    done = subprocess.run(
        [_program(command[0]), *command[1:]], input=content, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SpecError(f"{path}: {command[0]} refuses the generated text: {done.stderr.strip()[:500]}")
    return done.stdout


def _program(name: str) -> str:
    """The formatter beside this interpreter, else on the path."""
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise SpecError(f"{name} is needed to write generated files; `make setup` installs what it can")
    return found
