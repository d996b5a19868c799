# SPDX-License-Identifier: Apache-2.0
"""OpenAI's surface sends the same bytes through our client as through OpenAI's own; odd texts go both ways."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openai
import pytest
from conftest import KEY
from replies import answer, events, page
from scripted_server import Received, ScriptedServer

from ringside import Ringside

HELLO: list[Any] = [{"role": "user", "content": "Hé 🥊"}]
#: What may differ, and what must: the rest is compared.
OURS = {"user-agent", "fc-customer"}
CALLS: dict[str, tuple[Any, Callable[[openai.OpenAI], Any]]] = {
    "chat": (
        answer({"id": "c"}),
        lambda client: client.chat.completions.create(model="slot:a", messages=HELLO, seed=1, user="u"),
    ),
    "stream": (
        events("[DONE]"),
        lambda client: list(client.chat.completions.create(model="slot:a", messages=HELLO, stream=True)),
    ),
    "embeddings": (
        answer({"object": "list", "data": []}),
        lambda client: client.embeddings.create(model="fc:openai/e", input="x", encoding_format="float"),
    ),
    "models": (page(["fc:a/b"]), lambda client: list(client.models.list())),
    "model": (answer({"id": "fc:a/b"}), lambda client: client.models.retrieve("fc:a/b")),
    "batches": (page([]), lambda client: list(client.batches.list(limit=3, after="b 1"))),
    "generic": (
        answer({"id": "x"}),
        lambda client: client.post("/customers", cast_to=object, body={"external_id": "a"}),
    ),
    "options": (
        answer({"id": "c"}),
        lambda client: client.with_options(max_retries=1, timeout=7).chat.completions.create(
            model="slot:a",
            messages=[],
            extra_headers={"X-Mine": "1"},
            extra_query={"q": "1"},
            extra_body={"drop_params": True},
        ),
    ),
}


def comparable(request: Received) -> tuple[Any, ...]:
    """A request without what may differ."""
    headers = sorted((name.lower(), value) for name, value in request.headers if name.lower() not in OURS)
    return request.method, request.target, headers, request.body


@pytest.mark.parametrize("name", CALLS)
def test_our_client_sends_what_openais_sends(server: ScriptedServer, name: str) -> None:
    reply, call = CALLS[name]
    server.script(reply, reply)
    with openai.OpenAI(api_key=KEY, base_url=server.base_url) as plain:
        call(plain)
    with Ringside(api_key=KEY, base_url=server.base_url, customer="cus_1") as ours:
        call(ours)
    first, second = server.requests
    assert comparable(first) == comparable(second)
    assert (first.header("fc-customer"), second.header("fc-customer")) == (None, "cus_1")


def test_a_lone_surrogate_is_refused_before_anything_is_sent(client: Ringside, server: ScriptedServer) -> None:
    for amount in (1, Decimal(1)):
        with pytest.raises(ValueError, match="surrogates not allowed"):
            client.customers.wallet.topup("cus_1", amount_usd=amount, description="\ud800")
    assert server.requests == []


def test_a_byte_order_mark_big_integers_and_deep_nesting_are_read(client: Ringside, server: ScriptedServer) -> None:
    deep = "[" * 200 + "]" * 200
    body = f'\ufeff{{"id":"cus_1","rate_limit_tpm":9223372036854775807,"created_at":1,"later":{deep}}}'
    server.script(answer(body.encode()))
    customer = client.customers.retrieve("cus_1")
    assert (customer.rate_limit_tpm, customer.created_at) == (9223372036854775807, 1)
    assert str(customer.model_extra).count("[") == 200
