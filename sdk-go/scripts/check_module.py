# SPDX-License-Identifier: Apache-2.0
"""Packs the module as the module proxy would, into dist/, and uses what was packed from an empty project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
MODULE = "github.com/fightclub/ringside-go"
EXAMPLE = "examples/webhook-receiver/main.go"
SAID = "evt_1: wallet of cus_42 is down to 0.42 USD"


def packed(version: str) -> Path:
    """The zip: every tracked file under <module>@<version>/, always the same bytes for the same files."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, text=True).stdout.split()
    made = FOLDER / "dist" / f"ringside-go-{version}.zip"
    made.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(f"{MODULE}@{version}/{name}")
            archive.writestr(entry, (FOLDER / name).read_bytes(), zipfile.ZIP_DEFLATED)
    return made


def used(archive: Path, version: str) -> str:
    """What an example prints in a project that has nothing but the packed module and its dependency."""
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
        source = Path(folder) / f"{MODULE}@{version}"
        project = Path(folder) / "project"
        project.mkdir()
        (project / "main.go").write_text((source / EXAMPLE).read_text(encoding="utf-8"), encoding="utf-8")
        (project / "go.sum").write_bytes((source / "go.sum").read_bytes())
        requires = re.sub(r"^module .*", "module project", (source / "go.mod").read_text(encoding="utf-8"))
        own = f"\nrequire {MODULE} {version}\n\nreplace {MODULE} => {source}\n"
        (project / "go.mod").write_text(requires + own, encoding="utf-8")
        done = subprocess.run(["go", "run", "."], cwd=project, check=True, capture_output=True, text=True, env=os.environ)
        return done.stdout


def main() -> int:
    """Packs and tries; 1 when the project does not say what it should."""
    version = "v" + (FOLDER / "doc.go").read_text(encoding="utf-8").partition('Version = "')[2].partition('"')[0]
    archive = packed(version)
    said = used(archive, version)
    print(f"{archive.relative_to(FOLDER)}: {archive.stat().st_size // 1024} KB, used from an empty project")
    return 0 if SAID in said else 1


if __name__ == "__main__":
    sys.exit(main())
