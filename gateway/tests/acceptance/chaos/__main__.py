# SPDX-License-Identifier: Apache-2.0
"""`make -C gateway chaos SEEDS=50 DATABASE=sqlite`: a line a seed, breaches below it; CHAOS_SEED=n replays one."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from chaos.battle import fight
from chaos.databases import PostgresCluster, SqliteFile
from chaos.plan import LONG, SQLITE, plan


def main() -> int:
    """1 when any seed found a breach."""
    # A run that is stopped tidies up: gateways, cluster, disk.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    database = os.environ.get("DATABASE") or SQLITE
    only = os.environ.get("CHAOS_SEED")
    first, count = int(os.environ.get("FIRST") or 1), int(os.environ.get("SEEDS") or 50)
    seeds = [int(only)] if only else range(first, first + count)
    failed = []
    for seed in seeds:
        # An ordinary user must be able to enter it, for PostgreSQL does not run as root.
        folder = Path(tempfile.mkdtemp(prefix=f"ringside-chaos-{seed}-"))
        folder.chmod(0o755)
        under_fire = SqliteFile(folder) if database == SQLITE else PostgresCluster(folder)
        try:
            verdict = fight(plan(seed, database, LONG), folder, under_fire)
        finally:
            under_fire.close()
        print(verdict, flush=True)
        if verdict.breaches:
            failed.append(seed)
            print(f"  logs in {folder}; again: make -C gateway chaos DATABASE={database} CHAOS_SEED={seed}", flush=True)
    print(f"{len(seeds) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
