# SPDX-License-Identifier: Apache-2.0
"""Idempotency keys: reserved by the first request, completed with its answer, forgotten after 24 hours."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from ringside_gateway.domain.calls import StoredAnswer
from ringside_gateway.storage.database import Transaction

RUNNING, DONE = "running", "done"


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What is known of a key: who holds it, for which request body, and the answer once there is one."""

    owner: str
    fingerprint: str
    state: str
    lease_expires_at: int
    created_at: int
    answer: StoredAnswer | None


@dataclass(frozen=True, slots=True)
class KeyId:
    """A key is the account's, in one mode; `key` names the customer too where a client token brought it."""

    account_id: str
    livemode: bool
    key: str

    def params(self) -> tuple[str, int, str]:
        """Values of the primary key in column order."""
        return (self.account_id, int(self.livemode), self.key)


_WHERE = "account_id = ? AND livemode = ? AND key = ?"


def find(tx: Transaction, key: KeyId) -> KeyRow | None:
    """The key's row, locked, or None."""
    sql = f"""SELECT owner, fingerprint, state, lease_expires_at, created_at, status, body, headers, content_type
        FROM idempotency_keys WHERE {_WHERE}""" + tx.for_update()
    row = tx.execute(sql, key.params()).fetchone()
    if row is None:
        return None
    answer = None
    if row[2] == DONE:
        answer = StoredAnswer(row[5], bytes(row[6]), orjson.loads(row[7]), row[8])
    owner, known, state, lease_expires_at, created_at = row[:5]
    return KeyRow(owner, known, state, lease_expires_at, created_at, answer)


def reserve(tx: Transaction, key: KeyId, owner: str, fingerprint: str, now: int, lease_s: int) -> bool:
    """Takes the key for `owner`; False when another request took it first."""
    sql = """INSERT INTO idempotency_keys (account_id, livemode, key, owner, fingerprint, state, created_at,
        lease_expires_at) VALUES (?, ?, ?, ?, ?, 'running', ?, ?) ON CONFLICT DO NOTHING"""
    return bool(tx.execute(sql, (*key.params(), owner, fingerprint, now, now + lease_s)).rowcount)


def complete(tx: Transaction, key: KeyId, owner: str, answer: StoredAnswer) -> None:
    """Stores the first answer, if `owner` still holds the key."""
    sql = f"""UPDATE idempotency_keys SET state = 'done', status = ?, content_type = ?, headers = ?, body = ?
        WHERE {_WHERE} AND owner = ?"""
    headers = orjson.dumps(answer.headers).decode()
    tx.later(sql, (answer.status, answer.content_type, headers, answer.body, *key.params(), owner))


def release(tx: Transaction, key: KeyId, owner: str) -> None:
    """Frees a key whose request had no effect, so that a retry runs."""
    tx.later(f"DELETE FROM idempotency_keys WHERE {_WHERE} AND owner = ? AND state = 'running'", (*key.params(), owner))


def renew(tx: Transaction, key: KeyId, owner: str, lease_expires_at: int) -> None:
    """Keeps a running request's key while it is still at work."""
    sql = f"UPDATE idempotency_keys SET lease_expires_at = ? WHERE {_WHERE} AND owner = ? AND state = 'running'"
    tx.later(sql, (lease_expires_at, *key.params(), owner))


def forget(tx: Transaction, before: int, limit: int) -> int:
    """Deletes some of the keys older than this moment, and returns how many."""
    key = "account_id, livemode, key"
    old = f"SELECT {key} FROM idempotency_keys WHERE created_at < ? LIMIT ?"
    return int(tx.execute(f"DELETE FROM idempotency_keys WHERE ({key}) IN ({old})", (before, limit)).rowcount)


def drop(tx: Transaction, key: KeyId) -> None:
    """Deletes a key that is too old or abandoned."""
    tx.execute(f"DELETE FROM idempotency_keys WHERE {_WHERE}", key.params())
