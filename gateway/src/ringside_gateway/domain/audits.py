# SPDX-License-Identifier: Apache-2.0
"""What the books must prove about themselves: differences found, and checksums of finished hours."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_S = 3600
#: Transactions that began before the hour was over have ended this long after it.
SETTLED_S = 300
USAGE, LEDGER = "usage", "ledger"


@dataclass(frozen=True, slots=True)
class Difference:
    """Two figures that must be equal and are not. Amounts in nano-dollars."""

    what: str
    where: str
    found: int
    expected: int


@dataclass(frozen=True, slots=True)
class Checksum:
    """One kind of rows in one hour: `hour` in unix seconds, SHA-256 in hex over the rows in the order of their ids."""

    kind: str
    hour: int
    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A checksum as the rows give it now, beside what was written down when the hour was over (None: not yet)."""

    now: Checksum
    written: Checksum | None

    @property
    def holds(self) -> bool:
        """Whether nothing of that hour was changed since."""
        return self.written is None or self.written == self.now


def last_finished_hour(now: float) -> int:
    """The newest hour to which no row can be added any more."""
    return int((now - SETTLED_S) // HOUR_S - 1) * HOUR_S
