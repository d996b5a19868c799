# SPDX-License-Identifier: Apache-2.0
"""`work` apart from `serve`: it delivers, stops when told to, and what it had not begun another one sends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx
import pytest
from gateway_process import Gateway, free_port
from receivers import Receiver


@contextmanager
def running(command: list[str], environment: dict[str, str], log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is gone in the end, whatever the test finds."""
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("worker", ["gevent", "gthread"])
def test_work_delivers_beside_a_gateway_without_background(tmp_path: Path, worker: str) -> None:
    port, environment = free_port(), os.environ | {"RINGSIDE_WORKER": worker}
    folder = ["--data-dir", str(tmp_path)]
    command = [sys.executable, "-m", "ringside_gateway"]
    serve = [*command, "serve", "--no-background", "--port", str(port), *folder]
    with (tmp_path / "log").open("wb") as log, Receiver() as receiver, running(serve, environment, log) as serving:
        gateway = Gateway(tmp_path)
        deadline = time.monotonic() + 60
        while not gateway.env_file.exists():
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.05)
        headers = {"Authorization": f"Bearer {gateway.key}"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1", headers=headers, timeout=30) as api:
            api.post("/webhook_endpoints", json={"url": receiver.url, "events": ["customer.created"]})
            api.post("/customers", json={"external_id": "before"})
            time.sleep(0.6)
            assert receiver.received == []
            for name in ("during", "again"):
                with running([*command, "work", *folder], environment, log) as working:
                    api.post("/customers", json={"external_id": name})
                    receiver.wait(2 if name == "during" else 3)
                    time.sleep(0.3)
                    working.send_signal(signal.SIGTERM)
                    assert working.wait(timeout=30) == 0
        serving.terminate()
        serving.wait(timeout=60)
    assert len({received.event["id"] for received in receiver.received}) == len(receiver.received) == 3
