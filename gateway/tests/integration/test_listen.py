# SPDX-License-Identifier: Apache-2.0
"""`listen` beside a running gateway: events in the terminal, and signed at the program it forwards to."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from gateway_process import Gateway
from receivers import OK, Receiver, answer
from ringside import webhooks
from wire import chat, refused

COMMAND = [sys.executable, "-m", "ringside_gateway", "listen", "--forward-to"]


class Terminal:
    """The command at work; `lines` is what it printed."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self.process.stdout is not None
        self.lines: list[str] = []
        self.ready = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        assert self.ready.wait(60), self.lines

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if line.startswith("time"):
                self.ready.set()

    def wait_for(self, text: str) -> None:
        """Until some line holds this."""
        for _ in range(200):
            if any(text in line for line in self.lines):
                return
            threading.Event().wait(0.05)
        raise AssertionError(self.lines)

    @property
    def secret(self) -> str:
        return self.lines[0].removeprefix("export FC_WEBHOOK_SECRET=")


@pytest.fixture
def listen(gateway: Gateway) -> Iterator[Callable[..., Terminal]]:
    running: list[Terminal] = []

    def begin(*arguments: str) -> Terminal:
        running.append(Terminal(*arguments, "--data-dir", str(gateway.folder)))
        return running[-1]

    yield begin
    for terminal in running:
        terminal.process.terminate()
        terminal.process.wait(timeout=10)


def test_live_events_are_forwarded_signed_and_shown(api: httpx.Client, listen: Callable[..., Terminal]) -> None:
    answers = [[answer(500)]]
    with Receiver(lambda _: answers.pop() if answers else [OK]) as receiver:
        terminal = listen(receiver.url, "--events", "chat.completion.finished", "--events", "customer.created")
        name = uuid.uuid4().hex
        customer = api.post("/customers", json={"external_id": name}).json()["id"]
        api.patch(f"/customers/{customer}", json={"name": "not asked for"})
        api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer})

        def mine() -> list[Any]:
            return [r for r in receiver.received if customer in str(r.event["data"]["object"])]

        receiver.wait(2)
        kinds = [received.event["type"] for received in mine()]
        assert kinds == ["customer.created", "chat.completion.finished"]
        for received in mine():
            event = webhooks.verify(received.body, received.headers, secret=terminal.secret)
            assert received.headers["webhook-id"] == event.id
        shown = [line for line in terminal.lines if "evt_" in line]
        assert "500" in shown[0]
        assert "customer.created" in shown[0]


def test_a_receiver_that_is_not_there_is_shown_as_such(api: httpx.Client, listen: Callable[..., Terminal]) -> None:
    with Receiver() as receiver:
        url = receiver.url
    terminal = listen(url)
    api.post("/customers", json={"external_id": uuid.uuid4().hex})
    terminal.wait_for("refused")


def test_what_fails_for_a_delivery_fails_here_no_redirect_is_followed_and_no_proxy_asked(
    api: httpx.Client, listen: Callable[..., Terminal], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Receiver() as elsewhere, Receiver() as proxy, Receiver(lambda _: [moved]) as receiver:
        moved = answer(302, Location=elsewhere.url)
        for name in ("http_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.setenv("no_proxy", f"127.0.0.1:{api.base_url.port}")
        terminal = listen(receiver.url, "--events", "customer.created")
        api.post("/customers", json={"external_id": uuid.uuid4().hex})
        receiver.wait(1, within_s=10)
        terminal.wait_for("302")
        assert (elsewhere.connections, proxy.connections) == (0, 0)


def test_a_gateway_that_sends_elsewhere_does_not_get_the_key_sent_after_it(tmp_path: Any) -> None:
    with Receiver() as elsewhere, Receiver(lambda _: [answer(302, Location=elsewhere.url)]) as gateway:
        options = ["--api-key", "sk_test_x", "--base-url", f"http://127.0.0.1:{gateway.port}/v1"]
        command = [*COMMAND, "http://127.0.0.1:1/", "--data-dir", str(tmp_path), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
        assert (done.returncode, "it answered 302" in done.stderr) == (1, True)
        assert elsewhere.connections == 0


def test_without_a_gateway_it_says_what_to_do(tmp_path: Any) -> None:
    command = [*COMMAND, "http://127.0.0.1:1/", "--data-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 1
    assert "set FC_API_KEY and FC_BASE_URL" in done.stderr
    options = ["--api-key", "sk_test_x", "--base-url", "http://127.0.0.1:9/v1"]
    away = subprocess.run([*command, *options], capture_output=True, text=True, timeout=30, check=False)
    assert (away.returncode, "cannot read events" in away.stderr) == (1, True)


def test_events_are_listed_newest_first_and_by_type(api: httpx.Client) -> None:
    customer = api.post("/customers", json={"external_id": uuid.uuid4().hex}).json()
    api.patch(f"/customers/{customer['id']}", json={"name": "x"})
    newest = api.get("/events", params={"limit": 100}).json()["data"]
    mine = [event for event in newest if event["data"]["object"].get("id") == customer["id"]]
    assert [event["type"] for event in mine] == ["customer.updated", "customer.created"]
    assert mine[1]["data"]["object"] == customer
    only = api.get("/events", params={"type": "customer.created"}).json()["data"]
    assert {event["type"] for event in only} == {"customer.created"}
    before = api.get("/events", params={"before": mine[1]["id"]}).json()["data"]
    assert mine[0] in before
    refused(api.get("/events", params={"after": "evt_nope"}), 400, "invalid_cursor", "after")
