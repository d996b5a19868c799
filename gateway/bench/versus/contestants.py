# SPDX-License-Identifier: Apache-2.0
"""The gateways that are compared, each started as its makers say, with two processes in front of the same provider."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from versus.tools import LITELLM_BIN, PORTKEY_FOLDER

PROCESSES = 2
READY_S = 600
UPSTREAM = "127.0.0.1:7801"


@dataclass(slots=True)
class Contestant:
    """One gateway: how it is started and how it is called. `addresses` has one for each port it listens on."""

    name: str
    addresses: Sequence[str]
    commands: Callable[[Path], Sequence[tuple[Sequence[str], Path, dict[str, str]]]]
    model: str = "gpt-4o-mini"
    headers: dict[str, str] = field(default_factory=dict)
    ready_path: str | None = None
    prepare: Callable[[Contestant], None] | None = None
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ringside-bench-")))
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started_s: float = 0.0

    def start(self) -> None:
        """Starts and waits for the first good answer; notes how long that took."""
        began = time.monotonic()
        log = (self.folder / "log").open("ab")
        for command, cwd, environment in self.commands(self.folder):
            variables = {name: value for name, value in os.environ.items() if not name.startswith("RINGSIDE_")}
            self.processes.append(
                subprocess.Popen(
                    command, cwd=cwd, env=variables | environment, stdout=log, stderr=log, start_new_session=True
                )
            )
        if self.ready_path is not None:
            self._until(lambda address: httpx.get(f"http://{address}{self.ready_path}", timeout=5), began)
            self.started_s = time.monotonic() - began
            assert self.prepare is not None
            self.prepare(self)
        self._until(self.call, began)
        self.started_s = self.started_s or time.monotonic() - began

    def call(self, address: str) -> httpx.Response:
        """One JSON call."""
        return httpx.post(
            f"http://{address}/v1/chat/completions", content=self.body("Hello"), headers=self.headers, timeout=30
        )

    def body(self, content: str, *, stream: bool = False) -> str:
        """A chat body."""
        fields = {"model": self.model, "messages": [{"role": "user", "content": content}], "max_tokens": 64}
        return json.dumps(fields | ({"stream": True} if stream else {}), separators=(",", ":"))

    def family(self) -> list[psutil.Process]:
        """All its processes."""
        found = []
        for process in self.processes:
            parent = psutil.Process(process.pid)
            found += [parent, *parent.children(recursive=True)]
        return found

    def cpu_s(self) -> float:
        """CPU its processes have used."""
        return sum(times.user + times.system for times in (process.cpu_times() for process in self.family()))

    def memory_mb(self) -> float:
        """Memory of its processes, shared pages counted once."""
        return sum(process.memory_full_info().pss for process in self.family()) / 1e6

    def stop(self) -> None:
        """Ends it for good."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()

    def _until(self, ask: Callable[[str], httpx.Response], began: float) -> None:
        for address in self.addresses:
            while True:
                try:
                    if ask(address).status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                if time.monotonic() - began > READY_S:
                    said = (self.folder / "log").read_text(errors="replace")[-1500:]
                    raise TimeoutError(f"{self.name} gave no good answer in {READY_S} s:\n{said}")
                time.sleep(0.05)


def ringside(name: str, port: int, **variables: str) -> Contestant:
    """Ours, with everything on: key, validation, four limits, holds, ledger."""
    environment = {
        "RINGSIDE_WORKERS": str(PROCESSES),
        "RINGSIDE_LOG_LEVEL": "warning",
        "OPENAI_API_KEY": "sk-bench",
        "RINGSIDE_PROVIDER_OPENAI_BASE_URL": f"http://{UPSTREAM}/v1",
        **variables,
    }
    program = str(Path(sys.executable).with_name("ringside-gateway"))

    def commands(folder: Path) -> Sequence[tuple[Sequence[str], Path, dict[str, str]]]:
        return [([program, "serve", "--port", str(port), "--data-dir", str(folder)], folder, environment)]

    def prepare(contestant: Contestant) -> None:
        command = [program, "keys", "create", "--live", "--data-dir", str(contestant.folder)]
        made = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
        key = next(word for word in made.stdout.split() if word.startswith("sk_live_"))
        contestant.headers = {"Authorization": f"Bearer {key}", "FC-Customer": "bench"}

    return Contestant(name, [f"127.0.0.1:{port}"], commands, "fc:openai/gpt-4o-mini", {}, "/readyz", prepare)


def litellm() -> Contestant:
    """LiteLLM's proxy with a master key and no database."""
    config = {
        "model_list": [
            {
                "model_name": "gpt-4o-mini",
                "litellm_params": {
                    "model": "openai/gpt-4o-mini",
                    "api_base": f"http://{UPSTREAM}/v1",
                    "api_key": "sk-bench",
                },
            }
        ],
        "general_settings": {"master_key": "sk-bench"},
    }

    def commands(folder: Path) -> Sequence[tuple[Sequence[str], Path, dict[str, str]]]:
        (folder / "config.yaml").write_text(json.dumps(config))  # JSON is YAML, too
        options = ["--config", "config.yaml", "--port", "7820", "--num_workers", str(PROCESSES)]
        # Its workers take long to import; on a busy machine uvicorn would kill them before they are done.
        options += ["--timeout_worker_healthcheck", "120"]
        return [([str(LITELLM_BIN), *options], folder, {"LITELLM_LOG": "ERROR", "LITELLM_MODE": "PRODUCTION"})]

    headers = {"Authorization": "Bearer sk-bench"}
    return Contestant("LiteLLM proxy", ["127.0.0.1:7820"], commands, headers=headers)


def portkey() -> Contestant:
    """Portkey's gateway: two processes on two ports, for it has no workers; no authentication, no billing."""
    ports = [7830 + number for number in range(PROCESSES)]
    trusted = {"TRUSTED_CUSTOM_HOSTS": "127.0.0.1,localhost", "NODE_ENV": "production"}

    def commands(folder: Path) -> Sequence[tuple[Sequence[str], Path, dict[str, str]]]:
        return [
            (["node", "build/start-server.js", f"--port={port}", "--headless"], PORTKEY_FOLDER, trusted)
            for port in ports
        ]

    headers = {
        "Authorization": "Bearer sk-bench",
        "Content-Type": "application/json",
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": f"http://{UPSTREAM}/v1",
    }
    return Contestant("Portkey gateway", [f"127.0.0.1:{port}" for port in ports], commands, headers=headers)
