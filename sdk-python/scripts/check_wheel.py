# SPDX-License-Identifier: Apache-2.0
"""Installs the wheel into a scratch place and uses it there: typed, complete, small, and reading no sources of ours."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

MOST_BYTES = 150_000
PROGRAM = (
    "import ringside, sys; from ringside import Model, Ringside;"
    "assert ringside.__file__.startswith(sys.argv[1]), ringside.__file__;"
    "client = Ringside(api_key='sk_test_x');"
    "[getattr(ringside, name) for name in ringside.__all__];"
    "[getattr(client, name) for name in ('customers', 'usage', 'models', 'api_keys', 'webhooks')];"
    "print(Model.match('anthropic', 'sonnet').min_version(4).build())"
)


def main(folder: str) -> int:
    """Prints what is wrong, else the wheel's name and size; 1 when something is wrong."""
    (wheel,) = Path(folder).glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    size = wheel.stat().st_size
    if "ringside/py.typed" not in names or not any(name.endswith("LICENSE") for name in names):
        print(f"{wheel.name}: py.typed or LICENSE is missing")
        return 1
    if size > MOST_BYTES:
        print(f"{wheel.name}: {size} bytes; at most {MOST_BYTES}")
        return 1
    with tempfile.TemporaryDirectory() as place:
        zipfile.ZipFile(wheel).extractall(place)
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, sys.argv[1]); {PROGRAM}", place]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=place)
    print(done.stderr if done.returncode else f"{wheel.name}: {size:,} bytes, {len(names)} files")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
