# SPDX-License-Identifier: Apache-2.0
"""What a gateway needs in its environment to run on one kind of worker; meinheld is built once and kept in build/."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

import pytest
from leave_outs import leave_out

#: The kind all integration tests of this run are for.
KIND = os.environ.get("RINGSIDE_TEST_WORKER") or "gevent"
#: Short, so that tests of slow clients and silent providers are quick.
LIMITS = {"RINGSIDE_BODY_DEADLINE_S": "2", "RINGSIDE_READ_TIMEOUT_S": "2"}
#: docs/how-to/run-with-meinheld.md lists both.
left_to_the_proxy = pytest.mark.skipif(KIND == "meinheld", reason="before meinheld a proxy refuses this")
needs_a_watch = pytest.mark.skipif(KIND == "meinheld", reason="meinheld notices a departure at the next write only")
_ROOT = Path(__file__).resolve().parents[3]


def environment(kind: str) -> dict[str, str]:
    """The variables; skips the test where meinheld cannot be built for want of a compiler."""
    if kind != "meinheld":
        return {"RINGSIDE_WORKER": kind}
    return {
        "RINGSIDE_WORKER": kind,
        "RINGSIDE_BEHIND_NORMALISING_PROXY": "true",
        "PYTHONPATH": str(meinheld_folder()),
    }


def meinheld_folder() -> Path:
    """Where meinheld lies, built for this Python and this greenlet."""
    name = f"{sys.implementation.cache_tag}-greenlet-{version('greenlet')}"
    built = _ROOT / "build" / "meinheld" / name
    if not (built / "meinheld").exists():
        header = Path(sysconfig.get_path("include"), "Python.h")
        if shutil.which("cc") is None or not header.exists():
            leave_out("meinheld cannot be built here: no C compiler, or no headers of Python")
        # Several test processes may build at once; the first to finish counts.
        unfinished = built.with_name(f"{name}.{os.getpid()}")
        script = _ROOT / "gateway" / "tools" / "build_meinheld.sh"
        subprocess.run([script, sys.executable, unfinished], check=True, capture_output=True)
        if not built.exists():
            unfinished.rename(built)
    return built
