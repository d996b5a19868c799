# SPDX-License-Identifier: Apache-2.0
"""A driver that breaks the protocol in one way: `python odd_driver.py WAY`."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def say(fields: dict[str, Any]) -> None:
    print(json.dumps(fields), flush=True)


def misbehave(way: str, number: int) -> None:
    """Once a case has begun."""
    if way == "crashes":
        os._exit(3)
    if way == "hangs":
        time.sleep(600)
    if way == "garbage":
        print("Segmentation fault (core dumped)", flush=True)
    if way == "no_kind":
        say({"id": number, "value": {}})
    if way == "unknown_kind":
        say({"id": number, "kind": "passed"})
    if way == "ends":
        sys.exit(0)
    if way == "own_bug":
        say({"id": number, "kind": "harness_error", "message": "KeyError: 'operation'"})
    if way == "unsupported":
        say({"id": number, "kind": "unsupported", "reason": "no such thing here"})


def main() -> None:
    way = sys.argv[1]
    if way == "does_not_start":
        sys.exit("no such SDK")
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["op"] == "hello":
            about = {"sdk": "odd", "language": "none", "version": "0", "host_version": "0", "capabilities": ["sync"]}
            say({"id": asked["id"], "kind": "value", "value": about})
        else:
            misbehave(way, asked["id"])


if __name__ == "__main__":
    main()
