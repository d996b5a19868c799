# SPDX-License-Identifier: Apache-2.0
"""Customers: created, read, changed and softly deleted; their money columns belong to the books."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import peewee

from ringside_gateway.domain.customers import Customer
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.storage.database import Table, Transaction
from ringside_gateway.storage.pages import Listing, keyset

_COLUMNS = ", ".join(Customer.__slots__)
_LIVING = "deleted_at IS NULL"


class Customers(Table):
    """The customers table."""

    id = peewee.TextField(primary_key=True)
    account_id = peewee.TextField()
    livemode = peewee.IntegerField()
    external_id = peewee.TextField()
    name = peewee.TextField(null=True)
    email = peewee.TextField(null=True)
    budget_nano = peewee.BigIntegerField(null=True)
    rate_limit_rpm = peewee.BigIntegerField(null=True)
    rate_limit_tpm = peewee.BigIntegerField(null=True)
    wallet_low_threshold_nano = peewee.BigIntegerField(null=True)
    markup_ppm = peewee.BigIntegerField(null=True)
    metadata = peewee.TextField()
    status = peewee.TextField()
    created_at = peewee.BigIntegerField()
    updated_at = peewee.BigIntegerField()
    deleted_at = peewee.BigIntegerField(null=True)
    balance_nano = peewee.BigIntegerField(null=True)
    held_nano = peewee.BigIntegerField(default=0)
    last_topup_nano = peewee.BigIntegerField(default=0)
    spend_month = peewee.TextField(default="")
    spend_nano = peewee.BigIntegerField(default=0)

    class Meta:
        table_name = "customers"


def insert(tx: Transaction, customer: Customer) -> None:
    """Writes a new customer; 409 `external_id_taken` when a living one has its external id."""
    values = {name: getattr(customer, name) for name in Customer.__slots__}
    values |= {"livemode": int(customer.livemode), "metadata": orjson.dumps(customer.metadata or {}).decode()}
    if Customers.insert(**values).on_conflict_ignore().as_rowcount().execute() == 0:
        raise GatewayError("external_id_taken", param="external_id", external_id=customer.external_id)


def find(
    tx: Transaction, account_id: str, livemode: bool, customer_id: str, *, deleted: bool = False
) -> Customer | None:
    """A customer of this account and mode by its id, a deleted one only where that is asked for, or None."""
    return _one(tx, "id = ?" if deleted else f"id = ? AND {_LIVING}", account_id, livemode, customer_id)


def find_external(tx: Transaction, account_id: str, livemode: bool, external_id: str) -> Customer | None:
    """A living customer of this account and mode by the developer's own id, or None."""
    return _one(tx, f"external_id = ? AND {_LIVING}", account_id, livemode, external_id)


def page(
    tx: Transaction,
    account_id: str,
    livemode: bool,
    request: PageRequest,
    *,
    external_id: str | None = None,
    created_after: int | None = None,
) -> Page[Customer]:
    """Living customers, newest first. A cursor may name a customer deleted since: paging stays stable."""
    scope, scope_values = "account_id = ? AND livemode = ?", (account_id, int(livemode))
    filters, values = f" AND {_LIVING}", []
    for condition, value in (("external_id = ?", external_id), ("created_at > ?", created_after)):
        if value is not None:
            filters += f" AND {condition}"
            values.append(value)
    listing = Listing("customers", _COLUMNS, scope, scope_values, filters, values, order="id")
    return keyset(tx, listing, request, _customer)


def update(tx: Transaction, customer_id: str, changes: dict[str, Any]) -> None:
    """Changes columns of one customer; 409 `external_id_taken` when a living one has the new external id."""
    if "metadata" in changes:
        changes = changes | {"metadata": orjson.dumps(changes["metadata"]).decode()}
    try:
        Customers.update(**changes).where(Customers.id == customer_id).execute()
    except peewee.IntegrityError as error:
        raise GatewayError("external_id_taken", param="external_id", external_id=changes.get("external_id")) from error


def _one(tx: Transaction, condition: str, account_id: str, livemode: bool, value: str) -> Customer | None:
    sql = f"SELECT {_COLUMNS} FROM customers WHERE {condition} AND account_id = ? AND livemode = ?"
    row = tx.execute(sql, (value, account_id, int(livemode))).fetchone()
    return None if row is None else _customer(row)


def _customer(row: Sequence[Any]) -> Customer:
    values = dict(zip(Customer.__slots__, row, strict=True))
    values |= {"livemode": bool(values["livemode"]), "metadata": orjson.loads(values["metadata"])}
    return Customer(**values)
