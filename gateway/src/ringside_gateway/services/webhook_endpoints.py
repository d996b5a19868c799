# SPDX-License-Identifier: Apache-2.0
"""Webhook endpoints: created, read, changed, deleted, and given new secrets."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ringside_gateway.domain import spellings
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.domain.webhook_endpoints import (
    ALL,
    DEFAULT_OVERLAP_S,
    DISABLED,
    ENABLED,
    PURPOSE,
    WebhookEndpoint,
    check_types,
    new_secret,
)
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.storage import webhook_endpoints
from ringside_gateway.storage.database import Database, Transaction


class WebhookEndpoints:
    """Endpoints of the caller's account, in the caller's mode only."""

    def __init__(self, database: Database, keyring: Keyring, addresses: Addresses) -> None:
        self._database = database
        self._keyring = keyring
        self._addresses = addresses

    def check_url(self, caller: Caller, fields: Mapping[str, Any]) -> None:
        """400 `invalid_url`. Asks a name server, so it comes before any transaction."""
        if "url" in fields:
            self._addresses.check(fields["url"], caller.livemode)

    def create(self, caller: Caller, fields: Mapping[str, Any]) -> tuple[WebhookEndpoint, str]:
        """A new endpoint and its secret; its URL was checked before."""
        now = time.time()
        secret = new_secret()
        changes = _changes(fields)
        endpoint = WebhookEndpoint(
            id=new_id("wh", now),
            account_id=caller.account_id,
            livemode=caller.livemode,
            url=fields["url"],
            events=changes.get("events", (ALL,)),
            description=changes.get("description"),
            status=ENABLED,
            disabled_reason=None,
            failing_since=None,
            secret=self._keyring.seal(secret, PURPOSE),
            previous_secret=None,
            previous_secret_expires_at=None,
            created_at=int(now),
            updated_at=int(now),
        )
        with self._database.transaction() as tx:
            webhook_endpoints.insert(tx, endpoint)
        return endpoint, secret

    def list(self, caller: Caller, page: PageRequest) -> Page[WebhookEndpoint]:
        """Endpoints, newest first."""
        with self._database.reading() as tx:
            return webhook_endpoints.page(tx, caller.account_id, caller.livemode, page)

    def retrieve(self, caller: Caller, endpoint_id: str) -> WebhookEndpoint:
        """One endpoint; 404 `not_found`."""
        with self._database.reading() as tx:
            return find(tx, caller, endpoint_id, lock=False)

    def update(self, caller: Caller, endpoint_id: str, fields: Mapping[str, Any]) -> WebhookEndpoint:
        """Changes the fields given; enabling forgets earlier failures."""
        changes = _changes(fields)
        if "status" in changes:
            reason = "manual" if changes["status"] == DISABLED else None
            changes |= {"disabled_reason": reason, "failing_since": None}
        with self._database.transaction() as tx:
            changed = replace(find(tx, caller, endpoint_id), **changes, updated_at=int(time.time()))
            webhook_endpoints.replace(tx, changed)
        return changed

    def delete(self, caller: Caller, endpoint_id: str) -> WebhookEndpoint:
        """Ends an endpoint, and what was still to be sent to it."""
        with self._database.transaction() as tx:
            endpoint = find(tx, caller, endpoint_id)
            webhook_endpoints.delete(tx, endpoint)
        return endpoint

    def rotate_secret(self, caller: Caller, endpoint_id: str, fields: Mapping[str, Any]) -> tuple[WebhookEndpoint, str]:
        """A new secret; the old one signs too until the overlap is over."""
        now = int(time.time())
        overlap_s = int(fields.get("overlap_seconds", DEFAULT_OVERLAP_S))
        if fields.get("keep_old_secret_active_for_24_hours") is False:
            overlap_s = 0
        secret = new_secret()
        with self._database.transaction() as tx:
            endpoint = find(tx, caller, endpoint_id)
            changed = replace(
                endpoint,
                secret=self._keyring.seal(secret, PURPOSE),
                previous_secret=endpoint.secret if overlap_s else None,
                previous_secret_expires_at=now + overlap_s if overlap_s else None,
                updated_at=now,
            )
            webhook_endpoints.replace(tx, changed)
        return changed, secret

    def secret_again(self, caller: Caller, endpoint_id: str) -> str:
        """The secret as it is now, for a request that is repeated because its answer was lost.

        409 `idempotency_answer_lost` where nothing opens it any more: a new one can be had by rotating it.
        """
        try:
            return self._keyring.open(self.retrieve(caller, endpoint_id).secret, PURPOSE)
        except ValueError as error:
            message = "The secret can be opened no more: secret_keys has lost its key. Rotate the secret for a new one."
            raise GatewayError("idempotency_answer_lost", message) from error


def find(tx: Transaction, caller: Caller, endpoint_id: str, *, lock: bool = True) -> WebhookEndpoint:
    """The caller's endpoint, by default locked for a change; 404 `not_found`."""
    endpoint = webhook_endpoints.find(tx, caller.account_id, caller.livemode, endpoint_id, lock=lock)
    if endpoint is None:
        raise GatewayError("not_found", object="webhook endpoint", id=endpoint_id)
    return endpoint


def _changes(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The body's fields under our names: `event_types` and `name` are OpenAI's for `events` and `description`."""
    changes: dict[str, Any] = {name: fields[name] for name in ("url", "status") if name in fields}
    for spelling in ("event_types", "events"):
        if spelling in fields:
            spellings.note(changes, "events", check_types(fields[spelling], spelling), spelling)
    for spelling in ("name", "description"):
        if spelling in fields:
            spellings.note(changes, "description", fields[spelling], spelling)
    return changes
