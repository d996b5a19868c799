# SPDX-License-Identifier: Apache-2.0
"""Process start to first ready answer, from nothing: database, account and key are made each time. Target: 1.5 s."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "acceptance"))

from gateway_process import Gateway

ROUNDS = 7


def main() -> None:
    """Prints minimum, median and maximum in seconds."""
    took = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            gateway = Gateway(Path(folder))
            began = time.perf_counter()
            gateway.start()
            took.append(time.perf_counter() - began)
            gateway.kill()
    low, middle, high = min(took), statistics.median(took), max(took)
    print(f"start to first ready answer   min {low:.2f} s   median {middle:.2f} s   max {high:.2f} s")


if __name__ == "__main__":
    main()
