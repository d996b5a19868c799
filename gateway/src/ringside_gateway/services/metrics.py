# SPDX-License-Identifier: Apache-2.0
"""Figures for operators in Prometheus's text format: counters over all processes of this gateway, gauges by asking.

Counters live in memory that the master shares with every process it forks, one row a process, so that any worker can
answer for all and nobody needs a lock. No figure names an account, a customer or a key.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import suppress

from ringside_gateway.domain._generated.errors import ERRORS
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.storage import holds, outbox
from ringside_gateway.storage.database import Database

#: Rows are used again after so many forks, when the process that had one is long gone; its counts stay in.
ROWS = 256
REQUESTS = {f"{status}xx": f'ringside_requests_total{{status="{status}xx"}}' for status in range(1, 6)}
REFUSALS = {code: f'ringside_errors_total{{code="{code}"}}' for code in sorted(ERRORS)}
REDIS_FALLBACKS = "ringside_redis_fallbacks_total"
_HELP = {
    "ringside_requests_total": "Answers by status class; a stream counts when it begins.",
    "ringside_errors_total": "Refusals and failures by the error's code.",
    REDIS_FALLBACKS: "Calls limited by the database's windows alone because Redis did not answer.",
}
_NAMES = [*REQUESTS.values(), *REFUSALS.values(), REDIS_FALLBACKS]
_INDEX = {name: index for index, name in enumerate(_NAMES)}
_counts = memoryview(mmap.mmap(-1, ROWS * len(_NAMES) * 8)).cast("Q")
_row = _forks = 0


def _forked_off() -> None:
    global _row
    _row = (_forks + 1) % ROWS


def _forked() -> None:
    global _forks
    _forks += 1


os.register_at_fork(after_in_child=_forked_off, after_in_parent=_forked)


def count(name: str) -> None:
    """One more of `name`."""
    _counts[_row * len(_NAMES) + _INDEX[name]] += 1


def total(name: str) -> int:
    """The count over all processes."""
    return sum(_counts[_INDEX[name] :: len(_NAMES)])


class Metrics:
    """What `/metrics` answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def text(self) -> str:
        """All figures; without the gauges, and saying so, while the database cannot be asked."""
        return "".join(f"{line}\n" for line in [*self._counters(), *self._gauges()])

    @staticmethod
    def _counters() -> Iterator[str]:
        described = ""
        for name in _NAMES:
            family = name.partition("{")[0]
            if family != described:
                yield f"# HELP {family} {_HELP[family]}"
                yield f"# TYPE {family} counter"
                described = family
            yield f"{name} {total(name)}"

    def _gauges(self) -> Iterator[str]:
        found: list[tuple[str, str, int]] = []
        with suppress(GatewayError), self._database.reading() as tx:
            found = [
                ("ringside_holds_open", "Calls under way.", holds.count_open(tx)),
                ("ringside_outbox_backlog", "Events not yet handed to deliveries.", outbox.backlog(tx)),
            ]
        for name, text, value in (*found, ("ringside_database_up", "1 if the database answered.", int(bool(found)))):
            yield f"# HELP {name} {text}"
            yield f"# TYPE {name} gauge"
            yield f"{name} {value}"
