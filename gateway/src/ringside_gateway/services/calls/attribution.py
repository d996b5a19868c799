# SPDX-License-Identifier: Apache-2.0
"""Whose call is it: the client token's customer, else `FC-Customer`, else the body's `user`."""

from __future__ import annotations

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.customers import EXTERNAL, LONGEST_EXTERNAL_ID, Customer, is_ambiguous
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.services.cache import Cache
from ringside_gateway.services.customers import add
from ringside_gateway.storage import accounts, customers
from ringside_gateway.storage.database import Database, Transaction

CACHE_S = 1.0


class Attribution:
    """Finds, or creates where the account allows it, the customer a call is billed to."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: Cache[tuple[str, bool, str], str] = Cache(CACHE_S)

    def customer_of(self, call: Call) -> str | None:
        """The customer's id, or None for a call that names none; 404 `customer_not_found`."""
        caller, ref = call.caller, call.customer_ref
        if ref is None:
            return caller.customer_id
        key = (caller.account_id, caller.livemode, ref)
        found = self._ids.get(key, lambda: self._look_up(call, ref))
        if caller.customer_id not in (None, found):
            raise GatewayError("customer_not_found", param=call.customer_param, customer=ref)
        return found

    def _look_up(self, call: Call, ref: str) -> str:
        """Nearly always the customer is there: only one that must be made takes the right to write."""
        caller = call.caller
        with self._database.reading() as tx:
            found = _found(tx, caller, ref)
        if found is not None:
            return found.id
        try:
            with self._database.transaction() as tx:
                found = _found(tx, caller, ref)  # another process may have been faster
                return (found or self._create(tx, call, ref)).id
        except GatewayError as refusal:
            if refusal.code != "external_id_taken":
                raise
        with self._database.reading() as tx:  # or faster by so little that only its commit could be seen
            found = _found(tx, caller, ref)
        if found is None:
            raise GatewayError("customer_not_found", param=call.customer_param, customer=ref)
        return found.id

    @staticmethod
    def _create(tx: Transaction, call: Call, ref: str) -> Customer:
        caller, external_id = call.caller, ref.removeprefix(EXTERNAL)
        account = accounts.find(tx, caller.account_id, caller.livemode)
        unfit = not external_id or is_ambiguous(external_id) or caller.kind == "client_token"
        if account is None or unfit or not account.auto_create_customers:
            raise GatewayError("customer_not_found", param=call.customer_param, customer=ref)
        if len(external_id) > LONGEST_EXTERNAL_ID:
            message = f"`{call.customer_param}` must have at most {LONGEST_EXTERNAL_ID} characters."
            raise GatewayError("invalid_request", message, param=call.customer_param)
        return add(tx, account, {"external_id": external_id})


def _found(tx: Transaction, caller: Caller, ref: str) -> Customer | None:
    """By id, then as `ext:`, then as a plain external id (product page, Customers)."""
    scope = (caller.account_id, caller.livemode)
    found = customers.find(tx, *scope, ref) if ref.startswith("cus_") else None
    if found is None and ref.startswith(EXTERNAL):
        found = customers.find_external(tx, *scope, ref.removeprefix(EXTERNAL))
    return found or customers.find_external(tx, *scope, ref)
