# SPDX-License-Identifier: Apache-2.0
"""Where calls go: options filled in, streams on their own path, and what is said when an option is missing."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ringside_gateway.domain.catalogue import CHAT, Auth, ModelFacts, Option, ProviderFacts
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.domain.upstream import Attempt, Target, UpstreamFault
from ringside_gateway.providers.addresses import Addresses

FACTS = ProviderFacts(
    name="acme",
    title="Acme",
    wire="openai",
    base_url="https://{region}.acme.example/v1",
    auth=Auth(scheme="aws"),
    paths={CHAT: "/projects/{project}/{model}:ask", "chat_stream": "/projects/{project}/{model}:tell?alt=sse"},
    options={"region": Option(("ACME_REGION", "REGION"), "eu"), "project": Option()},
    base_urls={"everywhere": "https://acme.example/v1"},
)
MODEL = ModelFacts("acme", "bard", "bard", (1,), "2026-01", 1000, 100, "{region}.bard:1")


def attempt(*, stream: bool = False) -> Attempt:
    target = Target("fc:acme/bard", MODEL, "acme")
    return Attempt(target, {}, stream, time.monotonic() + 10, True, "req_1")


def url(stream: bool = False, **settings: Any) -> str:
    addresses = Addresses(ProviderSettings(**settings))
    return addresses.url(FACTS, addresses.placed(FACTS, attempt(stream=stream)))


def test_options_come_from_the_configuration_then_variables_then_the_default() -> None:
    project = {"project": "p"}
    variables = {"REGION": "us", "ACME_REGION": ""}
    assert url(options={"acme": project}) == "https://eu.acme.example/v1/projects/p/eu.bard%3A1:ask"
    assert url(options={"acme": project}, environment=variables).startswith("https://us.acme.example/")
    asia = {"acme": project | {"region": "asia"}}
    assert url(options=asia, environment=variables).startswith("https://asia.acme.example/")


def test_a_stream_has_its_own_path_where_the_catalogue_gives_one() -> None:
    assert url(True, options={"acme": {"project": "p"}}).endswith("/projects/p/eu.bard%3A1:tell?alt=sse")


def test_some_values_of_an_option_have_an_address_of_their_own() -> None:
    got = url(options={"acme": {"project": "p", "region": "everywhere"}})
    assert got == "https://acme.example/v1/projects/p/everywhere.bard%3A1:ask"


def test_an_operators_own_name_for_a_model_wins() -> None:
    models = {"acme": {"bard": "arn:aws/x"}}
    assert url(options={"acme": {"project": "p"}}, models=models).endswith("/p/arn%3Aaws%2Fx:ask")


def test_an_operators_address_wins() -> None:
    got = url(options={"acme": {"project": "p"}}, base_urls={"acme": "http://127.0.0.1:1/"})
    assert got == "http://127.0.0.1:1/projects/p/eu.bard%3A1:ask"


def test_a_missing_option_says_what_the_operator_sets() -> None:
    with pytest.raises(UpstreamFault) as caught:
        url()
    assert caught.value.code == "model_unavailable"
    assert "RINGSIDE_PROVIDER_ACME_PROJECT" in caught.value.message
