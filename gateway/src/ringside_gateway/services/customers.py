# SPDX-License-Identifier: Apache-2.0
"""Customers: the developer's own users, tenants or teams."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ringside_gateway.domain import spellings
from ringside_gateway.domain.accounts import Account, Caller
from ringside_gateway.domain.customers import EXTERNAL, Customer, is_ambiguous, shown
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.money import percent_to_ppm, to_nano
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.services import events
from ringside_gateway.storage import accounts, customers
from ringside_gateway.storage.database import Database, Transaction

_PLAIN = ("external_id", "name", "email", "rate_limit_rpm", "rate_limit_tpm", "metadata", "status")
#: Two names of one column must agree.
_MONEY = {
    "monthly_budget_usd": "budget_nano",
    "budget_usd": "budget_nano",
    "wallet_low_threshold_usd": "wallet_low_threshold_nano",
}


class Customers:
    """Create, read, change and delete customers of the caller's account and mode."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, caller: Caller, fields: Mapping[str, Any]) -> Customer:
        """A new customer with the account's default limits where none are given; 409 `external_id_taken`."""
        with self._database.transaction() as tx:
            account = accounts.find(tx, caller.account_id, caller.livemode)
            return add(tx, account, _columns(fields))

    def list(
        self, caller: Caller, *, external_id: str | None, created_after: int | None, page: PageRequest
    ) -> Page[Customer]:
        """Living customers, newest first."""
        with self._database.reading() as tx:
            return customers.page(
                tx, caller.account_id, caller.livemode, page, external_id=external_id, created_after=created_after
            )

    def retrieve(self, caller: Caller, ref: str) -> Customer:
        """The customer named by `cus_…` or `ext:<external id>`; 404 `not_found`, another account's too."""
        with self._database.reading() as tx:
            return find(tx, caller, ref)

    def update(self, caller: Caller, ref: str, fields: Mapping[str, Any]) -> Customer:
        """Changes the fields given; an explicit null clears. Where nothing changes, nothing is reported."""
        changes = _columns(fields)
        if "metadata" in changes:
            changes["metadata"] = changes["metadata"] or {}
        with self._database.transaction() as tx:
            customer = find(tx, caller, ref)
            if all(getattr(customer, name) == value for name, value in changes.items()):
                return customer
            customers.update(tx, customer.id, changes | {"updated_at": int(time.time())})
            changed = find(tx, caller, customer.id)
            events.write(tx, changed, "customer.updated", shown(changed, time.time()))
            return changed

    def delete(self, caller: Caller, ref: str) -> Customer:
        """Soft: ledger and usage stay readable, the external id is free again."""
        with self._database.transaction() as tx:
            customer = find(tx, caller, ref)
            customers.update(tx, customer.id, {"deleted_at": int(time.time()), "updated_at": int(time.time())})
            events.write(tx, customer, "customer.deleted", shown(customer, time.time()))
            return customer


def find(tx: Transaction, caller: Caller, ref: str, *, deleted: bool = False) -> Customer:
    """The caller's customer by `cus_…` or `ext:…`; 404 `not_found`, for a deleted one unless its records are read.

    A deleted one has its id only: its external id may be another's by now.
    """
    if ref.startswith(EXTERNAL):
        external_id = ref.removeprefix(EXTERNAL)
        customer = customers.find_external(tx, caller.account_id, caller.livemode, external_id)
    else:
        customer = customers.find(tx, caller.account_id, caller.livemode, ref, deleted=deleted)
    if customer is None or caller.customer_id not in (None, customer.id):
        raise GatewayError("not_found", object="customer", id=ref)
    return customer


def add(tx: Transaction, account: Account | None, columns: dict[str, Any]) -> Customer:
    """Inserts a customer and reports it."""
    if account is None:
        raise GatewayError("not_found", object="account", id="")
    now = time.time()
    defaults: dict[str, Any] = {
        "rate_limit_rpm": account.customer_rate_limit_rpm,
        "rate_limit_tpm": account.customer_rate_limit_tpm,
        "metadata": {},
    }
    given = {name: value for name, value in columns.items() if value is not None}
    customer = Customer(
        id=new_id("cus", now),
        account_id=account.id,
        livemode=account.livemode,
        created_at=int(now),
        updated_at=int(now),
        **(defaults | given),
    )
    customers.insert(tx, customer)
    events.write(tx, customer, "customer.created", shown(customer, now))
    return customer


def _columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Body fields as columns: dollars become nano-dollars, percents parts per million."""
    columns = {name: fields[name] for name in _PLAIN if name in fields}
    if is_ambiguous(columns.get("external_id", "")):
        message = "`external_id` must not begin with `ext:` or be a customer's id `cus_…`: calls could not name it."
        raise GatewayError("invalid_request", message, param="external_id")
    for name, column in _MONEY.items():
        if name in fields:
            amount = None if fields[name] is None else to_nano(fields[name], name)
            spellings.note(columns, column, amount, name)
    if "markup_percent" in fields:
        percent = fields["markup_percent"]
        columns["markup_ppm"] = None if percent is None else percent_to_ppm(percent, "markup_percent")
    return columns
