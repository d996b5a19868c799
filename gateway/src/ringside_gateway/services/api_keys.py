# SPDX-License-Identifier: Apache-2.0
"""API keys: made, named, scoped, rolled with an overlap, revoked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from ringside_gateway.domain import api_keys as rules
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.api_keys import ApiKey
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.storage import api_keys
from ringside_gateway.storage.database import Database, Transaction

#: How long the old key goes on working after a roll when the caller names no overlap.
DEFAULT_OVERLAP_S = 24 * 3600


class ApiKeys:
    """Keys of the caller's account, in the caller's mode only."""

    def __init__(self, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        """`changed` is called after keys are, for whoever remembers what they were."""
        self._database = database
        self._changed = changed

    def create(self, caller: Caller, fields: Mapping[str, Any]) -> tuple[ApiKey, str]:
        """A new key and its secret, which is shown this once."""
        with self._database.transaction() as tx:
            return issue(tx, caller.account_id, caller.livemode, fields)

    def list(self, caller: Caller, page: PageRequest) -> Page[ApiKey]:
        """Keys, newest first, revoked ones included."""
        with self._database.reading() as tx:
            return api_keys.page(tx, caller.account_id, caller.livemode, page)

    def retrieve(self, caller: Caller, key_id: str) -> ApiKey:
        """One key; 404 `not_found`."""
        with self._database.reading() as tx:
            return _find(tx, caller, key_id)

    def update(self, caller: Caller, key_id: str, fields: Mapping[str, Any]) -> ApiKey:
        """Renames, re-scopes or re-dates a key."""
        with self._changing() as tx:
            _find(tx, caller, key_id)
            names = ("name", "scopes", "expires_at")
            changes = {name: fields[name] for name in names if name in fields}
            if changes:
                api_keys.update(tx, key_id, changes)
            return _find(tx, caller, key_id)

    def roll(self, caller: Caller, key_id: str, fields: Mapping[str, Any]) -> tuple[ApiKey, str]:
        """A new key with the old one's name and scopes; the old one expires after the overlap."""
        with self._changing() as tx:
            old = _find(tx, caller, key_id)
            if old.revoked_at is not None:
                raise GatewayError("invalid_request", "A revoked key cannot be rolled; create a new one.", param="id")
            ends = int(time.time()) + int(fields.get("overlap_seconds", DEFAULT_OVERLAP_S))
            api_keys.update(tx, old.id, {"expires_at": min(ends, old.expires_at or ends)})
            return issue(tx, caller.account_id, caller.livemode, {"name": old.name, "scopes": old.scopes})

    def revoke(self, caller: Caller, key_id: str) -> ApiKey:
        """Ends a key: at once here, within a second in other processes."""
        with self._changing() as tx:
            key = _find(tx, caller, key_id)
            revoked = replace(key, revoked_at=key.revoked_at or int(time.time()))
            api_keys.update(tx, key.id, {"revoked_at": revoked.revoked_at})
            return revoked

    @contextmanager
    def _changing(self) -> Iterator[Transaction]:
        with self._database.transaction() as tx:
            yield tx
        self._changed()


def issue(tx: Transaction, account_id: str, livemode: bool, fields: Mapping[str, Any]) -> tuple[ApiKey, str]:
    """Writes a new key and returns it with its secret."""
    secret, now = rules.new_secret(livemode), time.time()
    key = ApiKey(
        new_id("key", now),
        account_id,
        livemode,
        fields.get("name") or "API key",
        secret[-4:],
        tuple(fields.get("scopes") or rules.DEFAULT_SCOPES),
        int(now),
        fields.get("expires_at"),
    )
    api_keys.insert(tx, key, rules.fingerprint(secret))
    return key, secret


def _find(tx: Transaction, caller: Caller, key_id: str) -> ApiKey:
    key = api_keys.find(tx, caller.account_id, caller.livemode, key_id)
    if key is None:
        raise GatewayError("not_found", object="API key", id=key_id)
    return key
