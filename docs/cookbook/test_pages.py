# SPDX-License-Identifier: Apache-2.0
"""The commands of the guides, run in order against a real gateway, print what the pages say.

A `sh` block is run; a `text` or `json` block below it is what it prints, of JSON the fields shown; a `log` block is
what the page's program has printed by then; a `python` block stands in that program, word for word.
Needs FC_API_KEY and FC_BASE_URL of a fresh gateway in test mode on this machine.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DEPS = HERE / ".deps"
SHOP = "docs/cookbook/prepaid-shop/shop.py"
PAGES = ["docs/tutorials/sell-prepaid-ai.md", "docs/how-to/cap-a-customers-spend.md"]
#: Done already where the tests run: a gateway, its environment, packages.
DONE = ("make run", "source ")
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Terminals:
    """Where a reader types: commands here, and the program, once a block starts it, in a terminal of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._log = folder / "program.log"
        self._program: subprocess.Popen[bytes] | None = None
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._environment = os.environ | {"PATH": path, "PYTHONPATH": str(DEPS), "PORT": str(self.port)}

    def run(self, commands: str) -> str:
        """What the commands print; of those that start the program, nothing."""
        shell = ["bash", "-euc", commands.replace(":3000", f":{self.port}")]
        if SHOP in commands:
            with self._log.open("wb") as log:
                self._program = subprocess.Popen(
                    shell, cwd=ROOT, env=self._environment, stdout=log, stderr=log, start_new_session=True
                )
            self._wait(lambda: socket.create_connection(("localhost", self.port), 1).close())
            return ""
        done = subprocess.run(shell, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def logged(self, line: str) -> None:
        """Waits until the program has printed the line."""

        def look() -> None:
            if line not in self._log.read_text(encoding="utf-8").splitlines():
                raise OSError

        self._wait(look)

    def _wait(self, until: object, within_s: float = 60) -> None:
        assert callable(until)
        deadline = time.monotonic() + within_s
        while True:
            try:
                return until()
            except OSError:
                running = self._program is not None and self._program.poll() is None
                assert running and time.monotonic() < deadline, self._log.read_text(encoding="utf-8")
                time.sleep(0.05)

    def close(self) -> None:
        if self._program is not None:
            os.killpg(self._program.pid, 9)
            self._program.wait()


@pytest.fixture
def terminals(tmp_path: Path) -> Iterator[Terminals]:
    made = Terminals(tmp_path)
    yield made
    made.close()


def compare(kind: str, printed: str, shown: str) -> None:
    """Holds what was printed to what the page shows."""
    if kind == "text":
        assert printed.strip() == shown.strip()
    else:
        found, expected = json.loads(printed), json.loads(shown)
        assert {name: found.get(name) for name in expected} == expected


@pytest.mark.parametrize("page", PAGES)
def test_a_guide_does_what_it_says(page: str, terminals: Terminals) -> None:
    printed = ""
    for kind, text in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
        if kind == "sh" and not text.startswith(DONE):
            printed = terminals.run(text)
        elif kind in ("text", "json"):
            compare(kind, printed, text)
        elif kind == "log":
            for line in text.splitlines():
                terminals.logged(line)
        elif kind == "python":
            assert text in (ROOT / SHOP).read_text(encoding="utf-8"), "the page and the program differ"
