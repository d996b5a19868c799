# SPDX-License-Identifier: Apache-2.0
"""Webhook secrets under keys that change: sealed anew with the first, so that the others can be taken away."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.webhook_endpoints import PURPOSE
from ringside_gateway.storage import webhook_endpoints
from ringside_gateway.storage.database import Database
from ringside_gateway.storage.webhook_endpoints import Sealed

#: Endpoints looked at in one transaction.
_AT_ONCE = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Survey:
    """Ids of endpoints with a secret that the first key does not open but another does, and that none opens."""

    older: Sequence[str]
    unreadable: Sequence[str]


class WebhookSecrets:
    """Secrets of all accounts, for the operator."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def survey(self) -> Survey:
        """What rotation of the keys has left to do, and what it lost."""
        stale = [(endpoint.id, self._anew(endpoint)) for part in self._parts() for endpoint in part]
        return Survey(
            [endpoint_id for endpoint_id, anew in stale if anew and all(anew.values())],
            [endpoint_id for endpoint_id, anew in stale if not all(anew.values())],
        )

    def seal_anew(self) -> int:
        """Seals with the first key what others sealed; how many endpoints. Logs what no key opens, and leaves it."""
        done, lost = 0, []
        for part in self._parts():
            found = {endpoint.id: self._anew(endpoint) for endpoint in part}
            lost += [endpoint_id for endpoint_id, anew in found.items() if not all(anew.values())]
            fresh = [(name, old, new) for name, anew in found.items() for old, new in anew.items() if new]
            if fresh:
                with self._database.transaction() as tx:
                    for endpoint_id, before, after in fresh:
                        webhook_endpoints.seal_anew(tx, endpoint_id, before, after)
            done += len({endpoint_id for endpoint_id, _, _ in fresh})
        if lost:
            _log.error("no key of secret_keys opens webhook secrets of %s", ", ".join(lost))
        return done

    def _anew(self, endpoint: Sealed) -> dict[str, str]:
        """For each secret that the first key does not open: the same sealed with it, or empty when none opens it."""
        anew = {}
        for sealed in endpoint.secrets:
            if not self._keyring.is_sealed_with_first(sealed, PURPOSE):
                try:
                    anew[sealed] = self._keyring.seal(self._keyring.open(sealed, PURPOSE), PURPOSE)
                except ValueError:
                    anew[sealed] = ""
        return anew

    def _parts(self) -> Iterator[list[Sealed]]:
        after = ""
        while True:
            with self._database.reading() as tx:
                part = webhook_endpoints.sealed(tx, int(time.time()), after, _AT_ONCE)
            if not part:
                return
            yield part
            after = part[-1].id
