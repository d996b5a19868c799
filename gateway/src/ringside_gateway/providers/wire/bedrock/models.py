# SPDX-License-Identifier: Apache-2.0
"""How the makers of Bedrock's models differ behind one API (docs.aws.amazon.com/bedrock and /nova, read 2026-11-24)."""

from __future__ import annotations

from dataclasses import dataclass

from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.providers.wire.anthropic.models import Generation, generation_of

_CLAUDE_FAMILIES = frozenset({"fable", "haiku", "mythos", "opus", "sonnet"})
#: Beginning of a family -> the tool choices it takes besides auto; every other model takes none.
_CHOICES: dict[str, tuple[str, ...]] = {"nova": ("any", "tool"), "mistral": ("any",)}
#: Families whose answers AWS does not hold to a schema.
_UNSTRUCTURED = ("nova", "llama")


@dataclass(frozen=True, slots=True)
class Traits:
    """What a model takes. `claude` is its generation, for a model of Anthropic's."""

    claude: Generation | None
    choices: tuple[str, ...]
    structured_output: bool


def traits_of(facts: ModelFacts) -> Traits:
    """The traits by the model's family and version."""
    if facts.family in _CLAUDE_FAMILIES:
        generation = generation_of(facts)
        return Traits(generation, ("any", "tool") if generation.forced_tools else (), generation.structured_output)
    taken = next((given for family, given in _CHOICES.items() if facts.family.startswith(family)), ())
    return Traits(None, taken, not facts.family.startswith(_UNSTRUCTURED))
