# SPDX-License-Identifier: Apache-2.0
"""Slots: a developer's own names for models, and the order in which their targets are tried."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.upstream import Target

Strategy = Literal["priority", "weighted", "cheapest", "fastest"]
#: Aliases never look like ids, so that a path can name a slot by either.
ID_PREFIX = "slot_"
_UNPRICED = 1 << 62


@dataclass(frozen=True, slots=True)
class SlotTarget:
    """An `fc:` or `match:` ref and its share under the strategy `weighted`."""

    model: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Slot:
    """An alias for one model or several."""

    id: str
    account_id: str
    livemode: bool
    alias: str
    targets: tuple[SlotTarget, ...]
    strategy: Strategy
    description: str | None
    created_at: int
    updated_at: int


def check_alias(alias: str) -> None:
    """400 when an alias could be taken for an id."""
    if alias.startswith(ID_PREFIX):
        raise GatewayError("invalid_request", f"`alias` must not begin with `{ID_PREFIX}`.", param="alias")


def ordered(
    strategy: Strategy, weighted: Sequence[tuple[Target, int]], latency_s: Callable[[str], float], chance: random.Random
) -> list[Target]:
    """The targets in the order they are tried; targets that are equal keep the order they were given in."""
    if strategy == "weighted":
        return _drawn(list(weighted), chance)
    targets = [target for target, _ in weighted]
    if strategy == "cheapest":
        return sorted(targets, key=_price)
    if strategy == "fastest":
        return sorted(targets, key=lambda target: latency_s(target.ref))
    return targets


def _drawn(left: list[tuple[Target, int]], chance: random.Random) -> list[Target]:
    """Draws one after the other by weight; those of weight 0 follow in their own order."""
    drawn: list[Target] = []
    while any(weight for _, weight in left):
        picked = chance.choices(range(len(left)), [weight for _, weight in left])[0]
        drawn.append(left.pop(picked)[0])
    return drawn + [target for target, _ in left]


def _price(target: Target) -> int:
    price = target.facts.price
    return price.input + price.output if price else _UNPRICED
