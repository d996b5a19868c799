# SPDX-License-Identifier: Apache-2.0
"""Compiles every Go block of README.md, with what the text around it has introduced."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
#: What a block may use: by the word that shows it does, the import.
IMPORTS = {
    "context.": "context",
    "errors.": "errors",
    "fmt.": "fmt",
    "http.": "net/http",
    "io.": "io",
    "log.": "log",
    "time.": "time",
    "ringside.": "github.com/fightclub/ringside-go",
    "openai.": "github.com/openai/openai-go/v3",
    "option.": "github.com/openai/openai-go/v3/option",
    "param.": "github.com/openai/openai-go/v3/packages/param",
}
#: What the text has introduced before a block, unless the block does so itself.
GIVEN = {
    "ctx": "context.Background()",
    "client": "new(ringside.Client)",
    "theirs": "new(ringside.Client)",
    "customer": "new(ringside.Customer)",
    "params": "openai.ChatCompletionNewParams{}",
    "writer": "http.ResponseWriter(nil)",
    "request": "new(http.Request)",
    "err": "error(nil)",
}


def program(block: str) -> str:
    """The block as a file that compiles when the block is right."""
    given = [name for name in GIVEN if uses(block, name) and not makes(block, name)]
    introduced = [f"\t{name} := {GIVEN[name]}" for name in given]
    made = [name for line in re.findall(r"^(\w+(?:, \w+)*) :=", block, re.MULTILINE) for name in line.split(", ")]
    # A block may stop before it has used what it made.
    used = [f"\t_ = {name}" for name in dict.fromkeys([*given, *made]) if name != "_"]
    body = "\n".join([*introduced, block, *used])
    paths = sorted({path for word, path in IMPORTS.items() if re.search(rf"\b{re.escape(word)}", body)})
    return (
        "package main\n\nimport (\n" + "".join(f'\t"{path}"\n' for path in paths) + f")\n\nfunc main() {{\n{body}\n}}\n"
    )


def uses(block: str, name: str) -> bool:
    """Whether the block mentions the variable."""
    return re.search(rf"(?<![.\w\"]){name}\b", block) is not None


def makes(block: str, name: str) -> bool:
    """Whether the block introduces the variable itself."""
    return re.search(rf"^[\w, ]*\b{name}\b[\w, ]*:=", block, re.MULTILINE) is not None


def main() -> int:
    """Vets each block; 1 when one does not compile."""
    blocks = re.findall(r"```go\n(.*?)```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix=".readme-") as made:
        for number, block in enumerate(blocks):
            folder = Path(made) / f"block{number}"
            folder.mkdir()
            (folder / "main.go").write_text(program(block), encoding="utf-8")
        packages = [f"./{Path(made).name}/block{number}" for number in range(len(blocks))]
        done = subprocess.run(["go", "vet", *packages], cwd=FOLDER, check=False)
    print(f"{len(blocks)} blocks of README.md compile" if done.returncode == 0 else "README.md does not compile")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
