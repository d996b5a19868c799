# SPDX-License-Identifier: Apache-2.0
"""The commands of `ringside-gateway`, run in the tests' own process or as a shell starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result
from ringside_gateway.__main__ import Top
from ringside_gateway.cli.main import cli


def run(*arguments: str, folder: Path | None = None, **environment: str) -> Result:
    """The command in this process: a start of Python for each would take more than all commands together."""
    where = [] if folder is None else ["--data-dir", str(folder)]
    forgotten = {name: None for name in os.environ if name.startswith("RINGSIDE_")}
    options = {"prog_name": "ringside-gateway", "obj": Top(), "env": forgotten | environment}
    return CliRunner().invoke(cli, [*arguments, *where], **options)


def started(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    command = [sys.executable, "-m", "ringside_gateway", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def live_key(folder: Path) -> str:
    """A new key for live mode, made beside the running gateway."""
    printed = run("keys", "create", "--live", folder=folder)
    assert printed.exit_code == 0, printed.output
    return next(word.strip("'\"") for word in printed.stdout.split() if word.startswith("sk_live_"))
