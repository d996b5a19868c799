# SPDX-License-Identifier: Apache-2.0
"""Attempts are stored once, in order, on both databases."""

from __future__ import annotations

from ringside_gateway.domain.calls import CallAttempt
from ringside_gateway.storage import call_attempts
from ringside_gateway.storage.database import Database

FIRST = CallAttempt(1, "fc:a/m", "a", "upstream_timeout", None, 1500)
SECOND = CallAttempt(2, "fc:b/m", "b", "answered", 200, 20, 7_000)


def test_attempts_come_back_as_they_were_made(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as tx:
            call_attempts.insert(tx, "req_1", 1, [FIRST, SECOND])
    with database.transaction() as tx:
        call_attempts.insert(tx, "req_2", 1, [])
        assert call_attempts.find(tx, "req_1") == [FIRST, SECOND]
        assert call_attempts.find(tx, "req_2") == []
