# SPDX-License-Identifier: Apache-2.0
"""The models this gateway can serve, and what a ref resolves to right now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.catalogue import Catalogue, ModelFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.model_refs import MatchRef, parse_ref
from ringside_gateway.domain.selection import select
from ringside_gateway.services.calls.routing import Routing


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a ref stands for: the winner first among its candidates."""

    ref: str
    resolved: ModelFacts
    candidates: Sequence[ModelFacts]


class Models:
    """Reads the catalogue, and asks the routing what a call would be served by."""

    def __init__(self, catalogue: Catalogue, routing: Routing) -> None:
        self._catalogue = catalogue
        self._routing = routing

    def list(self, caller: Caller) -> list[ModelFacts]:
        """Every model, by provider and name."""
        return sorted(self._catalogue.models(), key=lambda model: (model.provider, model.name))

    def retrieve(self, caller: Caller, ref: str) -> ModelFacts:
        """The model of an `fc:` ref; 400 `invalid_model_ref`, 404 `model_not_found`."""
        return self.resolve(caller, ref).resolved

    def resolve(self, caller: Caller, ref: str) -> Resolution:
        """The winner and its runners-up; 404 `no_model_matches`, `slot_not_found`."""
        parsed = parse_ref(ref)
        if isinstance(parsed, MatchRef):
            candidates = select(self._catalogue, parsed)
            if not candidates:
                raise GatewayError("no_model_matches", param="ref", ref=ref)
            return Resolution(ref, candidates[0], candidates)
        found = [target.facts for target in self._routing.targets(caller, ref)]
        return Resolution(ref, found[0], found)
