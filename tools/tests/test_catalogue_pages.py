# SPDX-License-Identifier: Apache-2.0
"""The reference of providers and models is what the catalogue says."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import catalogue_pages
from check_sizes import ROOT
from ringside_gateway.providers.registry import load_catalogue


def test_the_pages_are_current() -> None:
    for path, text in catalogue_pages.pages(load_catalogue(today=lambda: catalogue_pages.DAY)).items():
        stale = "run `make docs`: the catalogue has changed"
        assert (ROOT / path).read_text(encoding="utf-8") == text, stale
