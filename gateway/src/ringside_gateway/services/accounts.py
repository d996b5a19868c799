# SPDX-License-Identifier: Apache-2.0
"""The developer's own account: its wallet, mark-up and limits, which the operator sets."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ringside_gateway.domain.accounts import Account, Caller
from ringside_gateway.domain.books import Selection
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.ledger import ADJUST, TOPUP, Transaction
from ringside_gateway.domain.money import MAX_USD, NANO_PER_USD
from ringside_gateway.domain.pages import PageRequest
from ringside_gateway.storage import accounts, ledger
from ringside_gateway.storage.books import close_books, open_books
from ringside_gateway.storage.database import Database


class Accounts:
    """Reads and changes the caller's account in the caller's mode. `clock` gives unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def retrieve(self, caller: Caller) -> Account:
        """The account as it stands; 404 `not_found`."""
        with self._database.reading() as tx:
            account = accounts.find(tx, caller.account_id, caller.livemode)
        if account is None:
            raise GatewayError("not_found", object="account", id=caller.account_id)
        return account

    def update(self, caller: Caller, changes: dict[str, Any]) -> Account:
        """Changes mark-up, limits, and what new customers get."""
        if changes:
            with self._database.transaction() as tx:
                accounts.update(tx, caller.account_id, caller.livemode, changes)
        return self.retrieve(caller)

    def credit(self, caller: Caller, amount_nano: int, reason: str | None = None) -> Transaction:
        """Adds to the account's wallet, or takes from it (negative, as a correction); the first opens it."""
        if amount_nano == 0:
            raise GatewayError("invalid_request", "The amount must not be 0.", param="amount_usd")
        key = (caller.account_id, caller.livemode)
        with self._database.transaction() as tx:
            accounts.await_calls(tx)
            books = open_books(tx, Selection([key]), self._clock)
            account = books.accounts[key]
            balance = (account.balance_nano or 0) + amount_nano
            if abs(balance) > MAX_USD * NANO_PER_USD:
                raise GatewayError("invalid_request", f"The balance would pass {MAX_USD} USD.", param="amount_usd")
            account.balance_nano, account.dirty = balance, True
            kind, now = TOPUP if amount_nano > 0 else ADJUST, books.now
            row = Transaction(new_id("txn", now), account.id, kind, amount_nano, balance, int(now), description=reason)
            books.ledger.append((row, *key))
            close_books(tx, books)
            return row

    def transactions(self, caller: Caller, count: int) -> list[Transaction]:
        """The newest rows of the account's ledger."""
        with self._database.reading() as tx:
            page = ledger.page(tx, caller.account_id, caller.livemode, PageRequest(count))
        return list(page.items)
