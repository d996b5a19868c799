# SPDX-License-Identifier: Apache-2.0
"""Every webhook recipe gets a delivery from a real gateway, and one that is not genuine.

Needs FC_API_KEY and FC_BASE_URL of a gateway in test mode on this machine. A recipe without its tools is skipped, but
fails where RINGSIDE_TEST_EVERYTHING is set, as in CI.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

HERE = Path(__file__).parent
JAVA = HERE.parent.parent / "sdk-java"
CLASSPATH = HERE / ".deps/java.classpath"
GO_BINARY = HERE / ".bin/net-http"
NEXT = HERE / "node_modules/.bin/next"


def java() -> list[str]:
    """The command, with the SDK as it was compiled and the frameworks as `setup` resolved them."""
    libraries = CLASSPATH.read_text(encoding="utf-8").strip() if CLASSPATH.exists() else ""
    return ["java", "-cp", f"{JAVA / 'target/classes'}:{libraries}", "Receiver.java"]


#: The recipe's folder, its command there, and what must exist for it to run.
RECIPES = {
    "flask": ([sys.executable, "app.py"], HERE / ".deps/flask"),
    "fastapi": ([sys.executable, "app.py"], HERE / ".deps/fastapi"),
    "express": (["node", "server.mjs"], HERE / "node_modules/@ringside/sdk/dist/webhooks.mjs"),
    "hono": (["node", "server.mjs"], HERE / "node_modules/@ringside/sdk/dist/webhooks.mjs"),
    "nextjs": ([str(NEXT), "start"], HERE / "webhooks-nextjs/.next/BUILD_ID"),
    "net-http": ([str(GO_BINARY)], GO_BINARY),
    "servlet": (java(), JAVA / "target/classes/pro"),
    "spring": (java(), JAVA / "target/classes/pro"),
}


@pytest.fixture
def api() -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {os.environ['FC_API_KEY']}"}
    with httpx.Client(base_url=os.environ["FC_BASE_URL"], headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int, process: subprocess.Popen[str], within_s: float = 120) -> None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        assert process.poll() is None, process.stdout and process.stdout.read()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the recipe does not listen")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_takes_a_genuine_delivery_and_refuses_others(recipe: str, api: httpx.Client, port: int) -> None:
    command, needed = RECIPES[recipe]
    if not needed.exists() or shutil.which(command[0]) is None:
        left_out = pytest.fail if os.environ.get("RINGSIDE_TEST_EVERYTHING") else pytest.skip
        left_out(f"{needed.name} is not here")
    url = f"http://127.0.0.1:{port}/hook"
    made = api.post("/webhook_endpoints", json={"url": url, "events": ["wallet.low"]}).json()
    environment = os.environ | {"PORT": str(port), "FC_WEBHOOK_SECRET": made["secret"]}
    environment["PYTHONPATH"] = f"{HERE / '.deps'}"
    process = subprocess.Popen(
        command,
        cwd=HERE / f"webhooks-{recipe}",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    try:
        listening(port, process)
        assert process.stdout is not None
        threading.Thread(target=lambda: lines.extend(process.stdout or ()), daemon=True).start()
        event = api.post(f"/webhook_endpoints/{made['id']}/test", json={}).json()["event"]
        deadline = time.monotonic() + 60
        while not any(f"received {event}" in line for line in lines):
            assert time.monotonic() < deadline, lines
            time.sleep(0.05)
        assert httpx.post(url, json={"id": "evt_1"}).status_code == 400
        forged = httpx.post(url, json={"id": "evt_1"}, headers={"X-FC-Signature": f"t=1,v1={'0' * 64}"})
        assert (forged.status_code, "no_match" in forged.text) == (400, True)
    finally:
        process.kill()
        process.wait()
        api.delete(f"/webhook_endpoints/{made['id']}")
