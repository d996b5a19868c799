# SPDX-License-Identifier: Apache-2.0
"""Type-checks the README's Python as one strict program, so that no sample there can rot."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: What the samples leave to the reader.
READERS_OWN = """
def offer_top_up() -> None: ...
def wait_for(error: Exception) -> None: ...
def retry_in(seconds: int | None) -> None: ...
async def ask_your_server() -> str: return ""
"""


def main() -> int:
    """Prints what the checker says; its exit status."""
    samples = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)
    with tempfile.TemporaryDirectory() as place:
        program = Path(place) / "readme.py"
        program.write_text(READERS_OWN + "\n".join(samples), encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", str(program)]
        return subprocess.run(command, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
