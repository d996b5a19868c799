# SPDX-License-Identifier: Apache-2.0
"""One noun, one stem, everywhere: a noun of the spec has its file in every layer that serves it.

A noun is a folder under spec/resources. Those our SDKs own (`x-ringside-sdk: own`) must be in all four SDKs too.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from check_sizes import ROOT, tracked

#: Where a noun's file must be, by layer; `{stem}` is compared without case and separators.
LAYERS = {
    "gateway": "gateway/src/ringside_gateway/http/resources/",
    "docs": "docs/reference/api/",
}
SDKS = {
    "sdk-python": "sdk-python/src/ringside/_generated/resources/",
    "sdk-typescript": "sdk-typescript/src/generated/resources/",
    "sdk-go": "sdk-go/",
    "sdk-java": "sdk-java/src/generated/java/pro/fightclub/ringside/resources/",
}


def stem(name: str) -> str:
    """A file name without suffixes, case and separators."""
    return re.sub(r"[^a-z0-9]", "", name.split(".")[0].lower())


def nouns() -> dict[str, bool]:
    """Each noun of the spec, and whether our SDKs own an operation of it."""
    found = {}
    for folder in sorted((ROOT / "spec/resources").iterdir()):
        texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")]
        if texts:
            found[folder.name] = any("x-ringside-sdk: own" in text for text in texts)
    return found


def missing(files: list[Path]) -> list[str]:
    """The noun and layer of every file that is not there."""
    problems = []
    for noun, own in nouns().items():
        for layer, prefix in (LAYERS | SDKS if own else LAYERS).items():
            present = {stem(path.name) for path in files if str(path).startswith(prefix)}
            if stem(noun) not in present and layer_exists(prefix):
                problems.append(f"{noun}: no file in {prefix} ({layer})")
    return problems


def layer_exists(prefix: str) -> bool:
    """A layer that is not built yet owes nothing."""
    return (ROOT / prefix).is_dir()


def main() -> int:
    """Prints every noun that a layer lacks; 1 when there is one."""
    problems = missing(tracked())
    print("\n".join(problems) or "nouns: each has its file in every layer")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
