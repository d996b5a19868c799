# SPDX-License-Identifier: Apache-2.0
"""Names in every language."""

from __future__ import annotations

import keyword
from pathlib import Path

import pytest

from ringside_codegen import naming

#: Wire name: snake, camel, pascal, kebab, constant, Go exported, Go local.
TABLE = {
    "customer_id": "customer_id customerId CustomerId customer-id CUSTOMER_ID CustomerID customerID",
    "api_keys": "api_keys apiKeys ApiKeys api-keys API_KEYS APIKeys apiKeys",
    "ApiKeyList": "api_key_list apiKeyList ApiKeyList api-key-list API_KEY_LIST APIKeyList apiKeyList",
    "HTTPServer": "http_server httpServer HttpServer http-server HTTP_SERVER HTTPServer httpServer",
    "limit_rpm": "limit_rpm limitRpm LimitRpm limit-rpm LIMIT_RPM LimitRPM limitRPM",
    "X-FC-Tag": "x_fc_tag xFcTag XFcTag x-fc-tag X_FC_TAG XFCTag xFCTag",
    "wallet.low": "wallet_low walletLow WalletLow wallet-low WALLET_LOW WalletLow walletLow",
    "topup": "topup topup Topup topup TOPUP Topup topup",
    "last4": "last4 last4 Last4 last4 LAST4 Last4 last4",
}


@pytest.mark.parametrize("wire", TABLE)
def test_a_wire_name_has_one_spelling_a_language(wire: str) -> None:
    spell = [
        naming.snake,
        naming.camel,
        naming.pascal,
        naming.kebab,
        naming.constant,
        naming.go_exported,
        naming.go_local,
    ]
    assert " ".join(function(wire) for function in spell) == TABLE[wire]


#: Every noun of the spec, and kinds of words it may grow.
SINGULAR = {
    "api_keys": "api_key",
    "chat_completions": "chat_completion",
    "client_tokens": "client_token",
    "customers": "customer",
    "events": "event",
    "health": "health",
    "models": "model",
    "providers": "provider",
    "slots": "slot",
    "usage": "usage",
    "wallet": "wallet",
    "webhook_deliveries": "webhook_delivery",
    "webhook_endpoints": "webhook_endpoint",
    "batches": "batch",
    "addresses": "address",
    "indexes": "index",
    "status": "status",
    "Capabilities": "Capability",
}


def test_every_noun_has_one_singular() -> None:
    resources = Path(naming.__file__).parents[3] / "resources"
    assert {path.name for path in resources.iterdir() if path.is_dir()} <= SINGULAR.keys()
    assert {noun: naming.singular(noun) for noun in SINGULAR} == SINGULAR


@pytest.mark.parametrize(
    ("name", "language", "safe"),
    [
        ("class", "python", "class_"),
        ("import", "python", "import_"),
        ("type", "go", "type_"),
        ("delete", "typescript", "delete_"),
        ("default", "java", "default_"),
        ("notify", "java", "notify_"),
        ("customer", "java", "customer"),
        ("delete", "java", "delete"),
    ],
)
def test_a_reserved_word_gets_an_underscore_where_it_is_reserved(name: str, language: str, safe: str) -> None:
    assert naming.safe(name, language) == safe


def test_every_keyword_of_this_python_is_reserved() -> None:
    assert set(keyword.kwlist) <= naming.RESERVED["python"]


def test_a_go_local_is_never_a_keyword() -> None:
    assert naming.go_local("type") == "type_"
