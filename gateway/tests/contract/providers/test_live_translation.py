# SPDX-License-Identifier: Apache-2.0
"""A whole gateway in front of providers that do not speak OpenAI's format: answers, streams, tools, and the bill."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import pytest
from gateway_process import Gateway

from .conftest import ScriptedUpstream
from .recordings import raw, recording, scenarios
from .standins import cut, drip
from .test_scenarios import check_result, request_of

MODELS = {"anthropic": "fc:anthropic/claude-sonnet-4-5", "cohere": "fc:cohere/command-a-03-2025"}
#: US dollars a million tokens, from the catalogue: input, output.
RATES = {"anthropic": (Decimal(3), Decimal(15)), "cohere": (Decimal("2.5"), Decimal(10))}


@dataclass
class Stage:
    """A gateway, its client with a live key, and the stand-in for every provider."""

    gateway: Gateway
    api: httpx.Client
    provider: ScriptedUpstream

    def ask(self, provider: str, name: str, script: list[Any] | None = None) -> httpx.Response:
        case = recording(provider, name)
        self.provider.requests.clear()
        self.provider.answers(script or [raw(provider, case["answer"])])
        request = request_of(provider, scenarios()[name], case)
        return self.api.post("/chat/completions", json={**request, "model": MODELS[provider]})

    def billed(self, answer: httpx.Response) -> dict[str, Any]:
        """The usage event of the call."""
        found = self.api.get(f"/usage/events/{answer.headers['x-request-id']}")
        assert found.status_code == 200, found.text
        return dict(json.loads(found.text, parse_float=Decimal))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("translation")
    provider = ScriptedUpstream()
    urls = ", ".join(f'{name} = "{provider.base}"' for name in MODELS)
    (folder / "ringside.toml").write_text(f"provider_base_urls = {{{urls}}}\nmax_retries = 0\n")
    keys = {f"RINGSIDE_PROVIDER_{name.upper()}_API_KEY": "provider-key-1234" for name in MODELS}
    gateway = Gateway(folder, RINGSIDE_WORKERS="1", **keys)
    gateway.start()
    headers = {"Authorization": f"Bearer {gateway.live_key()}"}
    with httpx.Client(base_url=gateway.url, headers=headers, timeout=20) as api:
        yield Stage(gateway, api, provider)
    gateway.stop()
    provider.close()


def chunks(answer: httpx.Response) -> list[dict[str, Any]]:
    payloads = [line.removeprefix("data: ") for line in answer.text.splitlines() if line]
    assert payloads.pop() == "[DONE]"
    return [json.loads(payload) for payload in payloads]


def priced(provider: str, read: int, written: int) -> Decimal:
    rates = RATES[provider]
    return (read * rates[0] + written * rates[1]) / 1_000_000


@pytest.mark.parametrize("provider", MODELS)
def test_an_answer_comes_in_openais_shape_and_is_billed_by_the_providers_usage(stage: Stage, provider: str) -> None:
    answer = stage.ask(provider, "text")
    assert answer.status_code == 200, answer.text
    wanted = scenarios()["text"]["result"]
    check_result({"body": answer.json(), "usage": wanted["usage"], "text": "seen"}, wanted, {})
    assert answer.headers["x-ringside-model-resolved"] == MODELS[provider]
    assert Decimal(answer.headers["x-ringside-cost"]) == priced(provider, 20, 8)
    assert stage.billed(answer)["cost_usd"] == priced(provider, 20, 8)


@pytest.mark.parametrize("provider", MODELS)
@pytest.mark.parametrize("name", ["stream-with-usage", "stream-tool-calls"])
def test_a_stream_comes_in_openais_shape_and_is_billed(stage: Stage, provider: str, name: str) -> None:
    answer = stage.ask(provider, name, drip(raw(provider, recording(provider, name)["answer"]), 400))
    wanted, request = scenarios()[name]["result"], scenarios()[name]["request"]
    check_result({"chunks": chunks(answer), "usage": wanted["usage"], "text": "seen"}, wanted, request)
    assert stage.billed(answer)["cost_usd"] == priced(provider, 20, 8)


@pytest.mark.parametrize("provider", MODELS)
def test_a_conversation_with_tools_reaches_the_provider_in_its_own_words(stage: Stage, provider: str) -> None:
    answer = stage.ask(provider, "tool-results")
    assert answer.json()["choices"][0]["message"]["content"] == "Rome."
    sent = json.loads(stage.provider.requests[0].partition(b"\r\n\r\n")[2])
    assert sent == recording(provider, "tool-results")["sent"]


def test_cache_reads_and_writes_are_billed_at_their_own_rates(stage: Stage) -> None:
    answer = stage.ask("anthropic", "caching")
    cost = (20 * Decimal(3) + 2000 * Decimal("0.3") + 1000 * Decimal("3.75") + 8 * Decimal(15)) / 1_000_000
    assert Decimal(answer.headers["x-ringside-cost"]) == cost
    assert stage.billed(answer)["cost_usd"] == cost


def test_a_parameter_the_provider_cannot_honour_is_refused_by_name_and_costs_nothing(stage: Stage) -> None:
    body = {"model": MODELS["anthropic"], "messages": [{"role": "user", "content": "Hello"}], "seed": 7}
    stage.provider.requests.clear()
    answer = stage.api.post("/chat/completions", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unsupported_parameter")
    assert answer.json()["error"]["param"] == "seed"
    assert stage.provider.requests == []


def test_an_overloaded_provider_is_our_upstream_error_and_costs_nothing(stage: Stage) -> None:
    answer = stage.ask("anthropic", "error-overloaded")
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "upstream_error")
    assert stage.api.get(f"/usage/events/{answer.headers['x-request-id']}").status_code == 404


def test_a_stream_that_breaks_ends_in_an_error_event_and_bills_what_was_delivered(stage: Stage) -> None:
    script = cut(raw("anthropic", recording("anthropic", "stream-tool-calls")["answer"]), 0.7)
    answer = stage.ask("anthropic", "stream-tool-calls", script)
    last = [line for line in answer.text.splitlines() if line][-1]
    assert json.loads(last.removeprefix("data: "))["error"]["code"] == "upstream_error"
    assert stage.billed(answer)["cost_usd"] > 0
