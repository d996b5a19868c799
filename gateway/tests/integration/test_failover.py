# SPDX-License-Identifier: Apache-2.0
"""Fall-back over real sockets: three providers of the operator's own, each added by a file, that fail as told."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from gateway_process import Gateway
from wire import refused

DEADLINE_S = 3.0
NAMES = ("first", "second", "third", "blind")
FILE = """
name = "{name}"
title = "{name}"
wire = "openai"
base_url = "{url}/{name}"
auth = {{header = "Authorization", prefix = "Bearer "}}
key_variables = ["ACME_KEY"]

[[models]]
name = "m"
released = "2026-01-01"
context_tokens = 100000
max_output_tokens = 4000
capabilities = {capabilities}
price = {{input = {price}, output = {price}}}
"""
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
FORMAT = {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}}

Step = Callable[["Provider"], None]


class Provider(BaseHTTPRequestHandler):
    """Does for each provider what the test put down for it; the last step is repeated."""

    steps: ClassVar[dict[str, list[Step]]] = {}
    seen: ClassVar[dict[str, int]] = defaultdict(int)
    keys: ClassVar[list[str]] = []
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """One call."""
        name = self.path.split("/")[1]
        self.rfile.read(int(self.headers["Content-Length"]))
        Provider.seen[name] += 1
        Provider.keys.append(self.headers["Authorization"])
        steps = Provider.steps[name]
        (steps.pop(0) if len(steps) > 1 else steps[0])(self)

    def log_message(self, *_: Any) -> None:
        """Silent."""


def says(status: int, text: str = "Hi", **headers: str) -> Step:
    def step(handler: Provider) -> None:
        message = {"role": "assistant", "content": text}
        usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        good = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
        body = json.dumps(good if status == 200 else {"error": {"message": "no"}}).encode()
        handler.send_response(status)
        for header, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            handler.send_header(header.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return step


def streams(pause_s: float) -> Step:
    """A first event at once, the rest after a pause longer than a target's share."""

    def step(handler: Provider) -> None:
        chunk = '{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":%s,"finish_reason":%s}]}'
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(b"data: %s\n\n" % (chunk % ('{"content":"Hi"}', "null")).encode())
        time.sleep(pause_s)
        handler.wfile.write(b"data: %s\n\ndata: [DONE]\n\n" % (chunk % ("{}", '"stop"')).encode())
        handler.close_connection = True

    return step


def hangs(handler: Provider) -> None:
    handler.connection.settimeout(20)
    with contextlib.suppress(OSError):
        handler.connection.recv(1)
    handler.close_connection = True


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder, catalogue = tmp_path_factory.mktemp("failover"), tmp_path_factory.mktemp("catalogue")
    with _Server(("127.0.0.1", 0), Provider) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for price, name in enumerate(NAMES, 1):
            can = '["json_schema"]' if name == "blind" else '["json_schema", "tools", "vision"]'
            url = f"http://127.0.0.1:{server.server_address[1]}"
            text = FILE.format(name=name, url=url, price=price, capabilities=can)
            (catalogue / f"{name}.toml").write_text(text)
        (folder / "ringside.toml").write_text('[provider_keys]\nthird = ["key-one", "key-two"]\n')
        (catalogue / "custom.toml").write_text('name = "custom"\n[open_models]\nprice = {input = 1, output = 2}\n')
        settings = {
            "RINGSIDE_UPSTREAM_DEADLINE_S": str(DEADLINE_S),
            "RINGSIDE_CATALOGUE_DIRS": str(catalogue),
            "RINGSIDE_PROVIDER_CUSTOM_BASE_URL": f"http://127.0.0.1:{server.server_address[1]}/third",
        }
        gateway = Gateway(folder, RINGSIDE_WORKERS="1", ACME_KEY="acme", **settings)
        gateway.start()
        headers = {"Authorization": f"Bearer {gateway.live_key()}"}
        with httpx.Client(base_url=gateway.url, headers=headers, timeout=20) as client:
            client.gateway = gateway  # type: ignore[attr-defined]
            yield client
        gateway.stop()
        server.shutdown()


@pytest.fixture
def api(live: httpx.Client) -> httpx.Client:
    Provider.steps.clear()
    Provider.seen.clear()
    Provider.keys.clear()
    return live


def ask(api: httpx.Client, *names: str, **fields: Any) -> httpx.Response:
    models = [f"fc:{name}/m" for name in names]
    body = {"model": models if len(models) > 1 else models[0], "messages": [{"role": "user", "content": "Hello"}]}
    return api.post("/chat/completions", json=body | fields)


