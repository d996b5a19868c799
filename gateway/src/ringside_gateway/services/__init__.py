# SPDX-License-Identifier: Apache-2.0
"""Use cases: one public function an operation; they own transactions and know neither HTTP nor SQL."""

from __future__ import annotations

from dataclasses import dataclass

from ringside_gateway.services.accounts import Accounts
from ringside_gateway.services.api_keys import ApiKeys
from ringside_gateway.services.audits import Audits
from ringside_gateway.services.authentication import Authentication
from ringside_gateway.services.bootstrap import Bootstrap
from ringside_gateway.services.calls.serve import Calls
from ringside_gateway.services.calls.sweeper import Sweeper
from ringside_gateway.services.calls.visits import Visits
from ringside_gateway.services.catalogue_updates import CatalogueUpdates
from ringside_gateway.services.client_tokens import ClientTokens
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.deliver import Deliver
from ringside_gateway.services.events import Events
from ringside_gateway.services.health import Health
from ringside_gateway.services.idempotency import Idempotency
from ringside_gateway.services.metrics import Metrics
from ringside_gateway.services.models import Models
from ringside_gateway.services.providers import Providers
from ringside_gateway.services.retention import Retention
from ringside_gateway.services.slots import Slots
from ringside_gateway.services.usage import Usage
from ringside_gateway.services.wallet import Wallet
from ringside_gateway.services.webhook_deliveries import WebhookDeliveries
from ringside_gateway.services.webhook_endpoints import WebhookEndpoints
from ringside_gateway.services.webhook_secrets import WebhookSecrets


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the entry points can ask for, built by `wiring.py`."""

    accounts: Accounts
    api_keys: ApiKeys
    audits: Audits
    authentication: Authentication
    bootstrap: Bootstrap
    calls: Calls
    catalogue_updates: CatalogueUpdates
    client_tokens: ClientTokens
    customers: Customers
    deliver: Deliver
    events: Events
    health: Health
    idempotency: Idempotency
    metrics: Metrics
    models: Models
    providers: Providers
    retention: Retention
    slots: Slots
    sweeper: Sweeper
    usage: Usage
    visits: Visits
    wallet: Wallet
    webhook_deliveries: WebhookDeliveries
    webhook_endpoints: WebhookEndpoints
    webhook_secrets: WebhookSecrets
