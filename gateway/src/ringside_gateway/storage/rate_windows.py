# SPDX-License-Identifier: Apache-2.0
"""Rate windows as rows; counting in them is the books' work."""

from __future__ import annotations

from ringside_gateway.storage.database import Transaction


def forget(tx: Transaction, before_bucket: int) -> None:
    """Deletes buckets that no window can see any more."""
    tx.execute("DELETE FROM rate_windows WHERE bucket < ?", (before_bucket,))
