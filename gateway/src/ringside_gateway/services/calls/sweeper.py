# SPDX-License-Identifier: Apache-2.0
"""What becomes of a hold whose process died: settled from what was durably known, or given back.

Nothing delivered: released, and its idempotency key freed. A stream under way: its input and what had been
delivered by the last renewal, marked estimated; its key answers 409 `idempotency_answer_lost` from then on.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain.books import Books, Hold, Selection
from ringside_gateway.domain.calls import ANSWER_LOST
from ringside_gateway.domain.pricing import Price
from ringside_gateway.domain.settlement import EXPIRED, HELD, Consumption, release, settle
from ringside_gateway.domain.usage import Usage
from ringside_gateway.services.calls.bookkeeper import Bookkeeper
from ringside_gateway.storage import holds, idempotency_keys
from ringside_gateway.storage.database import Database, Transaction
from ringside_gateway.storage.idempotency_keys import KeyId

BATCH = 100


@dataclass(frozen=True, slots=True)
class Expire:
    """The bookkeeper's entry for one hold past its lease."""

    hold_id: str

    def selection(self) -> Selection:
        """Everything the hold touches."""
        return Selection(holds=[self.hold_id])

    def apply(self, books: Books) -> Hold:
        """Settles or releases, unless the lease was renewed or the hold closed meanwhile."""
        hold = books.holds[self.hold_id]
        if hold.state == HELD and hold.expires_at <= books.now:
            if hold.delivered_tokens is None:
                release(books, hold)
            else:
                settle(books, hold, _estimated(hold, books.now), state=EXPIRED)
        return hold

    def finish(self, tx: Transaction, result: Hold) -> None:
        """Frees the call's idempotency key, or marks its answer as lost."""
        if result.idempotency_key is None or result.state == HELD:
            return
        key = KeyId(result.account_id, result.livemode, result.idempotency_key)
        if result.state == EXPIRED:
            idempotency_keys.complete(tx, key, result.request_id, ANSWER_LOST)
        else:
            idempotency_keys.release(tx, key, result.request_id)


class Sweeper:
    """Finds holds past their lease and closes them."""

    def __init__(self, database: Database, bookkeeper: Bookkeeper) -> None:
        self._database = database
        self._bookkeeper = bookkeeper

    def sweep(self) -> int:
        """Closes every hold past its lease and returns how many there were."""
        count = 0
        while True:
            with self._database.transaction() as tx:
                ids = holds.expired(tx, time.time(), BATCH)
            for hold_id in ids:
                self._bookkeeper.post(Expire(hold_id))
            count += len(ids)
            if len(ids) < BATCH:
                return count


def _estimated(hold: Hold, now: float) -> Consumption:
    facts: dict[str, Any] = hold.facts
    usage = Usage(input_tokens=facts["input_tokens"], output_tokens=hold.delivered_tokens or 0, source="estimated")
    latency_ms = max(0, int(now * 1000) - int(facts["started_ms"]))
    return Consumption(facts["model"], facts["provider"], Price.from_data(facts["price"]), usage, "expired", latency_ms)
