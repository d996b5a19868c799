# SPDX-License-Identifier: Apache-2.0
"""Builds and reads model refs. Pure text: imports nothing of the client, looks nothing up.

Only `>=` is published; everything else of the grammar is Ringside's own. Rule and vectors: spec/model_refs.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Union, cast

from ._pure_errors import ModelRefError as ModelRefError
from ._refs import (
    ALIAS,
    Capability as Capability,
    Channel as Channel,
    FcRef as FcRef,
    MatchRef as MatchRef,
    SlotRef as SlotRef,
    Sort as Sort,
    fc_ref,
    match_ref,
    named,
    read,
)

#: `4`, `"4.5"` or `"4-5"`. Never a fraction: 4.10 and 4.1 are one number but two versions.
Version = Union[int, str]
#: US dollars per million tokens.
Price = Union[Decimal, float, str]


class MatchBuilder:
    """A `match:` ref in the making. Immutable: every method gives another builder; `build` tells mistakes."""

    def __init__(self, parts: Mapping[str, object]) -> None:
        self._parts = parts

    def _with(self, **part: object) -> MatchBuilder:
        return MatchBuilder({**self._parts, **part})

    def min_version(self, version: Version) -> MatchBuilder:
        """At least this version: 4 admits 4, 4.5 and 5."""
        return self._with(min_version=version)

    def max_version(self, version: Version) -> MatchBuilder:
        """Below this version: 6 excludes 6 and all later ones."""
        return self._with(max_version=version)

    def version(self, version: Version) -> MatchBuilder:
        """Exactly this version; excludes the other two."""
        return self._with(version=version)

    def needs(self, *capabilities: Capability) -> MatchBuilder:
        """Only models that can do all of these; adds to earlier needs."""
        earlier = cast("tuple[Capability, ...]", self._parts.get("needs", ()))
        return self._with(needs=(*earlier, *capabilities))

    def min_context(self, tokens: int) -> MatchBuilder:
        """Only models with room for this many tokens."""
        return self._with(min_context=tokens)

    def max_input_usd(self, per_million_tokens: Price) -> MatchBuilder:
        """Only models whose input costs at most this much."""
        return self._with(max_input_usd=per_million_tokens)

    def max_output_usd(self, per_million_tokens: Price) -> MatchBuilder:
        """Only models whose output costs at most this much."""
        return self._with(max_output_usd=per_million_tokens)

    def sort(self, order: Sort) -> MatchBuilder:
        """What makes a model the best one; the newest, when not said."""
        return self._with(sort=order)

    def channel(self, channel: Channel) -> MatchBuilder:
        """Stable models only, when not said."""
        return self._with(channel=channel)

    def build(self) -> str:
        """The canonical text. Raises ModelRefError naming the part that is wrong."""
        return str(match_ref(self._parts))

    def __str__(self) -> str:
        return self.build()

    def __repr__(self) -> str:
        return f"MatchBuilder({dict(self._parts)})"


class Model:
    """Model refs for every `model` argument."""

    @staticmethod
    def fc(provider: str, model: str | None = None) -> str:
        """One model of one provider: `Model.fc("openai", "gpt-4o-mini")` or `Model.fc("openai/gpt-4o-mini")`.

        Raises ModelRefError.
        """
        return str(fc_ref(str(provider) if model is None else f"{provider}/{model}"))

    @staticmethod
    def slot(alias: str) -> str:
        """An alias you defined: `Model.slot("fast-chat")`. Raises ModelRefError."""
        return str(SlotRef(named("alias", alias, ALIAS)))

    @staticmethod
    def match(provider: str, family: str) -> MatchBuilder:
        """The best model of a family, chosen when a request arrives. The provider `*` stands for any."""
        return MatchBuilder({"provider": provider, "family": family})

    @staticmethod
    def parse(text: str) -> FcRef | SlotRef | MatchRef:
        """The parts of a ref, whose `str()` is its canonical text. Raises ModelRefError for what is no ref."""
        return read(str(text))
