# SPDX-License-Identifier: Apache-2.0
"""What a page asks besides calls, such as its customer's usage, counts against its client token's requests, too."""

from __future__ import annotations

from dataclasses import dataclass

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.admission import Layer, take_request
from ringside_gateway.domain.books import Books, Selection
from ringside_gateway.domain.limits import LimitState
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class Visit:
    """The bookkeeper's entry for one request that is no call."""

    layer: Layer
    customer_id: str

    def selection(self) -> Selection:
        """The token's window, and its customer: that row's lock has one process after another look and take."""
        return Selection(customers=[self.customer_id], subjects=[self.layer.subject])

    def apply(self, books: Books) -> LimitState:
        """Takes it; raises 429 `client_token_rate_limit_exceeded`."""
        return take_request(books, self.layer)

    def finish(self, tx: Transaction, result: LimitState) -> None:
        """Nothing more to commit."""


class Visits:
    """Counts them; a call is counted where its hold is placed."""

    def __init__(self, bookkeeper: Bookkeeper) -> None:
        self._bookkeeper = bookkeeper

    def count(self, caller: Caller) -> LimitState | None:
        """What is left of the token's limit; None for callers without one, which costs nothing."""
        if caller.kind != "client_token" or caller.rate_limit_rpm is None:
            return None
        assert caller.customer_id is not None
        layer = Layer("client_token", caller.credential_id, caller.rate_limit_rpm, None)
        state: LimitState = self._bookkeeper.post(Visit(layer, caller.customer_id))
        return state
