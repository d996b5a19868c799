# SPDX-License-Identifier: Apache-2.0
"""Compiles every Java block of README.md, with what the text around it has introduced."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
#: Where the classes of ours that a block names are.
SOURCES = [FOLDER / "src/main/java", FOLDER / "src/generated/java"]
#: The host's and the platform's.
IMPORTS = {
    "BigDecimal": "java.math.BigDecimal",
    "ChatCompletionCreateParams": "com.openai.models.chat.completions.ChatCompletionCreateParams",
    "OpenAIServiceException": "com.openai.errors.OpenAIServiceException",
    "Optional": "java.util.Optional",
}
#: What the text has introduced before a block, unless the block does so itself: each name with its type.
GIVEN = {
    "body": "byte[]",
    "client": "RingsideClient",
    "customer": "Customer",
    "params": "ChatCompletionCreateParams",
    "request": "Request",
    "theirs": "RingsideClient",
}
#: The reader's own code that blocks call.
READERS = """
  interface Request { String getHeader(String name); }
  static void offerTopUp() {}
  static void waitFor(Object time) {}
  static void log(String text) {}
  static void notify(Object data) {}
  static String askMyServerForAToken() { return ""; }
"""


def program(name: str, block: str) -> str:
    """The block as a class that compiles when the block is right."""
    imported = re.findall(r"^import ([\w.]+);\n", block, re.MULTILINE)
    body = re.sub(r"^import [\w.]+;\n", "", block, flags=re.MULTILINE).strip()
    given = [f"{type_} {name}" for name, type_ in GIVEN.items() if uses(body, name) and not makes(body, name)]
    known = {path.rpartition(".")[2] for path in imported}
    wanted = sorted({*re.findall(r"\b[A-Z]\w+", f"{body} {given}")} - known)
    # A block with imports is whole: nothing is added to them.
    added = [] if imported else [path for word in wanted if (path := IMPORTS.get(word) or ours(word))]
    lines = "".join(f"import {path};\n" for path in [*imported, *added])
    return f"{lines}\nclass {name} {{\n{READERS}\n  void run({', '.join(given)}) {{\n{body}\n  }}\n}}\n"


def ours(word: str) -> str | None:
    """The full name of a class of this package."""
    found = next((path for source in SOURCES for path in source.rglob(f"{word}.java")), None)
    source = next((source for source in SOURCES if found and found.is_relative_to(source)), None)
    return ".".join(found.relative_to(source).with_suffix("").parts) if found and source else None


def uses(block: str, name: str) -> bool:
    """Whether the block mentions the variable."""
    return re.search(rf"(?<![.\w\"]){name}\b(?!\()", block) is not None


def makes(block: str, name: str) -> bool:
    """Whether the block introduces the variable itself."""
    return re.search(rf"\b[A-Z]\w+ {name} [=:]", block) is not None


def main() -> int:
    """Compiles each block; 1 when one does not."""
    blocks = re.findall(r"```java\n(.*?)```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    classpath = f"target/classes:{(FOLDER / 'target/classpath.txt').read_text(encoding='utf-8').strip()}"
    with tempfile.TemporaryDirectory() as made:
        for number, block in enumerate(blocks):
            Path(made, f"Block{number}.java").write_text(program(f"Block{number}", block), encoding="utf-8")
        files = [str(path) for path in Path(made).glob("*.java")]
        command = ["javac", "-proc:none", "-nowarn", "-cp", classpath, "-d", made, *files]
        done = subprocess.run(command, cwd=FOLDER, check=False)
    print(f"{len(blocks)} blocks of README.md compile" if done.returncode == 0 else "README.md does not compile")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
