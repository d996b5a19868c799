# SPDX-License-Identifier: Apache-2.0
"""The operator's provider keys: used in turn, and one that a provider refused or limited rests a while."""

from __future__ import annotations

import time
from collections.abc import Callable

from ringside_gateway.domain.catalogue import ProviderFacts
from ringside_gateway.domain.providers import ProviderSettings

#: A refused key may be repaired by the operator at the provider; a limited one is good again within a minute.
REST_S = {401: 60.0, 403: 60.0, 402: 30.0, 429: 5.0}


class Keys:
    """Keys by provider. With one key, or all at rest, a call is tried all the same."""

    def __init__(self, settings: ProviderSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._turn = 0
        self._rests: dict[str, float] = {}

    def of(self, facts: ProviderFacts) -> tuple[str, ...]:
        """Every key set for a provider: configured ones, else what its environment variables hold."""
        named = tuple(key for key in self._settings.api_keys.get(facts.name, ()) if key)
        return named or tuple(key for key in map(self._found, facts.key_variables) if key)

    def _found(self, variables: str) -> str:
        """What a variable holds, or several of them that make one key; empty without the first two."""
        parts = [self._settings.environment.get(name, "") for name in variables.split(":")]
        return ":".join(filter(None, parts)) if all(parts[:2]) else ""

    def next(self, facts: ProviderFacts) -> str | None:
        """The key whose turn it is; None when there is none."""
        keys = self.of(facts)
        if len(keys) <= 1:
            return keys[0] if keys else None
        self._turn += 1
        now = self._clock()
        rested = [key for key in keys if self._rests.get(key, 0.0) <= now]
        return (rested or keys)[self._turn % len(rested or keys)]

    def note(self, facts: ProviderFacts, key: str, status: int) -> bool:
        """Remembers that the provider refused or limited a key; whether another one is still good."""
        if status not in REST_S:
            return False
        self._rests[key] = self._clock() + REST_S[status]
        return self.good(facts) > 0

    def good(self, facts: ProviderFacts) -> int:
        """How many of a provider's keys are not at rest."""
        now = self._clock()
        return sum(self._rests.get(key, 0.0) <= now for key in self.of(facts))


def missing_reason(facts: ProviderFacts) -> str:
    """What the operator does about a provider without a key."""
    own = f"RINGSIDE_PROVIDER_{facts.name.upper()}_API_KEY"
    variable = facts.key_variables[0].replace(":", ", ") if facts.key_variables else own
    return f"this gateway has no key for {facts.name}; the operator sets {variable}"
