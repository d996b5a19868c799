# SPDX-License-Identifier: Apache-2.0
"""What the gateway knows about providers and models: facts, not code (architecture page, catalogue)."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ringside_gateway.domain.pricing import Price

STABLE, PREVIEW, DEPRECATED = "stable", "preview", "deprecated"
CHAT, EMBEDDINGS = "chat", "embeddings"
#: What a provider does when its client leaves in mid-answer: it stops and bills no more; it answers, and bills, to
#: the end; the host behind it decides; or it does not say.
CANCELLING = ("stops", "runs_on", "by_host", "undocumented")
#: A price and the first day it holds (YYYY-MM-DD), empty for one that always held.
DatedPrice = tuple[str, Price]


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
    `quirks` already include the provider's. `prices` is the history, oldest first; `price` the one of the day the
    model was looked up on, None when nobody knows it. `token_percent` is how many tokens the model counts where
    OpenAI's o200k counts 100, `image_tokens` the most it counts for one image.
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
    prices: tuple[DatedPrice, ...] = ()
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

    def on(self, day: str) -> ModelFacts:
        """The model with the price of that day, YYYY-MM-DD."""
        if not self.prices:
            return self
        price = next((price for since, price in reversed(self.prices) if since <= day), None)
        return self if price is self.price else replace(self, price=price)


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
    `open_models` is what is assumed of a model that is not listed, None where only listed ones can be called.
    `cancelling`: see CANCELLING.
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
    open_models: ModelFacts | None = None
    key_optional: bool = False
    operator_priced: bool = False
    cancelling: str = "undocumented"

    @property
    def needs_key(self) -> bool:
        """Whether a call without a key is not worth sending."""
        return self.auth is not None and not self.key_optional


class Catalogue:
    """All providers and their models, looked up by name, alias, or a version's other spelling (4.5, 4-5).

    Prices are those of `today()`, YYYY-MM-DD: one that changes at midnight does so in a running gateway too.
    """

    def __init__(self, providers: Iterable[ProviderFacts], today: Callable[[], str] = lambda: "") -> None:
        self.providers: dict[str, ProviderFacts] = {provider.name: provider for provider in providers}
        self._today = today
        self._shelf = _Shelf(self.providers, today())

    def models(self, provider: str | None = None) -> Iterator[ModelFacts]:
        """Every model in catalogue order, or one provider's."""
        return (model for model in self._current().models if provider in (None, model.provider))

    def find(self, provider: str, name: str) -> ModelFacts | None:
        """The model of that name, or what is assumed of it where the provider takes any; None when there is none."""
        shelf = self._current()
        found = shelf.index.get((provider, _spelling(name)))
        if found is None and provider in shelf.open:
            return replace(shelf.open[provider], name=name, upstream_name=name, family=name)
        return found

    def family(self, provider: str, family: str) -> list[ModelFacts]:
        """Models of a family, dated snapshots left out; provider `*` means any."""
        found = self._current().families.get(_spelling(family), [])
        return [model for model in found if provider in ("*", model.provider)]

    def near(self, provider: str, name: str, limit: int = 3) -> list[str]:
        """Refs that look like what was asked for, best first."""
        if provider not in self.providers:
            providers = difflib.get_close_matches(provider, self.providers, limit, 0.6)
            elsewhere = [model.ref for model in self.models() if _spelling(model.name) == _spelling(name)]
            meant = [model.ref for found in providers if (model := self.find(found, name))]
            return list(dict.fromkeys([*meant, *elsewhere]))[:limit]
        names = [model.name for model in self.models(provider)]
        return [f"fc:{provider}/{found}" for found in difflib.get_close_matches(name, names, limit, 0.5)]

    def _current(self) -> _Shelf:
        today = self._today()
        if today != self._shelf.day:
            self._shelf = _Shelf(self.providers, today)
        return self._shelf


class _Shelf:
    """The models with one day's prices, and the ways to find them."""

    def __init__(self, providers: Mapping[str, ProviderFacts], day: str) -> None:
        self.day = day
        self.models = [model.on(day) for provider in providers.values() for model in provider.models]
        self.open = {name: facts.open_models.on(day) for name, facts in providers.items() if facts.open_models}
        self.index: dict[tuple[str, str], ModelFacts] = {}
        for model in self.models:
            for name in (model.name, *model.aliases):
                self.index[model.provider, _spelling(name)] = model

    @cached_property
    def families(self) -> dict[str, list[ModelFacts]]:
        """Models by family, dated snapshots left out."""
        families: dict[str, list[ModelFacts]] = {}
        for model in self.models:
            if model.snapshot_of is None:
                families.setdefault(_spelling(model.family), []).append(model)
        return families


def _spelling(name: str) -> str:
    return name.lower().replace(".", "-")
