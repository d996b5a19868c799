# SPDX-License-Identifier: Apache-2.0
"""Model refs become ordered targets: `fc:` directly, `match:` by selection, `slot:` by its targets and strategy."""

from __future__ import annotations

import random
from collections.abc import Iterator

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.model_refs import FcRef, MatchRef, SlotRef, parse_ref
from ringside_gateway.domain.selection import resolve
from ringside_gateway.domain.slots import Slot, ordered
from ringside_gateway.domain.upstream import Target
from ringside_gateway.services.calls.capabilities import able
from ringside_gateway.services.calls.latencies import Latencies
from ringside_gateway.storage import slots
from ringside_gateway.storage.database import Database

#: A cascade longer than this is a mistake, not a plan.
MAX_REFS = 16


class Routing:
    """Resolves the `model` of a call; a change of a slot or of the catalogue takes effect on the next request."""

    def __init__(self, database: Database, catalogue: Catalogue, latencies: Latencies) -> None:
        self._database = database
        self._catalogue = catalogue
        self._latencies = latencies
        self._chance = random.Random()

    def targets_of(self, call: Call) -> list[Target]:
        """The targets in the order they are tried, without repeats and without those that lack what the call needs.

        400 `invalid_model_ref`, `unsupported_parameter`, 404 `model_not_found`, `no_model_matches`, `slot_not_found`.
        """
        asked = call.body["model"]
        refs = [asked] if isinstance(asked, str) else asked
        targets = [target for ref in refs for target in self.targets(call.caller, ref)]
        return able(list({target.ref: target for target in targets}.values()), call.body)

    def targets(self, caller: Caller, text: str) -> list[Target]:
        """What one ref stands for now; only a slot can be more than one target."""
        ref = parse_ref(text)
        if not isinstance(ref, SlotRef):
            return [self._target(ref)]
        with self._database.reading() as tx:
            slot = slots.find(tx, caller.account_id, caller.livemode, ref.alias)
        if slot is None or slot.alias != ref.alias:
            raise GatewayError("slot_not_found", param="model", slot=ref.alias)
        return ordered(slot.strategy, list(self._available(slot)), self._latencies.of, self._chance)

    def _available(self, slot: Slot) -> Iterator[tuple[Target, int]]:
        """The targets that the catalogue still knows; the last one's error when it knows none."""
        found, error = 0, None
        for target in slot.targets:
            ref = parse_ref(target.model)
            try:
                if not isinstance(ref, SlotRef):
                    yield self._target(ref), target.weight
                    found += 1
            except GatewayError as unknown:
                error = unknown
        if error is not None and not found:
            raise error

    def _target(self, ref: FcRef | MatchRef) -> Target:
        facts = resolve(self._catalogue, ref)
        return Target(f"fc:{facts.provider}/{facts.name}", facts, facts.provider)
