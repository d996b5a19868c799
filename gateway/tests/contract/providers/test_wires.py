# SPDX-License-Identifier: Apache-2.0
"""Cases of one provider alone, replayed over a socket: what is sent, and exactly what its answer becomes.

Every file `recordings/<provider>/<case>.json` is a case; a new provider or case is a new file and nothing else.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import ScriptedUpstream
from .recordings import RECORDINGS, Fault, attempt, check_sent, client, played, raw, recording, scenarios

CASES = sorted(path for path in RECORDINGS.glob("*/*.json") if path.stem not in scenarios())


def names(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", CASES, ids=names)
@pytest.mark.parametrize("piece", [1 << 20, 7], ids=["in one piece", "seven bytes at a time"])
def test_a_recorded_exchange_gives_its_result(upstream: ScriptedUpstream, path: Path, piece: int) -> None:
    provider = path.parent.name
    case = recording(provider, path.stem)
    if case["answer"]:
        reply = raw(provider, case["answer"])
        upstream.answers([reply[start : start + piece] for start in range(0, len(reply), piece)])
    wanted = attempt(provider, case["model"], case["request"])
    got = played(client(provider, upstream.base), wanted)
    for shown in [got.get("body") or {}, *got.get("chunks", [])]:
        if abs(shown.get("created", 0) - time.time()) < 10:
            shown["created"] = "now"
    assert got == expected(case)
    check_sent(case, upstream.requests)


def expected(case: dict[str, Any]) -> dict[str, Any]:
    result = dict(case["result"])
    if "error" in result:
        result["error"] = Fault(result["error"])
    return result
