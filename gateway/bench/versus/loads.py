# SPDX-License-Identifier: Apache-2.0
"""Load on one gateway: JSON calls by wrk, streams by our own client; both report what really arrived."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from versus.contestants import Contestant
from versus.tools import LOAD

_SCRIPT = Path(__file__).with_name("calls.lua")
_UNITS_MS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True, slots=True)
class Calls:
    """What wrk saw. Latencies in milliseconds; `cpu_ms` is what the gateway's processes used for one call."""

    per_s: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    failed: int


def calls(contestant: Contestant, concurrency: int, seconds: float, customers: int = 0) -> Calls:
    """JSON calls; `customers` above 0 spreads them over so many."""
    threads = len(contestant.addresses)
    before = contestant.cpu_s() if contestant.processes else 0.0
    printed = _wrk(contestant, concurrency, threads, seconds, customers)
    used = contestant.cpu_s() - before if contestant.processes else 0.0
    total = int(_found(r"(\d+) requests in", printed))
    failed = sum(int(number) for number in re.findall(r"Non-2xx or 3xx responses: (\d+)", printed))
    failed += sum(int(n) for line in re.findall(r"Socket errors: (.*)", printed) for n in re.findall(r"\d+", line))
    return Calls(
        float(_found(r"Requests/sec:\s+([\d.]+)", printed)),
        _milliseconds(_found(r"(?m)^\s+50%\s+(\S+)", printed)),
        _milliseconds(_found(r"(?m)^\s+99%\s+(\S+)", printed)),
        used / max(1, total) * 1000,
        failed,
    )


def streams(contestant: Contestant, count: int, seconds: float, wish: str) -> dict[str, float]:
    """Streams kept open at the same time, each followed by another; `wish` tells the provider how to send."""
    command: list[str | Path] = [LOAD, "streams", "-streams", str(count), "-seconds", str(seconds)]
    command += ["-body", contestant.body(f"bench {wish}", stream=True)]
    for name, value in contestant.headers.items():
        if name != "Content-Type":  # the client sends its own
            command += ["-header", f"{name}: {value}"]
    done = subprocess.run([*command, *contestant.addresses], check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def _wrk(contestant: Contestant, concurrency: int, threads: int, seconds: float, customers: int) -> str:
    lines = [f"{name}: {value}" for name, value in contestant.headers.items()]
    environment = {
        "BENCH_BODY": contestant.body("Hello there, how are you?"),
        "BENCH_HEADERS": "\n".join(lines),
        "BENCH_ADDRESSES": " ".join(contestant.addresses),
        "BENCH_CUSTOMERS": str(customers),
    }
    command: Sequence[str | Path] = [
        *(
            "wrk",
            f"-t{min(threads, concurrency)}",
            f"-c{concurrency}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "20s",
        ),
        *("--latency", "-s", _SCRIPT, f"http://{contestant.addresses[0]}/v1/chat/completions"),
    ]
    return subprocess.run(command, env=environment | _path(), check=True, capture_output=True, text=True).stdout


def _path() -> dict[str, str]:
    return {"PATH": "/usr/local/bin:/usr/bin:/bin"}


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None, f"wrk printed no {pattern}:\n{text}"
    return match[1]


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS_MS.get(unit, 60_000.0)
