# SPDX-License-Identifier: Apache-2.0
"""A Go module as `go get` meets it: a proxy in files, with the module's own zip."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

MODULE = "github.com/fightclub/ringside-go"


def program(folder: Path, sdk: Path, main: Path, run: Callable[..., str]) -> str:
    """What a program prints in a module that requires ours and nothing else."""
    proxy = folder / "proxy"
    version = published(sdk, proxy)
    app = folder / "app"
    app.mkdir()
    shutil.copy(main, app / "main.go")
    chain = subprocess.run(["go", "env", "GOPROXY"], capture_output=True, text=True, check=True).stdout.strip()
    flags = subprocess.run(["make", "-s", "-C", str(sdk), "flags"], capture_output=True, text=True, check=True).stdout
    environment = {
        "GOPROXY": f"file://{proxy},{chain}",
        "GONOSUMDB": MODULE,
        "GONOSUMCHECK": "1",
        "GOFLAGS": f"-mod=mod {flags.strip()}",
    }
    try:
        run(app, "go", "mod", "init", "example.com/app", **environment)
        run(app, "go", "get", f"{MODULE}@{version}", **environment)
        return run(app, "go", "run", "main.go", **environment)
    finally:
        forget(version)


def published(sdk: Path, proxy: Path) -> str:
    """Puts the module's files into a proxy; the version is made from their content, so that no cache knows it."""
    names = subprocess.run(["git", "ls-files", "."], cwd=sdk, capture_output=True, text=True, check=True).stdout.split()
    files = {name: (sdk / name).read_bytes() for name in names}
    digest = hashlib.sha256(b"".join(files[name] for name in sorted(files))).hexdigest()[:12]
    version = f"v0.1.0-check.{digest}"
    place = proxy / MODULE / "@v"
    place.mkdir(parents=True)
    with zipfile.ZipFile(place / f"{version}.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{MODULE}@{version}/{name}", content)
    (place / f"{version}.mod").write_bytes(files["go.mod"])
    (place / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2026-01-01T00:00:00Z"}))
    (place / "list").write_text(version + "\n")
    return version


def forget(version: str) -> None:
    """Takes the tried version out of Go's own cache again."""
    cache = subprocess.run(["go", "env", "GOMODCACHE"], capture_output=True, text=True, check=True).stdout.strip()
    for path in Path(cache).glob(f"{MODULE}@{version}"):
        for child in [path, *path.rglob("*")]:
            os.chmod(child, 0o755)
        shutil.rmtree(path)
    for path in (Path(cache) / "cache/download" / MODULE / "@v").glob(f"{version}.*"):
        path.unlink()
