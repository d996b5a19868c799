# SPDX-License-Identifier: Apache-2.0
"""Whether this process can do its work."""

from __future__ import annotations

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.services.calls.limits import FrontLimits
from ringside_gateway.storage import migrations
from ringside_gateway.storage.database import Database

#: Without Redis the database's rate windows serve alone.
NEEDED = ("database", "migrations")


class Health:
    """Readiness by trying, not by remembering."""

    def __init__(self, database: Database, front: FrontLimits | None = None) -> None:
        self._database = database
        self._front = front

    def check(self) -> dict[str, bool]:
        """Each thing used and whether it is there; without those not NEEDED the gateway still does its work."""
        found = self._needed()
        return found if self._front is None else found | {"redis": self._front.available}

    def _needed(self) -> dict[str, bool]:
        try:
            with self._database.reading() as tx:
                tx.execute("SELECT 1")
        except GatewayError:
            return {"database": False, "migrations": False}
        return {"database": True, "migrations": self._is_up_to_date()}

    def _is_up_to_date(self) -> bool:
        try:
            with self._database.reading() as tx:
                return set(migrations.available()) <= set(migrations.applied(tx))
        except GatewayError:  # it was never upgraded
            return False

    def newer(self) -> list[str]:
        """Migrations of a later version that the database has had; while gateways are replaced one by one they work."""
        with self._database.reading() as tx:
            return sorted(set(migrations.applied(tx)) - set(migrations.available()))
