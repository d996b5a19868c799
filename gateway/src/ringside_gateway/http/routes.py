# SPDX-License-Identifier: Apache-2.0
"""One line a path; a test compares them with the spec."""

from __future__ import annotations

from typing import Any

import falcon

from ringside_gateway.http.context import Edge
from ringside_gateway.http.resources.api_keys import ApiKeys, OneApiKey, RollApiKey
from ringside_gateway.http.resources.chat_completions import ChatCompletions
from ringside_gateway.http.resources.client_tokens import ClientTokens, OneClientToken
from ringside_gateway.http.resources.customers import CustomerMargin, Customers, CustomerUsage, OneCustomer
from ringside_gateway.http.resources.events import Events
from ringside_gateway.http.resources.health import Document, Live, Ready, Root
from ringside_gateway.http.resources.metrics import Metrics
from ringside_gateway.http.resources.models import Models, OneModel, ResolveModel
from ringside_gateway.http.resources.providers import Providers
from ringside_gateway.http.resources.slots import OneSlot, Slots
from ringside_gateway.http.resources.usage import OneUsageEvent, Usage, UsageEvents
from ringside_gateway.http.resources.wallet import (
    Wallet,
    WalletAdjust,
    WalletRefund,
    WalletTopup,
    WalletTransactions,
)
from ringside_gateway.http.resources.webhook_deliveries import RedeliverWebhook, WebhookDeliveries
from ringside_gateway.http.resources.webhook_endpoints import (
    OneWebhookEndpoint,
    RotateWebhookSecret,
    TestWebhookEndpoint,
    WebhookEndpoints,
)


def add_routes(app: falcon.App[Any, Any], edge: Edge) -> None:
    """Every path of the gateway."""
    app.add_route("/metrics", Metrics(edge))
    app.add_route("/v1/chat/completions", ChatCompletions(edge))
    app.add_route("/v1/models", Models(edge))
    app.add_route("/v1/models/resolve", ResolveModel(edge))
    app.add_route("/v1/models/{model:path}", OneModel(edge))
    app.add_route("/v1/providers", Providers(edge))
    app.add_route("/v1/slots", Slots(edge))
    app.add_route("/v1/slots/{slot}", OneSlot(edge))
    app.add_route("/v1/customers", Customers(edge))
    app.add_route("/v1/customers/{customer_id}", OneCustomer(edge))
    app.add_route("/v1/customers/{customer_id}/usage", CustomerUsage(edge))
    app.add_route("/v1/customers/{customer_id}/margin", CustomerMargin(edge))
    app.add_route("/v1/customers/{customer_id}/wallet", Wallet(edge))
    app.add_route("/v1/customers/{customer_id}/wallet/topup", WalletTopup(edge))
    app.add_route("/v1/customers/{customer_id}/wallet/adjust", WalletAdjust(edge))
    app.add_route("/v1/customers/{customer_id}/wallet/refund", WalletRefund(edge))
    app.add_route("/v1/customers/{customer_id}/wallet/transactions", WalletTransactions(edge))
    app.add_route("/v1/customers/{customer_id}/client_tokens", ClientTokens(edge))
    app.add_route("/v1/customers/{customer_id}/client_tokens/{client_token_id}", OneClientToken(edge))
    app.add_route("/v1/events", Events(edge))
    endpoint = "/v1/webhook_endpoints/{webhook_endpoint_id}"
    app.add_route("/v1/webhook_endpoints", WebhookEndpoints(edge))
    app.add_route(endpoint, OneWebhookEndpoint(edge))
    app.add_route(f"{endpoint}/rotate_secret", RotateWebhookSecret(edge))
    app.add_route(f"{endpoint}/test", TestWebhookEndpoint(edge))
    app.add_route(f"{endpoint}/deliveries", WebhookDeliveries(edge))
    app.add_route(f"{endpoint}/deliveries/{{delivery_id}}/redeliver", RedeliverWebhook(edge))
    app.add_route("/v1/usage", Usage(edge))
    app.add_route("/v1/usage/events", UsageEvents(edge))
    app.add_route("/v1/usage/events/{request_id}", OneUsageEvent(edge))
    app.add_route("/v1/api_keys", ApiKeys(edge))
    app.add_route("/v1/api_keys/{api_key_id}", OneApiKey(edge))
    app.add_route("/v1/api_keys/{api_key_id}/roll", RollApiKey(edge))
    app.add_route("/healthz", Live(edge))
    app.add_route("/readyz", Ready(edge))
    app.add_route("/openapi.json", Document("openapi.json", falcon.MEDIA_JSON))
    app.add_route("/docs", Document("reference.html", falcon.MEDIA_HTML))
    app.add_route("/", Root())
