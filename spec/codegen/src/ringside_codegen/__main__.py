# SPDX-License-Identifier: Apache-2.0
"""From spec/ to everything made of it. `generate` writes, `check` compares, `bundle` writes the bundle alone."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Collection
from pathlib import Path

from ringside_codegen import manifest
from ringside_codegen.formatting import formatted
from ringside_codegen.ir import Document
from ringside_codegen.loader import Spec, load_spec
from ringside_codegen.lower import lower
from ringside_codegen.manifest import Generated
from ringside_codegen.render import marked
from ringside_codegen.targets import discover
from ringside_codegen.yaml_reader import SpecError

SPEC = Path(__file__).resolve().parents[3]


def outputs(document: Document, only: Collection[str] = ()) -> dict[str, Generated]:
    """Every generated file by path, of all targets or of those asked for; raises SpecError."""
    files: dict[str, Generated] = {}
    for target in discover(only):
        for output in target.files(document):
            if output.path in files:
                raise SpecError(f"{target.name}: {output.path} is made by {files[output.path].target} too")
            text = marked(output.content, output.comment)
            files[output.path] = Generated(formatted(output.path, text), target.name)
    return files


def run(command: str, root: Path, out: Path, only: Collection[str]) -> int:
    """One command over the spec at `root`; 1 when the tree is not as it should be."""
    spec = load_spec(root)
    if command == "lint":
        return _lint(spec)
    document = lower(spec)
    files = outputs(document, only)
    targets = only or {*(target.name for target in discover()), *(row["target"] for row in manifest.rows(out).values())}
    if command == "check":
        problems = manifest.stale(out, files, targets)
        print("\n".join(f"stale: {path}" for path in problems) or "generated files are current")
        return 1 if problems else 0
    changed = manifest.write(out, files, targets)
    print(f"{len(files)} generated files, {len(changed)} changed" + "".join(f"\n  {path}" for path in changed))
    return 0


def _lint(spec: Spec) -> int:
    # Only this command needs the rules and what they import.
    return int(importlib.import_module("ringside_codegen.lint").run(spec))


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; the exit status says whether the tree is as it should be."""
    parser = argparse.ArgumentParser(prog="ringside_codegen", description=__doc__)
    parser.add_argument("command", choices=("bundle", "generate", "check", "lint"))
    parser.add_argument("--root", type=Path, default=SPEC, help="the folder with openapi.yaml (default: this one's)")
    parser.add_argument("--out", type=Path, help="where the generated paths begin (default: the parent of --root)")
    parser.add_argument("--target", action="append", default=[], help="only this target; may be given again")
    options = parser.parse_args(arguments)
    only = ["core"] if options.command == "bundle" else options.target
    root = options.root.resolve()
    try:
        return run(options.command, root, options.out or root.parent, only)
    except SpecError as error:
        print(f"spec: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
