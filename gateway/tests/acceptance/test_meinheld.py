# SPDX-License-Identifier: Apache-2.0
"""meinheld only starts on its conditions, and says which one is missing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ringside_gateway.worker_meinheld import missing_condition
from worker_kinds import environment


def refusal(tmp_path: Path, *options: str, **variables: str) -> str:
    """What `serve --worker meinheld` says before it gives up."""
    command = [sys.executable, "-m", "ringside_gateway", "serve", "--worker", "meinheld", "--data-dir", str(tmp_path)]
    done = subprocess.run(
        [*command, "--port", "0", *options], env=os.environ | variables, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1, done.stderr
    return done.stderr


def test_without_a_normalising_proxy_it_refuses(tmp_path: Path) -> None:
    assert "behind_normalising_proxy = true" in refusal(tmp_path)


def test_without_the_package_it_says_how_to_build_it(tmp_path: Path) -> None:
    said = refusal(tmp_path, RINGSIDE_BEHIND_NORMALISING_PROXY="true")
    assert "needs the package meinheld" in said
    assert "build_meinheld.sh" in said


def test_built_for_another_greenlet_it_fails_its_self_test(tmp_path: Path) -> None:
    package = tmp_path / "meinheld"
    package.mkdir()
    (package / "__init__.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    said = refusal(tmp_path, RINGSIDE_BEHIND_NORMALISING_PROXY="true", PYTHONPATH=str(tmp_path))
    assert "fails its self-test (signal 11" in said


def test_on_ipv6_it_refuses() -> None:
    assert "IPv4 only" in (missing_condition(True, "::1") or "")


def test_with_every_condition_met_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = environment("meinheld")["PYTHONPATH"]
    monkeypatch.setenv("PYTHONPATH", folder)
    monkeypatch.syspath_prepend(folder)
    assert missing_condition(True, "127.0.0.1") is None
