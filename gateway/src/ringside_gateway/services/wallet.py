# SPDX-License-Identifier: Apache-2.0
"""The prepaid wallet of a customer: every change of the balance is one ledger row in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain import alerts
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.alerts import check_wallet, report
from ringside_gateway.domain.books import Books, CustomerBook, Selection
from ringside_gateway.domain.customers import Customer
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.ledger import ADJUST, DEBIT, REFUND, TOPUP, Transaction
from ringside_gateway.domain.money import MAX_USD, NANO_PER_USD, to_nano, to_usd
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.services.customers import find
from ringside_gateway.storage import ledger
from ringside_gateway.storage.books import close_books, open_books
from ringside_gateway.storage.database import Database
from ringside_gateway.storage.database import Transaction as DatabaseTransaction


@dataclass(frozen=True, slots=True)
class WalletView:
    """A customer's wallet as it stands, with one page of its history."""

    customer: Customer
    transactions: Page[Transaction]


class Wallet:
    """Top up, adjust, refund and read customer wallets."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def retrieve(self, caller: Caller, ref: str, page: PageRequest) -> WalletView:
        """Balance and history, newest first; a deleted customer's too."""
        with self._database.reading() as tx:
            customer = find(tx, caller, ref, deleted=True)
            return WalletView(customer, ledger.page(tx, customer.id, customer.livemode, page))

    def list_transactions(self, caller: Caller, ref: str, page: PageRequest) -> Page[Transaction]:
        """The ledger of one customer, newest first."""
        return self.retrieve(caller, ref, page).transactions

    def topup(self, caller: Caller, ref: str, fields: Mapping[str, Any]) -> Transaction:
        """Adds credits; the first one opens the wallet."""
        amount = _positive(fields["amount_usd"])
        with self._database.transaction() as tx:
            books, customer = self._open(tx, caller, ref)
            customer.last_topup_nano = amount
            row = _post(books, customer, TOPUP, amount, fields)
            report(books, customer, "wallet.topped_up", alerts.wallet(books, customer))
            close_books(tx, books)
            return row

    def adjust(self, caller: Caller, ref: str, fields: Mapping[str, Any]) -> Transaction:
        """Corrects the balance by a signed amount, with a reason."""
        amount = to_nano(fields["amount_usd"], "amount_usd")
        if amount == 0:
            raise GatewayError("invalid_request", "`amount_usd` must not be 0.", param="amount_usd")
        with self._database.transaction() as tx:
            books, customer = self._open(tx, caller, ref)
            row = _post(books, customer, ADJUST, amount, {"description": fields["reason"]} | dict(fields))
            close_books(tx, books)
            return row

    def refund(self, caller: Caller, ref: str, fields: Mapping[str, Any]) -> Transaction:
        """Gives back what a call took by debit and correction, whole or in part; never more, over all its refunds.

        400 `transaction_not_refundable`, 400 `refund_exceeds_debit`, 404 `not_found`.
        """
        with self._database.transaction() as tx:
            books, customer = self._open(tx, caller, ref)
            charge = ledger.find(tx, customer.id, customer.livemode, fields["transaction_id"])
            if charge is None:
                raise GatewayError(
                    "not_found", param="transaction_id", object="transaction", id=fields["transaction_id"]
                )
            if charge.type not in (DEBIT, ADJUST) or charge.request_id is None:
                raise GatewayError("transaction_not_refundable", param="transaction_id", type=charge.type)
            left = ledger.refundable_nano(tx, charge, customer.livemode)
            wanted = fields.get("amount_usd")
            amount = left if wanted is None else _positive(wanted)
            if amount > left or left <= 0:
                raise GatewayError("refund_exceeds_debit", param="amount_usd", refundable_usd=format(to_usd(left), "f"))
            row = _post(books, customer, REFUND, amount, fields, charge.id)
            close_books(tx, books)
            return row

    def _open(self, tx: DatabaseTransaction, caller: Caller, ref: str) -> tuple[Books, CustomerBook]:
        customer = find(tx, caller, ref)
        books = open_books(tx, Selection(customers=[customer.id]), self._clock)
        return books, books.customers[customer.id]


def _positive(value: object) -> int:
    amount = to_nano(value, "amount_usd")
    if amount <= 0:
        raise GatewayError("invalid_request", "`amount_usd` must be greater than 0.", param="amount_usd")
    return amount


def _post(
    books: Books,
    customer: CustomerBook,
    kind: str,
    amount_nano: int,
    fields: Mapping[str, Any],
    refunded: str | None = None,
) -> Transaction:
    balance = (customer.balance_nano or 0) + amount_nano
    if abs(balance) > MAX_USD * NANO_PER_USD:
        raise GatewayError("invalid_request", f"The balance would pass {MAX_USD} USD.", param="amount_usd")
    customer.balance_nano, customer.dirty = balance, True
    row = Transaction(
        new_id("txn", books.now),
        customer.id,
        kind,
        amount_nano,
        balance,
        int(books.now),
        description=fields.get("description"),
        refunded_transaction_id=refunded,
        metadata=fields.get("metadata") or {},
    )
    books.ledger.append((row, customer.account_id, customer.livemode))
    check_wallet(books, customer)
    return row
