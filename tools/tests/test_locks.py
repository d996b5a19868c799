# SPDX-License-Identifier: Apache-2.0
"""Lock files pin versions and digests, and say nothing of where somebody's machine finds packages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from check_sizes import ROOT, tracked

LOCKS = sorted(path for path in tracked() if path.suffix == ".lock" or path.name == "package-lock.json")
PLACES = ("--find-links", "--index-url", "--extra-index-url", "--trusted-host", '"resolved"')


@pytest.mark.parametrize("path", LOCKS, ids=str)
def test_a_lock_file_names_no_place(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert [place for place in PLACES if place in text] == []
    assert "hash=sha256:" in text or '"integrity": "sha' in text
