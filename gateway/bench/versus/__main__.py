# SPDX-License-Identifier: Apache-2.0
"""Ours on both databases, LiteLLM and Portkey before the same cheap provider, in interleaved rounds: one table.

BENCH_ROUNDS and BENCH_SECONDS set how long; RINGSIDE_TEST_POSTGRES_URL (from `make services`) adds PostgreSQL.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from versus import growth
from versus.contestants import UPSTREAM, Contestant, litellm, portkey, ringside
from versus.loads import Calls, calls, streams
from versus.report import print_table
from versus.tools import LOAD, install

ROUNDS, SECONDS = int(os.environ.get("BENCH_ROUNDS", "3")), float(os.environ.get("BENCH_SECONDS", "5"))
STREAMS, LIVE_STREAMS = 500, 2000
Figures = dict[str, dict[str, float]]


def main() -> None:
    """Installs, measures, prints."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # tidies up
    install()
    upstream = subprocess.Popen([LOAD, "upstream", UPSTREAM])
    contestants = [ringside("Ringside, SQLite", 7811), *_on_postgresql(), litellm(), portkey()]
    figures: Figures = defaultdict(dict)
    try:
        for contestant in contestants:
            contestant.start()
            figures[contestant.name]["start, s"] = contestant.started_s
            _say(f"{contestant.name} started in {contestant.started_s:.1f} s")
        _throughput(contestants, figures)
        _latency(contestants, figures)
        for contestant in contestants[:-2]:
            _customers(contestant, figures)
        growth.measure(contestants[0], figures, SECONDS)
        _live_streams(contestants[0], figures)
    finally:
        for contestant in contestants:
            contestant.stop()
        upstream.kill()
        print_table(figures)


def _on_postgresql() -> list[Contestant]:
    url = os.environ.get("RINGSIDE_TEST_POSTGRES_URL")
    if url is None:
        _say("no PostgreSQL: run `make services` and source build/services/env")
        return []
    name = "ringside_bench"
    for command in ("dropdb --if-exists", "createdb"):
        subprocess.run([*command.split(), "--maintenance-db", url, name], check=True)
    return [ringside("Ringside, PostgreSQL", 7812, RINGSIDE_DATABASE_URL=url.rpartition("/")[0] + f"/{name}")]


def _throughput(contestants: list[Contestant], figures: Figures) -> None:
    """Rounds in turn, so that a slow moment of the machine meets everybody; medians."""
    rounds: dict[str, list[Calls]] = defaultdict(list)
    events: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS):
        for contestant in contestants:
            _quiet(contestants)
            calls(contestant, 8, 1)  # warm again
            found = calls(contestant, 32, SECONDS)
            streamed = streams(contestant, STREAMS, SECONDS, "events=200 pause_ms=0")
            rounds[contestant.name].append(found)
            events[contestant.name].append(streamed["events_per_s"])
            _say(
                f"round {number + 1}, {contestant.name}: {found.per_s:.0f} calls/s ({found.failed} failed), "
                f"{streamed['events_per_s']:.0f} events/s ({streamed['broken']} broken)"
            )
    for contestant in contestants:
        found_rounds, row = rounds[contestant.name], figures[contestant.name]
        row["JSON calls/s"] = statistics.median(found.per_s for found in found_rounds)
        row["CPU a call, ms"] = statistics.median(found.cpu_ms for found in found_rounds)
        row[f"SSE events/s, {STREAMS} streams"] = statistics.median(events[contestant.name])
        row["memory after it, MB"] = contestant.memory_mb()
        row["failed calls"] = sum(found.failed for found in found_rounds)


def _quiet(contestants: list[Contestant]) -> None:
    """Waits until nobody works any more on streams whose clients have left: the next one shall have the machine."""
    for _ in range(60):
        before = sum(contestant.cpu_s() for contestant in contestants)
        time.sleep(0.5)
        if sum(contestant.cpu_s() for contestant in contestants) - before < 0.05:
            return


def _latency(contestants: list[Contestant], figures: Figures) -> None:
    direct = Contestant("the provider itself", [UPSTREAM], lambda _: [])
    for concurrency in (1, 16):
        _quiet(contestants)
        own = calls(direct, concurrency, SECONDS / 2)
        for contestant in contestants:
            calls(contestant, concurrency, 1)  # warm again
            found, row = calls(contestant, concurrency, SECONDS / 2), figures[contestant.name]
            row[f"added p50 at {concurrency}, ms"] = found.p50_ms - own.p50_ms
            row[f"added p99 at {concurrency}, ms"] = found.p99_ms - own.p99_ms
        _say(f"latency at concurrency {concurrency} measured")


def _customers(contestant: Contestant, figures: Figures) -> None:
    """One customer against a thousand; the thousand are made before they are measured."""
    row = figures[contestant.name]
    calls(contestant, 32, SECONDS, customers=1000)
    spread = calls(contestant, 32, SECONDS, customers=1000).per_s
    row["1,000 customers, calls/s"] = spread
    row["one hot customer against them, %"] = calls(contestant, 32, SECONDS, customers=1).per_s / spread * 100
    _say(f"{contestant.name}: one customer against a thousand measured")


def _live_streams(contestant: Contestant, figures: Figures) -> None:
    """Memory while so many streams are open that move slowly, as a model writes."""
    seen: list[float] = []
    seconds = 3 * SECONDS

    def look() -> None:
        while time.monotonic() < until:
            seen.append(contestant.memory_mb())
            time.sleep(0.5)

    until = time.monotonic() + seconds
    watching = threading.Thread(target=look)
    watching.start()
    found = streams(contestant, LIVE_STREAMS, seconds, "events=600 pause_ms=1000")
    watching.join()
    figures[contestant.name][f"memory at {LIVE_STREAMS} live streams, MB"] = max(seen)
    _say(f"{LIVE_STREAMS} live streams: {found['broken']:.0f} broken, {max(seen):.0f} MB")


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


if __name__ == "__main__":
    main()
