# SPDX-License-Identifier: Apache-2.0
"""Holds the size budgets of CONTRIBUTING.md: lines a file, lines a function, entries a folder. No exemptions."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = {".py", ".ts", ".go", ".java", ".sh", ".jinja"}
SOURCE_LINES, TEST_LINES, OPERATION_LINES, DOC_LINES = 300, 400, 120, 300
FUNCTION_LINES = 40
FOLDER_ENTRIES = 30
#: Folders that hold one file a noun, a provider, a piece of news or a generated thing: their length is the product's,
#: not a smell.
NOUN_FOLDERS = (
    "domain",
    "resources",
    "types",
    "catalogue",
    "_generated",
    "generated",
    "cases",
    "changes",
    "examples",
    "recordings",
    "sdk-go",
)


def tracked() -> list[Path]:
    """Every file git knows or would add, as paths from the root."""
    command = ["git", "ls-files", "-co", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [Path(name) for name in names if (ROOT / name).is_file()]


def is_test(path: Path) -> bool:
    """Whether a path is a test by folder or by name."""
    name = path.name
    in_folder = any(part in ("tests", "test") for part in path.parts)
    return in_folder or name.startswith("test_") or "_test." in name or ".test." in name


def budget(path: Path) -> int | None:
    """Most lines this file may have, or None when it has no budget."""
    if path.suffix in SOURCE:
        return TEST_LINES if is_test(path) else SOURCE_LINES
    if path.parts[:2] == ("spec", "resources") and path.suffix == ".yaml":
        return SOURCE_LINES if {"schemas", "examples"} & set(path.parts) else OPERATION_LINES
    if path.parts[0] == "docs" and path.suffix == ".md" and "reference" not in path.parts:
        return DOC_LINES
    return None


def long_functions(path: Path, text: str) -> list[str]:
    """Python functions whose body, docstring not counted, is over the budget."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > FUNCTION_LINES:
                found.append(f"{path}:{node.lineno}: {node.name} has {lines} lines; at most {FUNCTION_LINES}")
    return found


def main() -> int:
    """Prints every budget that is passed; 1 when there is one."""
    problems: list[str] = []
    files = tracked()
    for path in files:
        most = budget(path)
        if most is None:
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > most:
            problems.append(f"{path}: {lines} lines; at most {most}: split it, one idea a file")
        if path.suffix == ".py" and not is_test(path):
            problems += long_functions(path, text)
    for folder, entries in Counter(path.parent for path in files).items():
        noun_folder = any(part in NOUN_FOLDERS for part in folder.parts)
        if entries > FOLDER_ENTRIES and not noun_folder and folder.suffix == "" and not is_test(folder / "x"):
            problems.append(f"{folder}: {entries} entries; at most {FOLDER_ENTRIES}")
    print("\n".join(problems) or "sizes: every file and function is within its budget")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
