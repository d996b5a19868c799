# SPDX-License-Identifier: Apache-2.0
"""/v1/customers/{id}/wallet"""

from __future__ import annotations

from functools import partial

from ringside_gateway.domain.ledger import shown
from ringside_gateway.domain.money import to_usd
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation


class Wallet(Resource):
    """The wallet with its newest transactions."""

    @operation("customers.wallet.retrieve")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        view = self.services.wallet.retrieve(request.caller, request.path["customer_id"], request.page)
        customer, opened = view.customer, view.customer.balance_nano is not None
        return Reply(
            {
                "object": "wallet",
                "customer": customer.id,
                "balance_usd": to_usd(customer.balance_nano or 0) if opened else None,
                "held_usd": to_usd(customer.held_nano),
                "low_threshold_usd": to_usd(customer.low_threshold_nano) if opened else None,
                "transactions": list_object(view.transactions, partial(shown, livemode=customer.livemode)),
                "livemode": customer.livemode,
            }
        )


class WalletTransactions(Resource):
    """The ledger."""

    @operation("customers.wallet.list_transactions")
    def on_get(self, request: Request) -> Reply:
        """List."""
        page = self.services.wallet.list_transactions(request.caller, request.path["customer_id"], request.page)
        return Reply(list_object(page, partial(shown, livemode=request.caller.livemode)))


class WalletTopup(Resource):
    """Credits in."""

    @operation("customers.wallet.topup")
    def on_post(self, request: Request) -> Reply:
        """Top up."""
        row = self.services.wallet.topup(request.caller, request.path["customer_id"], request.body)
        return Reply(shown(row, request.caller.livemode))


class WalletAdjust(Resource):
    """Corrections."""

    @operation("customers.wallet.adjust")
    def on_post(self, request: Request) -> Reply:
        """Adjust."""
        row = self.services.wallet.adjust(request.caller, request.path["customer_id"], request.body)
        return Reply(shown(row, request.caller.livemode))


class WalletRefund(Resource):
    """Debits given back."""

    @operation("customers.wallet.refund")
    def on_post(self, request: Request) -> Reply:
        """Refund."""
        row = self.services.wallet.refund(request.caller, request.path["customer_id"], request.body)
        return Reply(shown(row, request.caller.livemode))