def attempts(api: httpx.Client, response: httpx.Response) -> list[tuple[str, str, int | None]]:
    event = api.get(f"/usage/events/{response.headers['x-request-id']}").json()
    assert [attempt["position"] for attempt in event["attempts"]] == list(range(1, len(event["attempts"]) + 1))
    return [(a["provider"], a["outcome"], a["upstream_status"]) for a in event["attempts"]]


def test_a_hanging_and_a_failing_target_leave_time_for_the_third_and_one_debit(api: httpx.Client) -> None:
    Provider.steps.update(first=[hangs], second=[says(500)], third=[says(200)])
    customer = api.post("/customers", json={"external_id": "failover"}).json()["id"]
    api.post(f"/customers/{customer}/wallet/topup", json={"amount_usd": 10})
    began = time.monotonic()
    response = ask(api, "first", "second", "third", user=customer)
    took = time.monotonic() - began
    assert response.status_code == 200, response.text
    assert took <= DEADLINE_S
    assert response.headers["x-ringside-model-used"] == "fc:third/m"
    assert response.headers["x-ringside-models-tried"] == "fc:first/m,fc:second/m,fc:third/m"
    assert response.headers["x-ringside-fallback-triggered"] == "true"
    found = attempts(api, response)
    assert found[0] == ("first", "upstream_timeout", None)
    assert set(found[1:-1]) == {("second", "upstream_error", 500)}
    assert found[-1] == ("third", "answered", 200)
    rows = api.get(f"/customers/{customer}/wallet/transactions").json()["data"]
    debits = [row["amount_usd"] for row in rows if row["type"] == "debit"]
    assert debits == [-0.000045]
    event = api.get(f"/usage/events/{response.headers['x-request-id']}").json()
    assert {name: price for name, price in event["price"].items() if price} == {"input_usd": 3, "output_usd": 3}


def test_a_stream_falls_back_before_its_first_byte_and_then_has_all_the_time_left(api: httpx.Client) -> None:
    Provider.steps.update(first=[says(503)], second=[streams(DEADLINE_S * 0.7)], third=[says(200)])
    response = ask(api, "first", "second", "third", stream=True)
    assert response.status_code == 200, response.text
    assert response.headers["x-ringside-model-used"] == "fc:second/m"
    assert response.text.endswith("data: [DONE]\n\n")
    Provider.steps.update(first=[hangs], second=[says(503)])
    response = ask(api, "first", "second", stream=True)
    assert "second" in refused(response, 503, "model_unavailable")["message"]
    assert response.headers["x-ringside-models-tried"] == "fc:first/m,fc:second/m"


def test_when_every_target_fails_the_answer_names_them_and_the_shortest_wait(api: httpx.Client) -> None:
    Provider.steps.update(first=[says(429, Retry_After="40")], second=[says(429, Retry_After="20")])
    response = ask(api, "first", "second")
    error = refused(response, 503, "model_unavailable")
    assert "`fc:first/m`, `fc:second/m`" in error["message"]
    assert (error["retry_after_seconds"], response.headers["x-should-retry"]) == (20, "true")
    Provider.steps.update(first=[says(503)])
    assert refused(ask(api, "first"), 502, "upstream_error")


def test_an_answer_that_breaks_the_schema_is_passed_over_and_not_billed(api: httpx.Client) -> None:
    Provider.steps.update(first=[says(200, "no JSON")], second=[says(200, '{"n": "one"}')])
    Provider.steps.update(third=[says(200, '{"n": 1}')])
    response = ask(api, "first", "second", "third", response_format=FORMAT)
    assert response.json()["choices"][0]["message"]["content"] == '{"n": 1}'
    broken = "response_schema_validation_failed"
    assert attempts(api, response) == [("first", broken, 200), ("second", broken, 200), ("third", "answered", 200)]
    event = api.get(f"/usage/events/{response.headers['x-request-id']}").json()
    assert [a["discarded_cost_usd"] for a in event["attempts"]] == [0.000015, 0.00003, None]
    assert event["cost_usd"] == 0.000045


def test_when_no_target_keeps_to_the_schema_the_call_says_so(api: httpx.Client) -> None:
    Provider.steps.update(first=[says(200, "{}")], second=[says(200, "[]")])
    response = ask(api, "first", "second", response_format=FORMAT)
    refused(response, 502, "response_schema_validation_failed", "response_format")
    Provider.steps.update(first=[says(200, "{}")])
    assert ask(api, "first", response_format=FORMAT).status_code == 200


