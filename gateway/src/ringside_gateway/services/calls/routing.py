# SPDX-License-Identifier: Apache-2.0
"""Model refs become ordered targets: `fc:` directly, `match:` by selection over the catalogue."""

from __future__ import annotations

from ringside_gateway.domain.calls import Call
from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.model_refs import SlotRef, parse_ref
from ringside_gateway.domain.selection import resolve
from ringside_gateway.domain.upstream import Target

#: A cascade longer than this is a mistake, not a plan.
MAX_REFS = 16


class Routing:
    """Resolves the `model` of a call; a change of the catalogue takes effect on the next request."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def targets_of(self, call: Call) -> list[Target]:
        """The targets in the order they are tried, without repeats.

        400 `invalid_model_ref`, 404 `model_not_found`, `no_model_matches`, `slot_not_found`.
        """
        asked = call.body["model"]
        refs = [asked] if isinstance(asked, str) else asked
        targets = [self.target(ref) for ref in refs]
        return list({target.ref: target for target in targets}.values())

    def target(self, text: str) -> Target:
        """The target one ref stands for now."""
        ref = parse_ref(text)
        if isinstance(ref, SlotRef):
            raise GatewayError("slot_not_found", param="model", slot=ref.alias)
        facts = resolve(self._catalogue, ref)
        return Target(f"fc:{facts.provider}/{facts.name}", facts, facts.provider)
