# SPDX-License-Identifier: Apache-2.0
"""The clouds through a running gateway: proven to, answered, streamed, settled by what they counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from gateway_process import Gateway
from ringside_gateway.domain.pricing import cost_nano
from ringside_gateway.domain.usage import Usage

from .conftest import ScriptedUpstream
from .recordings import catalogue, raw, recording, scenarios

#: Provider -> a model of its, and how its calls prove who makes them.
PROVIDERS = {
    "google": ("gemini-3.1-flash-lite", b"x-goog-api-key: google-key\r\n"),
    "vertex": ("gemini-3.1-flash-lite", b"Authorization: Bearer token-of-google\r\n"),
    "bedrock": ("claude-sonnet-4-5", b"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"),
    "azure": ("gpt-4o-mini", b"api-key: azure-key\r\n"),
}
TOKEN = b'{"access_token":"token-of-google","expires_in":3600}'
GRANTED = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(TOKEN), TOKEN)
WARM = "It is 18 degrees in Paris."


def service_account(folder: Path, token_url: str) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    told = {"type": "service_account", "client_email": "a@p.iam.example", "private_key": pem, "token_uri": token_url}
    path = folder / "account.json"
    path.write_text(json.dumps(told))
    return path


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Gateway, ScriptedUpstream, str]]:
    """A gateway whose clouds are all one scripted upstream, and a live key."""
    folder = tmp_path_factory.mktemp("clouds")
    upstream = ScriptedUpstream()
    addresses = "\n".join(f'{provider} = "{upstream.base}"' for provider in PROVIDERS)
    (folder / "ringside.toml").write_text(f"max_retries = 0\n[provider_base_urls]\n{addresses}\n")
    running = Gateway(
        folder,
        RINGSIDE_PROVIDER_GOOGLE_API_KEY="google-key",
        RINGSIDE_PROVIDER_AZURE_API_KEY="azure-key",
        RINGSIDE_PROVIDER_VERTEX_PROJECT="p-1",
        GOOGLE_APPLICATION_CREDENTIALS=str(service_account(folder, upstream.base.replace("/v1", "/token"))),
        AWS_ACCESS_KEY_ID="AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY="secret-of-aws",
        AWS_REGION="eu-west-1",
    )
    running.start()
    yield running, upstream, running.live_key()
    running.stop()
    upstream.close()


@pytest.fixture
def ask(gateway: tuple[Gateway, ScriptedUpstream, str]) -> Iterator[Any]:
    """Asks one scenario of a provider; gives the answer and the provider's request."""
    running, upstream, key = gateway
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=running.url, headers=headers, timeout=20) as api:

        def asked(provider: str, name: str) -> tuple[httpx.Response, bytes]:
            upstream.scripts.clear()
            upstream.requests.clear()
            scripts = [[raw(provider, recording(recorded(provider), name)["answer"])]]
            if provider == "vertex" and not getattr(upstream, "granted", False):
                upstream.granted = True  # type: ignore[attr-defined]
                scripts.insert(0, [GRANTED])
            upstream.answers(*scripts)
            request = {**scenarios()[name]["request"], "model": f"fc:{provider}/{PROVIDERS[provider][0]}"}
            return api.post("/chat/completions", json=request), upstream.requests[-1]

        yield asked


def recorded(provider: str) -> str:
    """Azure answers as OpenAI does."""
    return "openai" if provider == "azure" else provider


def price_nano(provider: str) -> int:
    """What 20 tokens in and 8 out cost."""
    facts = catalogue().find(provider, PROVIDERS[provider][0])
    assert facts is not None and facts.price is not None
    return cost_nano(facts.price, Usage(20, output_tokens=8))


def settled(running: Gateway) -> tuple[Any, ...]:
    facts = "input_tokens, output_tokens, usage_source, status, cost_nano"
    return running.rows(f"SELECT {facts} FROM usage_events ORDER BY seq DESC LIMIT 1")[0]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_chat_is_proven_answered_and_settled_by_the_providers_count(
    gateway: tuple[Gateway, ScriptedUpstream, str], ask: Any, provider: str
) -> None:
    answer, request = ask(provider, "text")
    assert answer.status_code == 200, answer.text
    assert answer.json()["choices"][0]["message"]["content"] == WARM
    assert answer.headers["x-ringside-model-resolved"] == f"fc:{provider}/{PROVIDERS[provider][0]}"
    assert PROVIDERS[provider][1] in request
    assert settled(gateway[0]) == (20, 8, "provider", "completed", price_nano(provider))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_stream_ends_as_openai_ends_it_and_is_settled_by_the_providers_count(
    gateway: tuple[Gateway, ScriptedUpstream, str], ask: Any, provider: str
) -> None:
    answer, _ = ask(provider, "stream-with-usage")
    payloads = [line.removeprefix("data: ") for line in answer.text.split("\n") if line.startswith("data: ")]
    assert payloads.pop() == "[DONE]"
    *chunks, usage = map(json.loads, payloads)
    assert "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks) == WARM
    assert (usage["choices"], usage["usage"]["total_tokens"]) == ([], 28)
    assert settled(gateway[0]) == (20, 8, "provider", "completed", price_nano(provider))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_tools_are_called_at_once_and_answered(ask: Any, provider: str) -> None:
    answer, _ = ask(provider, "parallel-tool-calls")
    calls = answer.json()["choices"][0]["message"]["tool_calls"]
    assert [json.loads(call["function"]["arguments"])["city"] for call in calls] == ["Paris", "Rome", "Oslo"]
    assert len({call["id"] for call in calls}) == 3
    answer, request = ask(provider, "tool-results")
    assert answer.json()["choices"][0]["message"]["content"] == "Rome."
    assert b"18 degrees" in request


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_says_of_our_key_stays_with_the_operator(ask: Any, provider: str) -> None:
    answer, _ = ask(provider, "error-forbidden")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "model_unavailable")
    assert "widget" not in answer.text
