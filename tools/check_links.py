# SPDX-License-Identifier: Apache-2.0
"""Every relative link in every Markdown file leads to a file that exists, and every anchor to a heading."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from check_sizes import ROOT, tracked

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors GitHub makes of a page's headings."""
    slugs = (re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in _HEADING.findall(text))
    return set(slugs)


def broken(path: Path) -> list[str]:
    """The page's links that lead nowhere."""
    text = _FENCE.sub("", (ROOT / path).read_text(encoding="utf-8"))
    found = []
    for link in _LINK.findall(text):
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (ROOT / path.parent / target) if target else ROOT / path
        if not file.exists():
            found.append(f"{path}: {link}: no such file")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
            found.append(f"{path}: {link}: no such heading")
    return found


def main() -> int:
    """Prints every broken link; 1 when there is one."""
    problems = [line for path in tracked() if path.suffix == ".md" for line in broken(path)]
    print("\n".join(problems) or "links: all lead somewhere")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
