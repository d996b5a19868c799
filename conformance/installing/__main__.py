# SPDX-License-Identifier: Apache-2.0
"""Installs each artefact of `make build` into an empty project and runs the cookbook's first call from there.

`python installing [name…]` needs FC_API_KEY and FC_BASE_URL, as tools/with_gateway.py gives them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import go_module
import maven_project

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "docs/cookbook/quickstart"
NODE22 = ROOT / "sdk-typescript/runtime-tests/node_modules/.bin/node"


def run(folder: Path, *command: object, **environment: str) -> str:
    """What a command prints; raises RuntimeError with everything it said when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, timeout=600, env=os.environ | environment
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
    return done.stdout


def only(folder: Path, pattern: str) -> Path:
    """The one artefact there is; raises RuntimeError when it was not built."""
    found = sorted(path for path in folder.glob(pattern) if "sources" not in path.name and "javadoc" not in path.name)
    if len(found) != 1:
        raise RuntimeError(f"{folder / pattern}: {len(found)} files; run `make build` first")
    return found[0]


def python(folder: Path, artefact: Path) -> str:
    """A virtual environment with nothing but the package and what it asks for."""
    run(folder, sys.executable, "-m", "venv", "env")
    run(folder, "env/bin/pip", "install", "--quiet", "--disable-pip-version-check", artefact)
    return run(folder, "env/bin/python", "-I", PROGRAMS / "main.py")


def npm(folder: Path) -> str:
    """A project with the packed tarball as its one dependency."""
    tarball = run(ROOT / "sdk-typescript", "npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", folder)
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    run(folder, "npm", "install", "--no-audit", "--no-fund", "--silent", folder / tarball.strip().splitlines()[-1])
    (folder / "main.ts").write_text((PROGRAMS / "main.ts").read_text())
    return run(folder, NODE22, "--no-warnings", "main.ts")


def go(folder: Path) -> str:
    """A module that gets ours from a proxy in files."""
    return go_module.program(folder, ROOT / "sdk-go", PROGRAMS / "main.go", run)


def java(folder: Path) -> str:
    """A Maven project that gets the jar from a repository in files."""
    jar = only(ROOT / "sdk-java/target", "ringside-sdk-*.jar")
    return maven_project.program(folder, jar, ROOT / "sdk-java/pom.xml", PROGRAMS / "Main.java", run)


CHECKS: dict[str, Callable[[Path], str]] = {
    "wheel": lambda folder: python(folder, only(ROOT / "sdk-python/dist", "*.whl")),
    "sdist": lambda folder: python(folder, only(ROOT / "sdk-python/dist", "*.tar.gz")),
    "npm": npm,
    "jar": java,
}
if (ROOT / "sdk-go/go.mod").exists():
    CHECKS["go"] = go


def tried(name: str) -> tuple[bool, str]:
    """Whether one artefact works, and a line that says so or why not."""
    began = time.monotonic()
    expected = json.loads((PROGRAMS / "expected.json").read_text())["lines"]
    with tempfile.TemporaryDirectory() as place:
        try:
            printed = CHECKS[name](Path(place)).splitlines()
        except RuntimeError as error:
            return False, f"{name}: {error}"
    if printed != expected:
        return False, f"{name}: printed {printed}, not {expected}"
    return True, f"{name}: installed and works, {time.monotonic() - began:.0f} s"


def main() -> int:
    """Tries them two at a time; 1 when one does not work."""
    names = sys.argv[1:] or list(CHECKS)
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(tried, names))
    print("\n".join(line for _, line in outcomes))
    return 0 if all(works for works, _ in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
