# SPDX-License-Identifier: Apache-2.0
"""A first account and test key, so that a fresh installation answers its first call."""

from __future__ import annotations

import time

from ringside_gateway.domain import api_keys as rules
from ringside_gateway.domain.accounts import Account
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.services.api_keys import issue
from ringside_gateway.storage import accounts, api_keys, migrations
from ringside_gateway.storage.database import Database


class Bootstrap:
    """Prepares an empty database; safe to run at every start."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def upgrade(self) -> list[str]:
        """Applies missing migrations and returns their names."""
        return migrations.upgrade(self._database)

    def close(self) -> None:
        """Lets go of the database, so that no worker inherits a connection."""
        self._database.close()

    def ensure_account(self) -> Account:
        """This installation's account in test mode, made on first use with its live twin."""
        with self._database.transaction() as tx:
            account = accounts.first(tx, livemode=False)
            if account is None:
                now = time.time()
                account = Account(new_id("acct", now), False, "My account")
                accounts.insert(tx, account, int(now))
                accounts.insert(tx, Account(account.id, True, account.name), int(now))
            return account

    def ensure_test_key(self, known: str | None) -> str:
        """The secret given if it still works for this account, else a new test key with every scope."""
        account = self.ensure_account()
        with self._database.transaction() as tx:
            if known is not None and rules.is_well_formed(known):
                key = api_keys.find_by_fingerprint(tx, rules.fingerprint(known))
                usable = key is not None and key.revoked_at is None and key.expires_at is None
                if key is not None and usable and (key.account_id, key.livemode) == (account.id, False):
                    return known
            fields = {"name": "First test key", "scopes": rules.ALL_SCOPES}
            return issue(tx, account.id, False, fields)[1]
