# SPDX-License-Identifier: Apache-2.0
"""CPU of a chat call through Ringside beside the bare OpenAI client, against a loopback server, in turns."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from openai import OpenAI
from replies import answer
from scripted_server import ScriptedServer

from ringside import Ringside

CALLS, WARM_UP = 1_500, 100
REPLY = answer({"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": []})


def cpu_us(client: Any, server: ScriptedServer) -> float:
    """Microseconds of this thread's CPU for one call."""
    server.script(REPLY)
    began = time.thread_time_ns()
    client.chat.completions.create(model="slot:fast", messages=[{"role": "user", "content": "Hello"}])
    return (time.thread_time_ns() - began) / 1000


def main() -> None:
    """Prints both medians and the difference; the clients take turns, so that noise meets both alike."""
    server = ScriptedServer()
    clients = {
        "openai": OpenAI(api_key="sk_test_x", base_url=server.base_url, default_headers={"FC-Customer": "cus_1"}),
        "ringside": Ringside(api_key="sk_test_x", base_url=server.base_url, customer="cus_1"),
    }
    times: dict[str, list[float]] = {name: [] for name in clients}
    for number in range(WARM_UP + CALLS):
        for name, client in clients.items():
            took = cpu_us(client, server)
            if number >= WARM_UP:
                times[name].append(took)
    bare, ours = (statistics.median(values) for values in times.values())
    print(f"openai {bare:.0f} µs, ringside {ours:.0f} µs of CPU a call: {ours / bare - 1:+.1%}")
    server.stop()


if __name__ == "__main__":
    main()
