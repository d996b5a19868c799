# SPDX-License-Identifier: Apache-2.0
"""A process that is forked from one which has imported everything: `python forked.py SOCKET NAME` asks for it.

The asking process hands over its standard streams and its environment, and lives as long as what was forked for it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from collections.abc import Callable


def serve(path: str, run: Callable[[str], None]) -> None:
    """Forks for whoever connects to the socket at this path, and runs there what was asked for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen(64)
        while True:
            asking, _ = listening.accept()
            with asking:
                text, streams, _, _ = socket.recv_fds(asking, 1 << 16, 3)
                if os.fork() == 0:
                    _become(streams, *json.loads(text), run)
                for stream in streams:
                    os.close(stream)


def _become(streams: list[int], name: str, environment: dict[str, str], run: Callable[[str], None]) -> None:
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    try:
        run(name)
    finally:
        os._exit(0)


def ask(path: str, name: str) -> None:
    """Returns when what was forked has ended."""
    with socket.socket(socket.AF_UNIX) as connected:
        connected.connect(path)
        socket.send_fds(connected, [json.dumps([name, dict(os.environ)]).encode()], [0, 1, 2])
        connected.recv(1)


if __name__ == "__main__":
    ask(sys.argv[1], sys.argv[2])
