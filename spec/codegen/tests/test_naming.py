# SPDX-License-Identifier: Apache-2.0
"""Names in every language."""

from __future__ import annotations

import keyword

import pytest

from ringside_codegen import naming

TABLE = [
    # wire name, snake, camel, pascal, kebab, constant, Go exported, Go local
    ("customer_id", "customer_id", "customerId", "CustomerId", "customer-id", "CUSTOMER_ID", "CustomerID", "customerID"),
    ("api_keys", "api_keys", "apiKeys", "ApiKeys", "api-keys", "API_KEYS", "APIKeys", "apiKeys"),
    ("ApiKeyList", "api_key_list", "apiKeyList", "ApiKeyList", "api-key-list", "API_KEY_LIST", "APIKeyList", "apiKeyList"),
    ("HTTPServer", "http_server", "httpServer", "HttpServer", "http-server", "HTTP_SERVER", "HTTPServer", "httpServer"),
    ("rate_limit_rpm", "rate_limit_rpm", "rateLimitRpm", "RateLimitRpm", "rate-limit-rpm", "RATE_LIMIT_RPM", "RateLimitRPM", "rateLimitRPM"),
    ("X-FC-Signature", "x_fc_signature", "xFcSignature", "XFcSignature", "x-fc-signature", "X_FC_SIGNATURE", "XFCSignature", "xFCSignature"),
    ("wallet.low", "wallet_low", "walletLow", "WalletLow", "wallet-low", "WALLET_LOW", "WalletLow", "walletLow"),
    ("topup", "topup", "topup", "Topup", "topup", "TOPUP", "Topup", "topup"),
    ("last4", "last4", "last4", "Last4", "last4", "LAST4", "Last4", "last4"),
]  # fmt: skip


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_wire_name_has_one_spelling_a_language(row: tuple[str, ...]) -> None:
    wire, *expected = row
    functions = (
        naming.snake, naming.camel, naming.pascal, naming.kebab, naming.constant, naming.go_exported, naming.go_local
    )  # fmt: skip
    assert [function(wire) for function in functions] == expected


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
