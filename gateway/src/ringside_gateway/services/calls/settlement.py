# SPDX-License-Identifier: Apache-2.0
"""Settle or release, in one transaction: the hold, one usage event, one debit, balances, events, the stored answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ringside_gateway.domain.admission import Admitted
from ringside_gateway.domain.books import Books, Hold, Selection
from ringside_gateway.domain.calls import Call, CallAttempt, Reservation, StoredAnswer
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.pricing import Price
from ringside_gateway.domain.settlement import Consumption, Receipt, release, settle
from ringside_gateway.domain.upstream import Target
from ringside_gateway.domain.usage import ESTIMATED, Usage
from ringside_gateway.providers.tokens import count_text
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.services.calls.limits import FrontLimits
from ringside_gateway.storage import call_attempts, idempotency_keys
from ringside_gateway.storage.database import Transaction
from ringside_gateway.storage.idempotency_keys import KeyId

#: The request, when it was tried, and how.
Tried = tuple[str, int, Sequence[CallAttempt]]
#: How long a settlement is tried, and the pause between two attempts. A restart of PostgreSQL takes a second or two.
SETTLE_WITHIN_S, SETTLE_PAUSE_S = 8.0, 0.25
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settle:
    """The bookkeeper's entry for a delivered call; `answer` builds what an idempotency key will replay."""

    hold: Hold
    used: Consumption
    reservation: Reservation | None = None
    answer: Callable[[Receipt], StoredAnswer] | None = None
    tried: Tried | None = None

    def selection(self) -> Selection:
        """Everything the hold touches."""
        return Selection.of_hold(self.hold)

    def apply(self, books: Books) -> Receipt:
        """Charges what was used."""
        return settle(books, books.holds[self.hold.id], self.used)

    def finish(self, tx: Transaction, result: Receipt) -> None:
        """Stores the attempts, and the answer under its idempotency key."""
        if self.tried is not None:
            call_attempts.insert(tx, *self.tried)
        if self.reservation is not None and self.answer is not None:
            key = KeyId(self.reservation.account_id, self.reservation.livemode, self.reservation.key)
            idempotency_keys.complete(tx, key, self.reservation.owner, self.answer(result))


@dataclass(frozen=True, slots=True)
class Release:
    """The bookkeeper's entry for a call that delivered nothing."""

    hold: Hold
    reservation: Reservation | None = None
    tried: Tried | None = None

    def selection(self) -> Selection:
        """Everything the hold touches."""
        return Selection.of_hold(self.hold)

    def apply(self, books: Books) -> None:
        """Gives everything back."""
        release(books, books.holds[self.hold.id])

    def finish(self, tx: Transaction, result: None) -> None:
        """Stores the attempts, and frees the idempotency key, so that a retry runs."""
        if self.tried is not None:
            call_attempts.insert(tx, *self.tried)
        if self.reservation is not None:
            key = KeyId(self.reservation.account_id, self.reservation.livemode, self.reservation.key)
            idempotency_keys.release(tx, key, self.reservation.owner)


class Settlement:
    """Closes holds."""

    def __init__(self, bookkeeper: Bookkeeper, front: FrontLimits | None = None) -> None:
        self._bookkeeper = bookkeeper
        self._front = front

    def settle(
        self,
        call: Call,
        admitted: Admitted,
        used: Consumption,
        answer: Callable[[Receipt], StoredAnswer] | None = None,
    ) -> Receipt:
        """Charges a delivered call once, however often it is tried.

        A database that is away for a moment must not lose a call that a provider was paid for: it is waited for.
        """
        entry = Settle(admitted.hold, used, call.reservation, answer, tried_by(call))
        until = time.monotonic() + SETTLE_WITHIN_S
        while True:
            try:
                receipt: Receipt = self._bookkeeper.post(entry)
                self._correct(admitted, used.usage.input_tokens + used.usage.output_tokens)
                return receipt
            except GatewayError as error:
                if error.code != "service_unavailable" or time.monotonic() > until:
                    raise
                time.sleep(SETTLE_PAUSE_S)

    def release(self, call: Call, admitted: Admitted) -> None:
        """Gives back the hold of a call that delivered nothing; when that fails the sweeper will."""
        try:
            self._bookkeeper.post(Release(admitted.hold, call.reservation, tried_by(call)))
            self._correct(admitted, 0)
        except GatewayError:
            _log.warning("%s stays held until its lease is over", admitted.hold.id, exc_info=True)

    def _correct(self, admitted: Admitted, tokens: int) -> None:
        if self._front is not None:
            self._front.correct(admitted.hold, tokens)


def tried_by(call: Call) -> Tried | None:
    """What a call tried, None when it did not come so far."""
    return (call.request_id, int(time.time()), tuple(call.attempts)) if call.attempts else None


def estimated(admitted: Admitted, target: Target, text: str) -> Usage:
    """Usage that the provider did not tell: the admission's input, and the text in the model's own token size."""
    written = -(-count_text(text) * target.facts.token_percent // 100)
    return Usage(int(admitted.hold.facts["input_tokens"]), output_tokens=written, source=ESTIMATED)


def consumption(admitted: Admitted, target: Target, usage: Usage, status: str) -> Consumption:
    """What a call used, ready to be charged."""
    latency_ms = int(time.time() * 1000) - int(admitted.hold.facts["started_ms"])
    price = target.facts.price or Price()
    return Consumption(target.ref, target.facts.provider, price, usage, status, max(0, latency_ms))
