# SPDX-License-Identifier: Apache-2.0
"""A scripted server and clients of it, in an environment where only what a test sets is set."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from scripted_server import ScriptedServer

from ringside import AsyncRingside, Ringside

#: Set both to run against a gateway too; see the README.
GATEWAY, GATEWAY_KEY = os.environ.get("RINGSIDE_TEST_GATEWAY"), os.environ.get("FC_API_KEY")
KEY = "sk_test_0000000000000000000000000000000000000000"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("FC_", "OPENAI_")) or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    """A fresh server."""
    running = ScriptedServer()
    yield running
    running.stop()


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[Ringside]:
    """A sync client of the server."""
    with Ringside(api_key=KEY, base_url=server.base_url, max_retries=0) as made:
        yield made


@pytest.fixture
def make(server: ScriptedServer) -> Iterator[Callable[..., Ringside]]:
    """Makes sync clients of the server and closes them."""
    made: list[Ringside] = []

    def build(**options: Any) -> Ringside:
        credential = {} if "client_token" in options else {"api_key": KEY}
        made.append(Ringside(**{"base_url": server.base_url, "max_retries": 0, **credential, **options}))
        return made[-1]

    yield build
    for one in made:
        one.close()


@pytest.fixture
def make_async(server: ScriptedServer) -> Callable[..., AsyncRingside]:
    """Makes async clients of the server; use them with `async with`."""

    def build(**options: Any) -> AsyncRingside:
        credential = {} if "client_token" in options else {"api_key": KEY}
        return AsyncRingside(**{"base_url": server.base_url, "max_retries": 0, **credential, **options})

    return build


@pytest.fixture
def gateway() -> tuple[str, str]:
    """Base URL and key of a real gateway."""
    if not GATEWAY or not GATEWAY_KEY:
        pytest.skip("needs a gateway: set RINGSIDE_TEST_GATEWAY to its base URL and FC_API_KEY to a key of it")
    return GATEWAY, GATEWAY_KEY
