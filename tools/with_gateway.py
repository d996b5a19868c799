# SPDX-License-Identifier: Apache-2.0
"""Runs a command with a fresh gateway beside it: `python tools/with_gateway.py make -C sdk-python test`.

The command finds FC_API_KEY, FC_BASE_URL and RINGSIDE_TEST_GATEWAY (the base URL) in its environment. The gateway
listens on a free loopback port, believes proxies on this machine, keeps its data in a temporary folder and is stopped
in the end.
"""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READY_S = 30
PORTS = (12_000, 20_000)


def free_port() -> int:
    """A port nobody listens on right now, below the range outgoing connections take theirs from."""
    while True:
        port = random.randrange(*PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def started(folder: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    """A gateway that is ready, and what its dev.env says."""
    command = [sys.executable, "-m", "ringside_gateway", "serve", "--port", str(free_port()), "--data-dir", str(folder)]
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    kept["RINGSIDE_TRUSTED_PROXIES"] = "127.0.0.1"
    with (folder / "gateway.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=kept)
    deadline = time.monotonic() + READY_S
    while not (folder / "dev.env").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            sys.exit("the gateway did not start:\n" + (folder / "gateway.log").read_text())
        time.sleep(0.05)
    lines = (folder / "dev.env").read_text().splitlines()
    found = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    return process, found | {"RINGSIDE_TEST_GATEWAY": found["FC_BASE_URL"]}


def main() -> int:
    """Starts, runs, stops."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        process, found = started(Path(folder))
        try:
            # Files stay open: make hands its jobserver on in them.
            return subprocess.run(sys.argv[1:], env=os.environ | found, check=False, close_fds=False).returncode
        finally:
            process.terminate()
            process.wait(timeout=90)


if __name__ == "__main__":
    sys.exit(main())
