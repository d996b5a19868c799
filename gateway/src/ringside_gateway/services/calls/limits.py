# SPDX-License-Identifier: Apache-2.0
"""The step before admission where Redis is set up: refuses what is over a limit without asking the database.

Admission counts in the database as well and has the last word, so nothing that happens to Redis (a restart, a failover
that loses writes, a flush) can make a limit softer; without Redis there is just no refusal ahead of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ringside_gateway.domain.admission import Ask, Layer, layers_of
from ringside_gateway.domain.alerts import RATE_ALERT_S, check_rate
from ringside_gateway.domain.books import Books, Hold, Selection
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.limits import Taken
from ringside_gateway.services.cache import Cache
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.storage import accounts, customers
from ringside_gateway.storage.database import Database, Transaction

if TYPE_CHECKING:
    from ringside_gateway.storage.redis_windows import RedisWindows  # redis is an extra

#: A changed limit is known here at most this much later (architecture page, Database).
CACHE_S = 1.0


@dataclass(frozen=True, slots=True)
class Refused:
    """The bookkeeper's entry that reports a refusal, once a minute."""

    ask: Ask
    refusal: GatewayError

    def selection(self) -> Selection:
        """Who is told."""
        return Selection([self.ask.account], [self.ask.customer_id] if self.ask.customer_id else [])

    def apply(self, books: Books) -> bool:
        """Queues the event."""
        customer = books.customers.get(self.ask.customer_id or "")
        whole = customer is None or self.refusal.facts["layer"] == "account"
        check_rate(books, books.accounts[self.ask.account] if whole or customer is None else customer, self.refusal)
        return True

    def finish(self, tx: Transaction, result: bool) -> None:
        """Nothing more to commit."""


class FrontLimits:
    """Takes a call's windows in Redis, corrects them, gives them back."""

    def __init__(self, database: Database, bookkeeper: Bookkeeper, windows: RedisWindows) -> None:
        self._database = database
        self._bookkeeper = bookkeeper
        self._windows = windows
        self._layers: Cache[tuple[Any, ...], Sequence[Layer]] = Cache(CACHE_S)
        self._told: Cache[tuple[Any, ...], bool] = Cache(RATE_ALERT_S)

    @property
    def available(self) -> bool:
        """Whether Redis answered when it was last asked."""
        return self._windows.available

    def take(self, ask: Ask) -> Ask:
        """The ask with what Redis granted; raises the layer's 429. Unchanged where Redis cannot say."""
        layers = self._layers.get((ask.account, ask.customer_id, ask.token_id, ask.token_rpm), lambda: self._read(ask))
        if not layers:
            return ask
        try:
            taken = self._windows.take(ask, layers)
        except GatewayError as refusal:
            self._tell(ask, refusal)
            raise
        if taken is None:
            return ask
        noted = {"subjects": taken.subjects, "bucket": taken.bucket, "tokens": ask.input_tokens + taken.output_tokens}
        return replace(ask, granted_output=taken.output_tokens, facts=ask.facts | {"redis": noted})

    def give_back(self, ask: Ask) -> None:
        """The call was refused further on: it counts neither as a request nor with its tokens."""
        self._add(ask.account, ask.facts.get("redis"), -1, 0)

    def correct(self, hold: Hold, tokens: int) -> None:
        """The call is over: what it really used replaces the estimate."""
        self._add((hold.account_id, hold.livemode), hold.facts.get("redis"), 0, tokens)

    def _add(self, account: tuple[str, bool], noted: dict[str, Any] | None, requests: int, tokens: int) -> None:
        if noted is not None:
            taken = Taken(tuple(noted["subjects"]), noted["bucket"], 0)
            self._windows.add(account, taken, requests, tokens - noted["tokens"])

    def _tell(self, ask: Ask, refusal: GatewayError) -> None:
        """Once a minute; a database that is away does not make another refusal of this one."""
        who = (ask.account, ask.customer_id, refusal.facts["layer"])
        with suppress(GatewayError):
            self._told.get(who, lambda: bool(self._bookkeeper.post(Refused(ask, refusal))))

    def _read(self, ask: Ask) -> Sequence[Layer]:
        with self._database.reading() as tx:
            account = accounts.find(tx, *ask.account)
            customer = customers.find(tx, *ask.account, ask.customer_id) if ask.customer_id else None
        return [] if account is None else layers_of(ask, account, customer)
