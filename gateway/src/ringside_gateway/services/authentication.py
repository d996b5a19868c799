# SPDX-License-Identifier: Apache-2.0
"""Who is calling: a server key or a client token becomes a Caller."""

from __future__ import annotations

import time

from ringside_gateway.domain import api_keys as keys
from ringside_gateway.domain.accounts import Caller, Credential
from ringside_gateway.domain.api_keys import ApiKey
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.services.cache import Cache
from ringside_gateway.services.client_tokens import ClientTokens
from ringside_gateway.storage import api_keys
from ringside_gateway.storage.database import Database

#: A revoked key works on for at most this long in other processes (architecture page, Database).
CACHE_S = 1.0
#: "Last used" is a help for people, not an audit: one write a minute is plenty.
TOUCH_S = 60


class Authentication:
    """Checks credentials against the database, with a cache of one second."""

    def __init__(self, database: Database, client_tokens: ClientTokens) -> None:
        self._database = database
        self._client_tokens = client_tokens
        self._keys: Cache[str, ApiKey | None] = Cache(CACHE_S)
        self._touched: dict[str, float] = {}

    def authenticate(self, presented: Credential) -> Caller:
        """The caller behind a credential; what `ClientTokens.caller` refuses, or else

        401 `invalid_api_key` for a missing, malformed, unknown, revoked or expired key alike: nothing to probe.
        """
        scheme, _, secret = (presented.authorization or "").partition(" ")
        secret = secret.strip()
        if scheme.lower() == "client":
            return self._client_tokens.caller(secret, presented)
        if scheme.lower() != "bearer" or not keys.is_well_formed(secret):
            raise GatewayError("invalid_api_key")
        fingerprint = keys.fingerprint(secret)
        key = self._keys.get(fingerprint, lambda: self._find(fingerprint))
        now = time.time()
        if key is None or key.revoked_at is not None or (key.expires_at is not None and key.expires_at <= now):
            raise GatewayError("invalid_api_key")
        self._touch(key, now)
        return Caller(key.account_id, key.livemode, key.id, frozenset(key.scopes))

    def forget(self) -> None:
        """From now on nothing counts that was read before: a key was changed."""
        self._keys = Cache(CACHE_S)

    def _find(self, fingerprint: str) -> ApiKey | None:
        with self._database.reading() as tx:
            return api_keys.find_by_fingerprint(tx, fingerprint)

    def _touch(self, key: ApiKey, now: float) -> None:
        """Notes the use of a key; one call of many that come at once does it."""
        if max(key.last_used_at or 0, self._touched.get(key.id, 0)) < now - TOUCH_S:
            self._touched[key.id] = now
            with self._database.transaction() as tx:
                api_keys.touch(tx, key.id, int(now))
