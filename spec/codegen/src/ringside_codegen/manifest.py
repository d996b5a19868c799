# SPDX-License-Identifier: Apache-2.0
"""Which files are generated: writes what changed, deletes what is no longer made, and finds what is stale."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "spec/codegen/manifest.json"


@dataclass(frozen=True)
class Generated:
    """A file to be: its text, and the target that makes it."""

    content: str
    target: str


def rows(out: Path) -> dict[str, dict[str, str]]:
    """The manifest as it is: by path the target that made the file and its digest."""
    path = out / MANIFEST
    if not path.exists():
        return {}
    files = json.loads(path.read_text(encoding="utf-8"))["files"]
    return dict(files)


def _wanted(out: Path, files: Mapping[str, Generated], targets: Collection[str]) -> tuple[dict[str, str], list[str]]:
    """What should be there (the manifest included), and what should not be any more."""
    listed = rows(out)
    kept = {name: row for name, row in listed.items() if row["target"] not in targets}
    for name, file in files.items():
        digest = hashlib.sha256(file.content.encode()).hexdigest()[:16]
        kept[name] = {"target": file.target, "digest": digest}
    text = json.dumps({"files": dict(sorted(kept.items()))}, indent=1) + "\n"
    wanted = {name: file.content for name, file in files.items()} | {MANIFEST: text}
    return wanted, sorted(set(listed) - set(kept))


def _differs(out: Path, path: str, content: str) -> bool:
    file = out / path
    return not file.exists() or file.read_bytes() != content.encode()


def write(out: Path, files: Mapping[str, Generated], targets: Collection[str]) -> list[str]:
    """Makes the tree agree with `files`, of these targets, and returns the paths that were written or deleted."""
    wanted, gone = _wanted(out, files, targets)
    gone = [path for path in gone if (out / path).exists()]
    changed = [path for path in sorted(wanted) if _differs(out, path, wanted[path])]
    for path in gone:
        (out / path).unlink()
    for path in changed:
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(wanted[path].encode())
    return gone + changed


def stale(out: Path, files: Mapping[str, Generated], targets: Collection[str]) -> list[str]:
    """Paths that are missing, differ, or should no longer be there."""
    wanted, gone = _wanted(out, files, targets)
    different = [path for path, content in wanted.items() if _differs(out, path, content)]
    return sorted([*different, *(path for path in gone if (out / path).exists())])
