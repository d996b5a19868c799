# SPDX-License-Identifier: Apache-2.0
"""Whether this process can do its work."""

from __future__ import annotations

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.storage import migrations
from ringside_gateway.storage.database import Database


class Health:
    """Readiness by trying, not by remembering."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def check(self) -> dict[str, bool]:
        """Each thing needed and whether it is there."""
        try:
            with self._database.transaction() as tx:
                tx.execute("SELECT 1")
                applied = migrations.applied(tx)
        except GatewayError:
            return {"database": False, "migrations": False}
        return {"database": True, "migrations": applied == migrations.available()}
