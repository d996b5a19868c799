# SPDX-License-Identifier: Apache-2.0
"""What each language makes of the torture spec, as it was last meant; the SDKs' own checks compile all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ringside_codegen.__main__ import outputs
from ringside_codegen.ir import Document

GOLDEN = Path(__file__).parent / "golden"
#: Where a language's files go.
ROOTS = {
    "go": "sdk-go",
    "python": "sdk-python/src/ringside/_generated",
    "typescript": "sdk-typescript/src/generated",
    "java": "sdk-java/src/generated/java/pro/fightclub/ringside",
}
FILES = [path.relative_to(GOLDEN) for path in sorted(GOLDEN.glob("*/**/*")) if path.is_file()]


@pytest.fixture(scope="module")
def made(torture: Document) -> dict[str, str]:
    """Everything that is written of the torture spec, by path."""
    return {path: file.content for path, file in outputs(torture, list(ROOTS)).items()}


def test_every_language_has_golden_files() -> None:
    assert {path.parts[0] for path in FILES} == set(ROOTS)


@pytest.mark.parametrize("path", FILES, ids=str)
def test_the_torture_spec_is_written_as_the_golden_files(made: dict[str, str], path: Path) -> None:
    name = "/".join((ROOTS[path.parts[0]], *path.parts[1:]))
    assert made[name] == (GOLDEN / path).read_text(encoding="utf-8"), f"if this is meant, write it to {GOLDEN / path}"
