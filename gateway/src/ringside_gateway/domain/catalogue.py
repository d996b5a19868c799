# SPDX-License-Identifier: Apache-2.0
"""What the gateway knows about providers and models: facts, not code (architecture page, catalogue)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ringside_gateway.domain.pricing import Price

STABLE, PREVIEW, DEPRECATED = "stable", "preview", "deprecated"
CHAT, EMBEDDINGS = "chat", "embeddings"


@dataclass(frozen=True, slots=True)
class Quirks:
    """How a provider's parameters differ from OpenAI's.

    `renamed` old -> new; `dropped` silently; `refused` name -> values that are accepted all the same (400 otherwise,
    dropped under `drop_params`); `clamped` name -> (least, most).
    """

    renamed: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    refused: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    clamped: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def merged(self, other: Quirks) -> Quirks:
        """These quirks with `other`'s on top."""
        return Quirks(
            {**self.renamed, **other.renamed},
            self.dropped | other.dropped,
            {**self.refused, **other.refused},
            {**self.clamped, **other.clamped},
        )


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """One model of one provider. `version` compares by component; `released` is YYYY-MM-DD or YYYY-MM.

    `snapshot_of` names the model a dated snapshot belongs to. `endpoints` says what it serves: chat, embeddings, ...
    `quirks` already include the provider's. `price` is None when nobody knows it. `token_percent` is how many tokens
    the model counts where OpenAI's o200k counts 100, `image_tokens` the most it counts for one image.
    """

    provider: str
    name: str
    family: str
    version: tuple[int, ...]
    released: str
    context_tokens: int
    max_output_tokens: int
    upstream_name: str
    endpoints: frozenset[str] = frozenset({CHAT})
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)
    capabilities: frozenset[str] = frozenset()
    status: str = STABLE
    snapshot_of: str | None = None
    aliases: tuple[str, ...] = ()
    price: Price | None = None
    token_percent: int = 100
    image_tokens: int = 1445
    quirks: Quirks = field(default_factory=Quirks)

    @property
    def ref(self) -> str:
        """The canonical model ref."""
        return f"fc:{self.provider}/{self.name}"

    @property
    def version_text(self) -> str:
        """The version with dots, empty for a model without one."""
        return ".".join(map(str, self.version))


@dataclass(frozen=True, slots=True)
class Auth:
    """How a provider wants to be shown who calls: a key in a header, or a scheme of its own (`google`, `aws`)."""

    header: str = ""
    prefix: str = ""
    scheme: str = "key"


@dataclass(frozen=True, slots=True)
class Option:
    """What only the operator knows of a provider (a region, a project): the variables it is looked for in."""

    variables: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """One provider's HTTP API: where it is, how it is spoken to, how it wants its key.

    `auth` is None for a provider without keys. `paths` maps an endpoint to its path under `base_url`; both may hold
    `{options}`, and a path `{model}`. `base_urls` are those for particular values of an option (a location `global`).
    `key_variables` are the environment variables its key is looked for in; `A:B` are two that make one key.
    """

    name: str
    title: str
    wire: str
    base_url: str
    auth: Auth | None
    paths: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)
    base_urls: Mapping[str, str] = field(default_factory=dict)
    key_variables: tuple[str, ...] = ()
    models: tuple[ModelFacts, ...] = ()


class Catalogue:
    """All providers and their models, looked up by name, alias, or a version's other spelling (4.5, 4-5)."""

    def __init__(self, providers: Iterable[ProviderFacts]) -> None:
        self.providers: dict[str, ProviderFacts] = {provider.name: provider for provider in providers}
        self._index: dict[tuple[str, str], ModelFacts] = {}
        for model in self.models():
            for name in (model.name, *model.aliases):
                self._index[model.provider, _spelling(name)] = model

    def models(self, provider: str | None = None) -> Iterator[ModelFacts]:
        """Every model in catalogue order, or one provider's."""
        for facts in self.providers.values():
            if provider in (None, facts.name):
                yield from facts.models

    def find(self, provider: str, name: str) -> ModelFacts | None:
        """The model of that name, None when there is none."""
        return self._index.get((provider, _spelling(name)))

    def family(self, provider: str, family: str) -> list[ModelFacts]:
        """Models of a family, dated snapshots left out; provider `*` means any."""
        found = self._families.get(_spelling(family), [])
        return [model for model in found if provider in ("*", model.provider)]

    def near(self, provider: str, name: str, limit: int = 3) -> list[str]:
        """Refs that look like what was asked for, best first."""
        if provider not in self.providers:
            providers = difflib.get_close_matches(provider, self.providers, limit, 0.6)
            elsewhere = [model.ref for model in self.models() if _spelling(model.name) == _spelling(name)]
            return [*(f"fc:{found}/{name}" for found in providers if self.find(found, name)), *elsewhere][:limit]
        names = [model.name for model in self.models(provider)]
        return [f"fc:{provider}/{found}" for found in difflib.get_close_matches(name, names, limit, 0.5)]

    @cached_property
    def _families(self) -> dict[str, list[ModelFacts]]:
        families: dict[str, list[ModelFacts]] = {}
        for model in self.models():
            if model.snapshot_of is None:
                families.setdefault(_spelling(model.family), []).append(model)
        return families


def _spelling(name: str) -> str:
    return name.lower().replace(".", "-")
