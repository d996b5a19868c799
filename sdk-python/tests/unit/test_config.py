# SPDX-License-Identifier: Apache-2.0
"""Options and FC_* variables: what wins, and which mixtures are refused before anything is sent."""

from __future__ import annotations

from typing import Any

import openai
import pytest

from ringside import AsyncRingside, AsyncTokenSource, Ringside, RingsideConfigError, RingsideError, TokenSource

KEY = "sk_test_abc"


def test_the_key_comes_from_the_argument_else_from_fc_api_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FC_API_KEY", "sk_test_env")
    assert Ringside().api_key == "sk_test_env"
    assert Ringside(api_key=KEY).api_key == KEY


@pytest.mark.parametrize("kind", [Ringside, AsyncRingside])
def test_no_key_is_an_error_even_when_openais_is_set(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-openai")
    with pytest.raises(RingsideConfigError, match="FC_API_KEY"):
        kind()


def test_the_address_is_public_unless_fc_base_url_or_the_argument_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://openai.test/v1")
    assert str(Ringside(api_key=KEY).base_url) == "https://api.fightclub.pro/v1/"
    monkeypatch.setenv("FC_BASE_URL", "http://env.test/v1/")
    assert str(Ringside(api_key=KEY).base_url) == "http://env.test/v1/"
    assert str(Ringside(api_key=KEY, base_url="http://arg.test/v2").base_url) == "http://arg.test/v2/"


def test_the_webhook_secret_is_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_WEBHOOK_SECRET", "whsec_openai")
    assert Ringside(api_key=KEY).webhook_secret is None
    monkeypatch.setenv("FC_WEBHOOK_SECRET", "whsec_env")
    assert Ringside(api_key=KEY).webhook_secret == "whsec_env"
    assert Ringside(api_key=KEY, webhook_secret="whsec_arg").webhook_secret == "whsec_arg"


@pytest.mark.parametrize(
    "options",
    [
        {"api_key": KEY, "client_token": "a.b.c"},
        {"api_key": ""},
        {"api_key": "  "},
        {"api_key": "sk test"},
        {"api_key": "sk_tést"},
        {"api_key": 5},
        {"client_token": ""},
        {"client_token": "a\nb"},
        {"client_token": AsyncTokenSource("a.b.c")},
        {"api_key": KEY, "base_url": "not a url"},
        {"api_key": KEY, "base_url": "ftp://host/v1"},
        {"api_key": KEY, "base_url": "http://user:hunter2@host/v1"},
        {"api_key": KEY, "base_url": "http://host/v1#part"},
        {"api_key": KEY, "base_url": "http://host:99999/v1"},
        {"api_key": KEY, "customer": ""},
        {"api_key": KEY, "customer": "zoë"},
        {"api_key": KEY, "customer": "a\r\nX-Evil: 1"},
        {"api_key": KEY, "tags": ["a,b"]},
        {"api_key": KEY, "tags": [""]},
        {"api_key": KEY, "organization": "org_1"},
        {"api_key": KEY, "project": "proj_1"},
        {"api_key": KEY, "admin_api_key": "sk-admin"},
    ],
)
def test_a_wrong_mixture_is_refused_and_no_secret_quoted(options: dict[str, Any]) -> None:
    with pytest.raises(RingsideConfigError) as refusal:
        Ringside(**options)
    assert not any(secret in str(refusal.value) for secret in (KEY, "a.b.c", "hunter2", "sk-admin"))
    assert isinstance(refusal.value, RingsideError)
    assert isinstance(refusal.value, openai.OpenAIError)


def test_an_option_nobody_knows_is_pythons_own_error() -> None:
    with pytest.raises(TypeError):
        Ringside(api_key=KEY, custommer="cus_1")  # type: ignore[call-arg]


def test_blanks_around_a_key_are_dropped() -> None:
    assert Ringside(api_key=f" {KEY}\n").api_key == KEY


def test_the_repr_shows_no_secret() -> None:
    client = Ringside(api_key=KEY, customer="cus_1", tags="beta", webhook_secret="whsec_x")
    assert "cus_1" in repr(client)
    assert KEY not in repr(client)
    assert "whsec" not in repr(client)
    source = TokenSource("aaa.bbb.ccc")
    assert "bbb" not in repr(source) + str(vars(Ringside(client_token=source))["_tokens"])


def test_a_ringside_is_an_openai_and_its_own_class() -> None:
    assert isinstance(Ringside(api_key=KEY), openai.OpenAI)
    assert isinstance(AsyncRingside(api_key=KEY), openai.AsyncOpenAI)


class _Own(Ringside):
    """A user's subclass."""


def test_a_derived_client_keeps_class_options_and_pool_and_changes_only_what_was_asked() -> None:
    client = _Own(
        api_key=KEY,
        base_url="http://host/v1?team=a",
        customer="cus_1",
        tags=["a", "b"],
        webhook_secret="whsec_1",
        default_headers={"X-Mine": "1"},
        max_retries=7,
        timeout=12,
    )
    derived = client.for_customer("cus_2")
    assert type(derived) is _Own
    assert derived._client is client._client
    assert (derived.customer, derived.tags) == ("cus_2", ("a", "b"))
    for name in ("api_key", "base_url", "webhook_secret", "max_retries", "timeout", "_custom_headers", "_custom_query"):
        assert getattr(derived, name) == getattr(client, name), name
    assert client.for_customer("cus_2", tags="c").tags == ("c",)
    assert client.with_options(customer=None, tags=None).customer is None
    assert client.copy(timeout=None).timeout is None
    assert (client.customer, client.timeout) == ("cus_1", 12)


def test_headers_and_query_of_a_derived_client_are_added_or_replaced() -> None:
    client = Ringside(api_key=KEY, default_headers={"A": "1"}, default_query={"q": "1"})
    assert client.with_options(default_headers={"B": "2"})._custom_headers == {"A": "1", "B": "2"}
    assert client.with_options(set_default_headers={"B": "2"})._custom_headers == {"B": "2"}
    assert client.with_options(set_default_query={})._custom_query == {}
    with pytest.raises(ValueError, match="mutually exclusive"):
        client.with_options(default_headers={}, set_default_headers={})


def test_a_derived_client_may_change_its_kind_of_credential() -> None:
    key = Ringside(api_key=KEY)
    token = key.with_options(client_token="a.b.c")
    assert (token.api_key, token._tokens is None) == ("", False)
    assert token.for_customer("cus_1")._tokens is token._tokens
    back = token.with_options(api_key=KEY)
    assert (back.api_key, back._tokens) == (KEY, None)
