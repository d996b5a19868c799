# SPDX-License-Identifier: Apache-2.0
"""What really goes over the wire: credentials, attribution, addresses, and nothing of OPENAI_*."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import openai
import pytest
from conftest import KEY
from replies import answer, page, raw
from scripted_server import ScriptedServer

from ringside import Ringside, RingsideError
from ringside._version import VERSION
from ringside.errors import RingsideArgumentError

CUSTOMER = {"id": "cus_1", "object": "customer"}
Make = Callable[..., Ringside]


def test_the_key_travels_in_exactly_one_header(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER))
    client.customers.retrieve("cus_1")
    assert server.last.all("authorization") == [f"Bearer {KEY}"]


def test_a_client_token_travels_as_client_for_every_resource(make: Make, server: ScriptedServer) -> None:
    client = make(client_token="aaa.bbb.ccc")
    server.script(answer(CUSTOMER), page([]), answer({"id": "file_1", "object": "file"}))
    client.customers.retrieve("cus_1")
    list(client.models.list())
    client.files.create(file=b"x", purpose="assistants")
    assert [request.all("authorization") for request in server.requests] == [["Client aaa.bbb.ccc"]] * 3
    assert (server.last.header("content-type") or "").startswith("multipart/form-data")


def test_nothing_of_openais_environment_leaves_the_machine(
    make: Make, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("API_KEY", "ADMIN_KEY", "ORG_ID", "PROJECT_ID", "WEBHOOK_SECRET")
    for name in names:
        monkeypatch.setenv(f"OPENAI_{name}", f"leak-{name}")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://leak.invalid/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Leak: leak\nAuthorization: Bearer leak")
    for client in (make(), make(client_token="a.b.c"), make().for_customer("cus_1")):
        server.script(answer(CUSTOMER), page([]))
        client.customers.retrieve("cus_1")
        list(client.models.list())
        assert client.webhook_secret is None
    sent = [f"{name}: {value}" for request in server.requests for name, value in request.headers]
    assert not [line for line in sent if "leak" in line or line.lower().startswith("openai-")]


def test_the_customer_is_sent_and_a_calls_own_header_wins(make: Make, server: ScriptedServer) -> None:
    client = make(customer="cus_1", tags=["a", "b"])
    for headers in ({}, {"FC-Customer": "cus_2"}, {"fc-customer": "cus_3"}, {"FC-Customer": openai.Omit()}):
        server.script(answer(CUSTOMER))
        client.customers.retrieve("cus_1", extra_headers=headers)
    assert [request.all("fc-customer") for request in server.requests] == [["cus_1"], ["cus_2"], ["cus_3"], []]
    assert server.last.all("fc-tag") == ["a, b"]


def test_default_headers_of_any_spelling_replace_ours(make: Make, server: ScriptedServer) -> None:
    client = make(customer="cus_1", default_headers={"fc-customer": "cus_2", "X-Mine": "1"})
    server.script(answer(CUSTOMER))
    client.customers.retrieve("cus_1")
    assert (server.last.all("fc-customer"), server.last.header("x-mine")) == (["cus_2"], "1")


def test_a_customer_no_header_can_carry_is_refused_by_name(client: Ringside, server: ScriptedServer) -> None:
    with pytest.raises(RingsideArgumentError, match="FC-Customer"):
        client.customers.retrieve("cus_1", extra_headers={"FC-Customer": "zoë"})
    assert server.requests == []


@pytest.mark.parametrize(
    ("suffix", "target"),
    [
        ("/v1", "/v1/customers/cus_1"),
        ("/v1/", "/v1/customers/cus_1"),
        ("", "/customers/cus_1"),
        ("/proxy/team%20a/v1", "/proxy/team%20a/v1/customers/cus_1"),
        ("/v1?team=a%26b", "/v1/customers/cus_1?team=a%26b"),
    ],
)
def test_the_address_may_have_a_path_and_a_query(make: Make, server: ScriptedServer, suffix: str, target: str) -> None:
    server.script(answer(CUSTOMER))
    make(base_url=server.root + suffix).customers.retrieve("cus_1")
    assert server.last.target == target


@pytest.mark.parametrize(
    ("given", "target"),
    [
        ("ext:a/b", "/v1/customers/ext:a%2Fb"),
        ("ext:a?b#c", "/v1/customers/ext:a%3Fb%23c"),
        ("ext:100%", "/v1/customers/ext:100%25"),
        ("ext:a b+c", "/v1/customers/ext:a%20b+c"),
        ("ext:é", "/v1/customers/ext:%C3%A9"),
        ("ext:..", "/v1/customers/ext:.."),
        ("ext:%2e%2e/%2f", "/v1/customers/ext:%252e%252e%2F%252f"),
    ],
)
def test_ids_reach_the_gateway_as_one_raw_segment(
    client: Ringside, server: ScriptedServer, given: str, target: str
) -> None:
    server.script(answer(CUSTOMER))
    client.customers.retrieve(given)
    assert server.last.target == target


def test_the_user_agent_names_both_packages(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER))
    client.customers.retrieve("cus_1")
    assert server.last.header("user-agent") == f"OpenAI/Python {openai.__version__} ringside-python/{VERSION}"


@pytest.mark.parametrize("credential", [{}, {"client_token": "aaa.bbb.ccc"}])
def test_no_secret_reaches_log_or_error(
    make: Make, server: ScriptedServer, caplog: pytest.LogCaptureFixture, credential: dict[str, str]
) -> None:
    client = make(webhook_secret="whsec_1", **credential)
    server.script(answer(CUSTOMER), raw(500, b"oops"))
    with caplog.at_level(logging.DEBUG):
        client.customers.create(external_id="a")
        with pytest.raises(RingsideError) as refusal:
            client.customers.retrieve("cus_1")
    told = caplog.text + str(refusal.value) + repr(refusal.value)
    assert caplog.records
    assert not [secret for secret in (KEY, "aaa.bbb.ccc", "whsec_1") if secret in told]


def test_a_redirect_to_another_origin_loses_the_credential(client: Ringside, server: ScriptedServer) -> None:
    other = ScriptedServer()
    other.script(answer(CUSTOMER))
    server.script(raw(307, b"", {"location": f"{other.root.replace('127.0.0.1', 'localhost')}/v1/customers/cus_1"}))
    client.customers.retrieve("cus_1")
    assert other.last.all("authorization") == []
    other.stop()


def test_a_redirect_within_the_origin_keeps_it(client: Ringside, server: ScriptedServer) -> None:
    server.script(raw(307, b"", {"location": "/v1/customers/cus_2"}), answer(CUSTOMER))
    client.customers.retrieve("cus_1")
    assert (server.last.target, server.last.all("authorization")) == ("/v1/customers/cus_2", [f"Bearer {KEY}"])


def test_derived_clients_share_one_connection(make: Make, server: ScriptedServer) -> None:
    client = make()
    server.script(*[answer(CUSTOMER)] * 30)
    for number in range(30):
        client.for_customer(f"cus_{number}").customers.retrieve("cus_1")
    assert server.connections == 1
    assert server.last.header("fc-customer") == "cus_29"


def test_a_thousand_calls_leave_no_connection_behind(client: Ringside, server: ScriptedServer) -> None:
    server.script(*[answer(CUSTOMER)] * 1000)
    for _ in range(1000):
        client.customers.retrieve("cus_1")
    assert server.connections == 1


def test_a_key_may_come_from_a_function(server: ScriptedServer) -> None:
    keys: list[Any] = ["sk_test_one", "sk_test_two"]
    server.script(answer(CUSTOMER), answer(CUSTOMER))
    with Ringside(api_key=lambda: keys.pop(0), base_url=server.base_url) as client:
        client.customers.retrieve("cus_1")
        client.for_customer("cus_2").customers.retrieve("cus_1")
    sent = [request.header("authorization") for request in server.requests]
    assert sent == ["Bearer sk_test_one", "Bearer sk_test_two"]
