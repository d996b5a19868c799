# SPDX-License-Identifier: Apache-2.0
"""A thousand customers against a million with their ledgers: the rate must not depend on what the tables hold."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from versus.contestants import Contestant
from versus.loads import calls

MANY = 1_000_000
_CUSTOMERS = """
WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT OR IGNORE INTO customers (id, account_id, livemode, external_id, metadata, status, created_at, updated_at,
    balance_nano) SELECT printf('cus_b%09d', i), (SELECT id FROM accounts LIMIT 1), 1, printf('bench-%d', i), '{}',
    'active', 1700000000, 1700000000, 1000000000000 FROM n"""
_LEDGER = """
WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
INSERT INTO wallet_transactions (id, account_id, livemode, owner_id, type, amount_nano, balance_after_nano, metadata,
    created_at) SELECT printf('txn_b%09d', i), (SELECT id FROM accounts LIMIT 1), 1, printf('cus_b%09d', i), 'topup',
    1000000000000, 1000000000000, '{}', 1700000000 FROM n"""


def measure(contestant: Contestant, figures: dict[str, dict[str, float]], seconds: float) -> None:
    """On SQLite, where a file says plainly how large it is; each customer has a wallet and its first top-up."""
    before = calls(contestant, 32, seconds, customers=1000).per_s
    with sqlite3.connect(next(contestant.folder.glob("*.sqlite3")), timeout=60) as database:
        for statement in (_CUSTOMERS, _LEDGER):
            for start in range(1001, MANY + 1, 50_000):
                database.execute(statement, (start, min(start + 49_999, MANY)))
                database.commit()
    after = calls(contestant, 32, seconds, customers=MANY).per_s
    figures[contestant.name]["a million customers against 1,000, %"] = after / max(before, 0.1) * 100
    size = sum(Path(path).stat().st_size for path in contestant.folder.glob("*.sqlite3"))
    print(f"a million customers: {after:.0f} calls/s against {before:.0f}, {size / 1e6:.0f} MB", flush=True)
