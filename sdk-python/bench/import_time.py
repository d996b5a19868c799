# SPDX-License-Identifier: Apache-2.0
"""What `from ringside import Ringside` adds to `import openai`, by Python's own -X importtime; budget 30 ms."""

from __future__ import annotations

import subprocess
import sys

ROUNDS, BUDGET_MS = 7, 30.0
PROGRAMS = {
    "import openai": "import openai",
    "ringside behind it": "import openai; from ringside import Ringside, Model",
    "with a client and its resources": (
        "import openai; from ringside import Ringside; client = Ringside(api_key='sk_test_x');"
        "client.customers; client.usage; client.webhooks"
    ),
    "Model alone": "from ringside import Model",
}


def milliseconds(program: str, prefix: str) -> float:
    """Time spent in modules of this name themselves, without what they import; in all with an empty name."""
    command = [sys.executable, "-X", "importtime", "-c", program]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stderr.splitlines()
    rows = [line.removeprefix("import time:").split("|") for line in lines if line.startswith("import time:")]
    own = (int(took) for took, _, name in rows[1:] if name.strip().startswith(prefix))
    return sum(own) / 1000


def main() -> int:
    """Prints the best of all rounds, since other programs can only add; 1 when the budget is passed."""
    best: dict[str, float] = {}
    for name, program in PROGRAMS.items():
        prefix = "" if name == "import openai" else "ringside"
        best[name] = min(milliseconds(program, prefix) for _ in range(ROUNDS))
        print(f"{name:<34}{best[name]:8.1f} ms")
    return 1 if best["ringside behind it"] > BUDGET_MS else 0


if __name__ == "__main__":
    sys.exit(main())
