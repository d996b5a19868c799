# SPDX-License-Identifier: Apache-2.0
"""Rate windows as rows; counting in them is the books' work."""

from __future__ import annotations

from ringside_gateway.domain.windows import BUCKET_S, WINDOW_S, oldest_live
from ringside_gateway.storage.database import POSTGRESQL, Transaction

#: Kept beyond their window: another machine's clock may be behind ours.
CLOCKS_APART_S = 300
_OLD = "CAST(floor((extract(epoch FROM clock_timestamp()) - ?) / ?) AS BIGINT)"


def forget(tx: Transaction, now: float) -> None:
    """Deletes buckets that no window can see any more; on PostgreSQL by its own clock, which also counted them."""
    if tx.dialect == POSTGRESQL:
        tx.execute(f"DELETE FROM rate_windows WHERE bucket < {_OLD}", (WINDOW_S + CLOCKS_APART_S, BUCKET_S))
    else:
        tx.execute("DELETE FROM rate_windows WHERE bucket < ?", (oldest_live(now - CLOCKS_APART_S),))
