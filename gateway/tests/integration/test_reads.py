# SPDX-License-Identifier: Apache-2.0
"""Who only reads waits for nobody who writes: SQLite has one writer at a time, and strangers may read too."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from uuid import uuid4

import httpx
import pytest
from gateway_process import Gateway
from objects import created, one_of_each
from ringside_gateway.http._generated.operations import OPERATIONS
from wire import chat

READS = [found for found in OPERATIONS.values() if found.method == "GET"]
#: A transaction that waits for the writer gives up after five seconds.
PATIENCE_S = 4


@contextmanager
def somebody_writes(gateway: Gateway) -> Iterator[None]:
    with closing(sqlite3.connect(next(gateway.folder.glob("*.sqlite3")), timeout=10, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")


@pytest.fixture
def page(gateway: Gateway) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=gateway.url, timeout=PATIENCE_S) as client:
        yield client


def test_every_get_of_the_spec_is_answered_while_somebody_writes(gateway: Gateway, api: httpx.Client) -> None:
    known = one_of_each(api) | {"model": chat()["model"]}
    api.get("/events")  # notes for half a minute that somebody listens
    root, asked = gateway.url.removesuffix("/v1"), {"ref": chat()["model"]}
    with somebody_writes(gateway):
        for read in READS:
            query = asked if read.id == "models.resolve" else {}
            answer = api.get(root + read.path.format_map(known), params=query, timeout=PATIENCE_S)
            assert answer.status_code == 200, f"{read.id}: {answer.text}"


def test_a_token_and_a_strangers_preflight_are_looked_up_while_somebody_writes(
    gateway: Gateway, api: httpx.Client, page: httpx.Client
) -> None:
    customer = created(api, "/customers", {"external_id": f"reads-{uuid4()}"})["id"]
    token = created(api, f"/customers/{customer}/client_tokens", {"scope": ["usage"], "ip": "127.0.0.1"})["token"]
    with somebody_writes(gateway):
        assert page.get("/usage", headers={"Authorization": f"Client {token}"}).status_code == 200
        asked = {"Origin": "https://a-stranger.example", "Access-Control-Request-Method": "POST"}
        assert page.options("/usage", headers=asked).status_code == 204
