# SPDX-License-Identifier: Apache-2.0
"""Client tokens: asked for once, renewed before they expire, replaced once when the gateway says so."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from replies import answer, refusal
from scripted_server import ScriptedServer

from ringside import AsyncRingside, AsyncTokenSource, Ringside, TokenSource, errors

CUSTOMER = {"id": "cus_1", "object": "customer"}
EXPIRED = refusal(401, "client_token_expired")
Make = Callable[..., Ringside]


def token(lives_s: float, name: str = "a") -> str:
    """A JWT in form, expiring so many seconds from now."""
    claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() + lives_s}).encode()).decode().rstrip("=")
    return f"{name}.{claims}.sig"


def sent(server: ScriptedServer) -> list[str | None]:
    """What each request was authorised with."""
    return [request.header("authorization") for request in server.requests]


def test_a_provider_is_asked_once_while_its_token_lives(make: Make, server: ScriptedServer) -> None:
    asked: list[str] = []
    client = make(client_token=lambda: asked.append("once") or token(900))
    server.script(*[answer(CUSTOMER)] * 3)
    for _ in range(3):
        client.for_customer("cus_1").customers.retrieve("cus_1")
    assert asked == ["once"]


def test_a_token_about_to_expire_is_renewed_first(make: Make, server: ScriptedServer) -> None:
    tokens = [token(5, "old"), token(900, "new")]
    client = make(client_token=lambda: tokens.pop(0))
    server.script(answer(CUSTOMER), answer(CUSTOMER))
    client.customers.retrieve("cus_1")
    client.customers.retrieve("cus_1")
    assert [str(value).split(".")[0] for value in sent(server)] == ["Client old", "Client new"]


def test_a_refused_token_is_replaced_once_and_the_call_repeated(make: Make, server: ScriptedServer) -> None:
    tokens = ["one", "two"]
    client = make(client_token=lambda: tokens.pop(0))
    server.script(EXPIRED, answer(CUSTOMER))
    assert client.customers.create(external_id="a").id == "cus_1"
    assert sent(server) == ["Client one", "Client two"]
    keys = {request.header("idempotency-key") for request in server.requests}
    assert len(keys) == 1


def test_there_is_no_loop_when_the_new_token_is_refused_too(make: Make, server: ScriptedServer) -> None:
    tokens = ["one", "two", "three"]
    client = make(client_token=lambda: tokens.pop(0), max_retries=5)
    server.script(EXPIRED, EXPIRED, EXPIRED)
    with pytest.raises(errors.ClientTokenExpiredError):
        client.customers.retrieve("cus_1")
    assert sent(server) == ["Client one", "Client two"]


def test_a_fixed_token_and_other_refusals_are_final(make: Make, server: ScriptedServer) -> None:
    server.script(EXPIRED, refusal(401, "client_token_revoked"))
    with pytest.raises(errors.ClientTokenExpiredError):
        make(client_token="one").customers.retrieve("cus_1")
    with pytest.raises(errors.ClientTokenRevokedError):
        make(client_token=lambda: "two").customers.retrieve("cus_1")
    assert len(server.requests) == 2


def test_an_upload_is_not_repeated_because_its_file_has_been_read(make: Make, server: ScriptedServer) -> None:
    server.script(EXPIRED)
    with pytest.raises(errors.ClientTokenExpiredError):
        make(client_token=lambda: token(900)).files.create(file=b"x", purpose="assistants")
    assert len(server.requests) == 1


def test_a_streamed_call_is_repeated_too(make: Make, server: ScriptedServer) -> None:
    tokens = ["one", "two"]
    server.script(EXPIRED, answer({"id": "chatcmpl-1"}))
    client = make(client_token=lambda: tokens.pop(0))
    client.chat.completions.create(model="slot:fast", messages=[], stream=True).close()
    assert sent(server) == ["Client one", "Client two"]


def test_threads_that_are_refused_together_mint_one_token() -> None:
    asked: list[int] = []

    def provider() -> str:
        time.sleep(0.02)
        asked.append(1)
        return f"token{len(asked)}"

    source = TokenSource(provider)
    got: list[str | None] = []
    first = [threading.Thread(target=lambda: got.append(source.token())) for _ in range(8)]
    again = [threading.Thread(target=lambda: got.append(source.replace("token1"))) for _ in range(8)]
    for group in (first, again):
        for thread in group:
            thread.start()
        for thread in group:
            thread.join()
    assert got == ["token1"] * 8 + ["token2"] * 8


@pytest.mark.parametrize("text", ["", "  ", "a b", "tök", None, 7])
def test_text_that_is_no_token_is_refused_unquoted(text: Any) -> None:
    with pytest.raises(ValueError, match="visible ASCII") as refusal_:
        TokenSource(lambda: text).token()
    assert not text or str(text).strip() not in str(refusal_.value) or not str(text).strip()


@pytest.mark.parametrize("text", ["opaque", "a.b.c", "a.e30.c", f"a.{base64.b64encode(b'[]').decode()}.c"])
def test_a_token_that_cannot_be_read_is_simply_sent(text: str) -> None:
    asked: list[int] = []
    source = TokenSource(lambda: asked.append(1) or text)
    assert [source.token(), source.token()] == [text, text]
    assert len(asked) == 1


def test_async_providers_may_be_coroutines_and_are_asked_once(
    make_async: Callable[..., AsyncRingside], server: ScriptedServer
) -> None:
    asked: list[int] = []

    async def provider() -> str:
        await asyncio.sleep(0.01)
        asked.append(1)
        return f"token{len(asked)}"

    async def calls() -> None:
        async with make_async(client_token=AsyncTokenSource(provider)) as client:
            server.script(*[answer(CUSTOMER)] * 8)
            await asyncio.gather(*[client.customers.retrieve("cus_1") for _ in range(8)])
            server.script(EXPIRED, answer(CUSTOMER))
            await client.customers.retrieve("cus_1")

    asyncio.run(calls())
    assert sent(server) == ["Client token1"] * 9 + ["Client token2"]
