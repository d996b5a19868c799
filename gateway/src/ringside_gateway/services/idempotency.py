# SPDX-License-Identifier: Apache-2.0
"""Idempotency keys: the first answer is kept 24 hours and given again (product page, Errors)."""

from __future__ import annotations

import time
from collections.abc import Callable

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.calls import Reservation, StoredAnswer
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.storage import holds, idempotency_keys
from ringside_gateway.storage.database import Database, Transaction
from ringside_gateway.storage.idempotency_keys import RUNNING, KeyId

KEEP_S = 24 * 3600
#: A running request renews its lease; one that died frees its key after this long.
LEASE_S = 30


class Idempotency:
    """Runs a request at most once per key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def once(
        self, caller: Caller, key: str, fingerprint: str, produce: Callable[[], StoredAnswer]
    ) -> tuple[StoredAnswer, bool]:
        """The answer, and whether it is a replay. Effect and stored answer commit together.

        422 `idempotency_key_reused` for another body, 409 `idempotency_in_progress` while the first still runs.
        """
        key_id = _key_of(caller, key)
        with self._database.transaction() as tx:
            stored = self._take(tx, key_id, "once", fingerprint)
            if stored is not None:
                return stored, True
            answer = produce()
            idempotency_keys.complete(tx, key_id, "once", answer)
            return answer, False

    def reserve(self, caller: Caller, key: str, fingerprint: str, request_id: str) -> StoredAnswer | Reservation:
        """The stored answer of an inference call, or the key's reservation, which settlement completes."""
        key_id = _key_of(caller, key)
        with self._database.transaction() as tx:
            stored = self._take(tx, key_id, request_id, fingerprint)
        return stored or Reservation(key_id.account_id, key_id.livemode, key_id.key, request_id)

    def release(self, reservation: Reservation) -> None:
        """Frees the key of a call that had no effect, so that a retry runs."""
        key_id = KeyId(reservation.account_id, reservation.livemode, reservation.key)
        with self._database.transaction() as tx:
            idempotency_keys.release(tx, key_id, reservation.owner)

    def _take(self, tx: Transaction, key: KeyId, owner: str, fingerprint: str) -> StoredAnswer | None:
        now = int(time.time())
        row = idempotency_keys.find(tx, key)
        if row is not None and (row.created_at < now - KEEP_S or self._abandoned(tx, row, now)):
            idempotency_keys.drop(tx, key)
            row = None
        if row is None:
            if idempotency_keys.reserve(tx, key, owner, fingerprint, now, LEASE_S):
                return None
            row = idempotency_keys.find(tx, key)
        if row is not None and row.fingerprint != fingerprint:
            raise GatewayError("idempotency_key_reused", param="Idempotency-Key")
        if row is None or row.answer is None:
            raise GatewayError("idempotency_in_progress", retry_after_seconds=1)
        return row.answer

    @staticmethod
    def _abandoned(tx: Transaction, row: idempotency_keys.KeyRow, now: int) -> bool:
        """A dead request's key is free once its lease is over and the sweeper has closed its hold."""
        over = row.state == RUNNING and row.lease_expires_at < now - LEASE_S
        return over and not holds.is_held(tx, row.owner)


def _key_of(caller: Caller, key: str) -> KeyId:
    """The server's keys are the account's, a client token's are its customer's; no header can hold a line feed."""
    own = key if caller.customer_id is None else f"{caller.customer_id}\n{key}"
    return KeyId(caller.account_id, caller.livemode, own)
