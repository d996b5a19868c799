# SPDX-License-Identifier: Apache-2.0
"""The composition root: builds adapters, services and the application. The only file that knows every layer."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.metadata import version
from ipaddress import ip_network
from typing import Any

from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.providers import ProviderSettings
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.egress.fetch import Fetcher
from ringside_gateway.egress.webhooks import Webhooks
from ringside_gateway.providers.catalogue_files import files_in
from ringside_gateway.providers.catalogue_schema import CatalogueError
from ringside_gateway.providers.client import ProviderClient
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.services import Services
from ringside_gateway.services.accounts import Accounts
from ringside_gateway.services.api_keys import ApiKeys
from ringside_gateway.services.audits import Audits
from ringside_gateway.services.authentication import Authentication
from ringside_gateway.services.bootstrap import Bootstrap
from ringside_gateway.services.calls.attribution import Attribution
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.holds import Holds
from ringside_gateway.services.calls.latencies import Latencies
from ringside_gateway.services.calls.leases import Leases
from ringside_gateway.services.calls.limits import FrontLimits
from ringside_gateway.services.calls.routing import Routing
from ringside_gateway.services.calls.serve import Calls
from ringside_gateway.services.calls.settlement import Settlement
from ringside_gateway.services.calls.sweeper import Sweeper
from ringside_gateway.services.calls.upstreams import Upstreams
from ringside_gateway.services.calls.visits import Visits
from ringside_gateway.services.catalogue_updates import CatalogueUpdates
from ringside_gateway.services.client_tokens import ClientTokens
from ringside_gateway.services.customers import Customers
from ringside_gateway.services.deliver import Deliver
from ringside_gateway.services.events import Events
from ringside_gateway.services.health import Health
from ringside_gateway.services.idempotency import Idempotency
from ringside_gateway.services.metrics import REDIS_FALLBACKS, Metrics, count
from ringside_gateway.services.models import Models
from ringside_gateway.services.providers import Providers
from ringside_gateway.services.retention import Retention
from ringside_gateway.services.slots import Slots
from ringside_gateway.services.usage import Usage
from ringside_gateway.services.wallet import Wallet
from ringside_gateway.services.webhook_deliveries import WebhookDeliveries
from ringside_gateway.services.webhook_endpoints import WebhookEndpoints
from ringside_gateway.services.webhook_secrets import WebhookSecrets
from ringside_gateway.settings import Settings, SettingsError, secret_keys
from ringside_gateway.storage.database import Database


def build_services(settings: Settings) -> Services:
    """All services over one database; connects lazily."""
    database = Database.open(settings.database)
    bookkeeper, keyring = Bookkeeper(database), Keyring(secret_keys(settings))
    front = _front_limits(settings, database, bookkeeper)
    webhooks = Webhooks(Addresses(settings.allows_loopback_webhooks), settings.webhook_timeout_s)
    client_tokens = ClientTokens(database, keyring)
    authentication = Authentication(database, client_tokens)
    catalogue, latencies = build_catalogue(settings), Latencies()
    client = _provider_client(settings, catalogue)
    routing = Routing(database, catalogue, latencies)
    holds = Holds(bookkeeper, settings.max_output_tokens, settings.allow_unpriced, front)
    upstreams = Upstreams(client, latencies, settings.upstream_deadline_s, settings.max_retries)
    settlement = Settlement(bookkeeper, front)
    calls = Calls(Attribution(database), routing, holds, Leases(database, bookkeeper), upstreams, settlement)
    return Services(
        accounts=Accounts(database),
        api_keys=ApiKeys(database, authentication.forget),
        audits=Audits(database),
        authentication=authentication,
        bootstrap=Bootstrap(database),
        calls=calls,
        catalogue_updates=CatalogueUpdates(settings.catalogue_folders),
        client_tokens=client_tokens,
        customers=Customers(database),
        deliver=Deliver(database, keyring, webhooks),
        events=Events(database),
        health=Health(database, front),
        idempotency=Idempotency(database),
        metrics=Metrics(database),
        models=Models(catalogue, routing),
        providers=Providers(catalogue, client),
        retention=Retention(database),
        slots=Slots(database, catalogue),
        sweeper=Sweeper(database, bookkeeper),
        usage=Usage(database),
        visits=Visits(bookkeeper),
        wallet=Wallet(database),
        webhook_deliveries=WebhookDeliveries(database),
        webhook_endpoints=WebhookEndpoints(database, keyring, webhooks.addresses),
        webhook_secrets=WebhookSecrets(database, keyring),
    )


def _front_limits(settings: Settings, database: Database, bookkeeper: Bookkeeper) -> FrontLimits | None:
    if settings.redis_url is None:
        return None
    from ringside_gateway.storage.redis_windows import RedisWindows  # redis is an extra

    windows = RedisWindows(settings.redis_url, lambda: count(REDIS_FALLBACKS))
    return FrontLimits(database, bookkeeper, windows)


def build_catalogue(settings: Settings) -> Catalogue:
    """The catalogue with the operator's files on top; SettingsError names file and key of one that cannot be used."""
    try:
        return load_catalogue(*files_in(settings.catalogue_folders))
    except CatalogueError as error:
        raise SettingsError(f"catalogue: {error}") from error


def build_bootstrap(settings: Settings) -> Bootstrap:
    """Just what prepares an empty database."""
    return Bootstrap(Database.open(settings.database))


def build_app(settings: Settings) -> Callable[..., Any]:
    """The WSGI application of one worker process."""
    from ringside_gateway.http.addresses import TrustedProxies
    from ringside_gateway.http.app import create_app
    from ringside_gateway.http.connections import Connections, GeventConnections, PlainConnections, PolledConnections
    from ringside_gateway.http.context import Edge
    from ringside_gateway.http.edge_limits import EdgeLimits

    watchers: dict[str, type[Connections]] = {
        "gevent": GeventConnections,
        "gthread": PolledConnections,
        "meinheld": PlainConnections,
    }
    edge = Edge(
        services=build_services(settings),
        edge_limits=EdgeLimits(settings.edge_rate_limit_rpm or None),
        metrics_networks=tuple(ip_network(network) for network in settings.metrics_networks),
        cors_origins=frozenset(settings.cors_origins),
        proxies=TrustedProxies(settings.trusted_proxies),
        connections=watchers[settings.worker](),
        max_body_bytes=settings.max_body_bytes,
        body_deadline_s=settings.body_deadline_s,
        version=version("ringside-gateway"),
    )
    return create_app(edge)


def _provider_client(settings: Settings, catalogue: Catalogue) -> ProviderClient:
    fetch = Fetcher(Addresses(settings.allows_loopback_webhooks))  # slow names of images delay no webhook
    return ProviderClient(catalogue, _provider_settings(settings), fetch)


def _provider_settings(settings: Settings) -> ProviderSettings:
    return ProviderSettings(
        api_keys={name: (keys,) if isinstance(keys, str) else keys for name, keys in settings.provider_keys.items()},
        base_urls=settings.provider_base_urls,
        options=settings.provider_options,
        models=settings.provider_models,
        environment=dict(os.environ),
        connect_timeout_s=settings.connect_timeout_s,
        read_timeout_s=settings.read_timeout_s,
        transport=settings.worker,
    )