def test_a_target_that_lacks_a_capability_is_skipped_and_none_left_names_it(api: httpx.Client) -> None:
    Provider.steps.update(blind=[says(200)], second=[says(200)])
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]
    response = ask(api, "blind", "second", tools=tools)
    assert response.headers["x-ringside-models-tried"] == "fc:second/m"
    error = refused(ask(api, "blind", tools=tools), 400, "unsupported_parameter", "tools")
    assert "tools" in error["message"] and "fc:blind/m" in error["message"]
    picture = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]
    messages = [{"role": "user", "content": picture}]
    refused(ask(api, "blind", messages=messages), 400, "unsupported_parameter", "messages[0].content[0]")
    assert Provider.seen["blind"] == 0


def test_a_limited_key_gives_way_to_the_next_at_once(api: httpx.Client) -> None:
    Provider.steps.update(third=[says(429, Retry_After="30"), says(200)])
    began = time.monotonic()
    assert ask(api, "third").status_code == 200
    assert time.monotonic() - began < 2
    assert len(set(Provider.keys)) == 2


def test_another_target_is_not_kept_waiting_for_a_limited_one(api: httpx.Client) -> None:
    Provider.steps.update(first=[says(429, Retry_After="2")], second=[says(200)])
    began = time.monotonic()
    response = ask(api, "first", "second")
    assert time.monotonic() - began < 1.9
    assert attempts(api, response) == [("first", "upstream_quota_exceeded", 429), ("second", "answered", 200)]


def test_an_open_circuit_is_shown_and_passed_over(api: httpx.Client) -> None:
    Provider.steps.update(second=[says(500)], third=[says(200)])
    for _ in range(8):
        ask(api, "second")
    response = ask(api, "second", "third")
    assert response.headers["x-ringside-model-used"] == "fc:third/m"
    assert attempts(api, response)[0] == ("second", "model_unavailable", None)
    listed = {provider["id"]: provider for provider in api.get("/providers", params={"limit": 100}).json()["data"]}
    shown = listed["second"]
    assert (shown["status"], shown["circuit"], shown["last_error"]) == ("resting", "open", "upstream_error")
    assert 0 < shown["retry_after_seconds"] <= 60
    assert listed["third"]["keys"] == 2
    assert listed["groq"]["status"] == "not_configured" and "GROQ_API_KEY" in listed["groq"]["reason"]
    assert "acme" not in json.dumps(listed["second"]) and "key-one" not in json.dumps(listed)


def test_a_custom_upstream_serves_any_model_that_the_operator_priced(api: httpx.Client) -> None:
    Provider.steps.update(third=[says(200)])
    body = {"model": "fc:custom/my-tuned.gguf:q4", "messages": [{"role": "user", "content": "Hello"}]}
    response = api.post("/chat/completions", json=body)
    assert (response.status_code, response.headers["x-ringside-cost"]) == (200, "0.00002")
    assert response.headers["x-ringside-model-resolved"] == "fc:custom/my-tuned.gguf:q4"
    unpriced = api.post("/chat/completions", json=body | {"model": "fc:vllm/my-model"})
    assert "fc:vllm/my-model" in refused(unpriced, 400, "model_not_priced", "model")["message"]


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        ("fc:groq/gpt-oss-120", "fc:groq/openai/gpt-oss-120b"),
        ("fc:opnai/gpt-4o-mini", "fc:openai/gpt-4o-mini"),
        ("fc:xai/grok-4-7x", "fc:xai/grok-4.7"),
        ("fc:mistralai/ministral-3b-2512", "fc:mistral/ministral-3b-2512"),
    ],
)
def test_an_unknown_name_is_answered_with_near_ones(api: httpx.Client, model: str, hint: str) -> None:
    body = {"model": model, "messages": [{"role": "user", "content": "Hello"}]}
    assert hint in refused(api.post("/chat/completions", json=body), 404, "model_not_found", "model")["message"]


def test_providers_are_paged_by_name(api: httpx.Client) -> None:
    page = api.get("/providers", params={"limit": 3, "after": "google"}).json()
    assert [provider["id"] for provider in page["data"]] == ["groq", "huggingface", "mistral"]
    assert (page["has_more"], page["next_cursor"]) == (True, "mistral")
    back = api.get("/providers", params={"limit": 2, "before": "mistral"}).json()
    assert [provider["id"] for provider in back["data"]] == ["groq", "huggingface"]
    last = api.get("/providers", params={"after": "xai"}).json()
    assert (last["data"], last["has_more"], last["last_id"]) == ([], False, None)
    refused(api.get("/providers", params={"after": "nobody"}), 400, "invalid_cursor", "after")


def test_a_catalogue_file_that_cannot_be_used_is_named_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "mine.toml").write_text('name = "mine"\ntitle = 1\n')
    with pytest.raises(AssertionError, match=r"catalogue: mine\.toml: wire is missing"):
        Gateway(tmp_path).start()
