# SPDX-License-Identifier: Apache-2.0
"""Tests for which something is missing on this machine."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

#: Set by .ci/run: there a test that cannot run has failed.
EVERYTHING = bool(os.environ.get("RINGSIDE_TEST_EVERYTHING"))


def leave_out(missing: str) -> NoReturn:
    """Skips the test for want of what is named, and fails it where nothing may be left out."""
    if EVERYTHING:
        pytest.fail(f"{missing} (RINGSIDE_TEST_EVERYTHING is set)")
    pytest.skip(missing)
