# SPDX-License-Identifier: Apache-2.0
"""Three planted bugs, as gateways really have them: the suite must catch each. Only `entry.py` ever switches one on."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

#: So long that of a few clients some are always between their look and their act, however slow the machine is.
BETWEEN_S = 0.3


def lost_debit() -> None:
    """A settlement now and then forgets the wallet, as a debit does that is posted apart and lost with its process."""
    from ringside_gateway.domain import settlement

    charge = settlement._charge

    def forgetful(books: Any, hold: Any, account: Any, customer: Any, event: Any, kind: str) -> None:
        if customer is not None and int(hold.id[-1], 36) % 8 == 0:
            balance, customer.balance_nano = customer.balance_nano, None
            charge(books, hold, account, customer, event, kind)
            customer.balance_nano = balance
        else:
            charge(books, hold, account, customer, event, kind)

    settlement._charge = forgetful


def double_debit() -> None:
    """A settlement that is tried again forgets that the first one had been committed."""
    from dataclasses import replace

    from ringside_gateway.domain import settlement
    from ringside_gateway.services.calls import settlement as service

    settle = settlement.settle

    def repeated(books: Any, hold: Any, used: Any, *, state: str = settlement.SETTLED) -> Any:
        receipt = settle(books, hold, used, state=state)
        if int(hold.id[-1], 36) % 8 == 0:
            again, before = replace(hold, request_id=f"{hold.request_id}_again"), len(books.usage)
            account = books.accounts[hold.account_id, hold.livemode]
            customer = books.customers.get(hold.customer_id or "")
            settlement._charge(books, again, account, customer, books.usage[before - 1], settlement.DEBIT)
        return receipt

    service.settle = repeated


def check_then_act() -> None:
    """Admission looks at the books in one transaction and takes from them in another."""
    from ringside_gateway.services.calls import holds

    place = holds.Holds.place

    class Looked(Exception):
        """Ends the first transaction without a trace."""

    class Look(holds.Place):
        def apply(self, books: Any) -> Any:
            raise Looked(holds.admit(books, self.ask))

    class Take(holds.Place):
        def apply(self, books: Any) -> Any:
            customer = books.customers.get(self.ask.customer_id or "")
            bounds = ("balance_nano", "budget_nano", "rate_limit_rpm", "rate_limit_tpm")
            kept = {name: getattr(customer, name, None) for name in bounds}
            for name in bounds if customer is not None else ():
                setattr(customer, name, None)
            try:
                return holds.admit(books, self.ask)
            finally:
                for name in bounds if customer is not None else ():
                    setattr(customer, name, kept[name])

    def unguarded(self: Any, call: Any, customer_id: Any, targets: Any) -> Any:
        bookkeeper = self._bookkeeper

        class LooksThenTakes:
            def post(self, entry: Any) -> Any:
                try:
                    bookkeeper.post(Look(entry.ask))
                except Looked:
                    time.sleep(BETWEEN_S)
                return bookkeeper.post(Take(entry.ask))

        apart = holds.Holds(LooksThenTakes(), self._output_cap, self._allow_unpriced)
        return place(apart, call, customer_id, targets)

    holds.Holds.place = unguarded


BUGS: dict[str, Callable[[], None]] = {
    "lost debit": lost_debit,
    "double debit": double_debit,
    "check then act": check_then_act,
}
