# SPDX-License-Identifier: Apache-2.0
"""Reads catalogue/*.toml into the catalogue; a file that breaks the schema says which key and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import tomllib

from ringside_gateway.domain.catalogue import CHAT, Auth, Catalogue, ModelFacts, ProviderFacts, Quirks
from ringside_gateway.providers.catalogue_schema import (
    AUTH,
    MODEL,
    PROVIDER,
    CatalogueError,
    checked,
    options_of,
    price_of,
    quirks_of,
    version_of,
)


def load_catalogue(*more: Traversable) -> Catalogue:
    """Every provider of the package, and of `more` files; CatalogueError names file and key."""
    folder = resources.files("ringside_gateway.providers.catalogue")
    own = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return Catalogue(_distinct(read_provider(file) for file in (*own, *more)))


def read_provider(file: Traversable) -> ProviderFacts:
    """One provider's facts from its file."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error
    checked(file.name, raw, PROVIDER)
    sets = {name: quirks_of(f"{file.name}: {name}", quirks) for name, quirks in raw.get("quirk_sets", {}).items()}
    reader = _ModelReader(file.name, raw["name"], raw.get("defaults", {}), sets)
    auth = raw.get("auth")
    return ProviderFacts(
        name=raw["name"],
        title=raw["title"],
        wire=raw["wire"],
        base_url=raw["base_url"],
        auth=None if auth is None else _auth(file.name, auth),
        paths=raw.get("paths", {CHAT: "/chat/completions"}),
        headers=raw.get("headers", {}),
        options=options_of(file.name, raw.get("options", {})),
        base_urls=raw.get("base_urls", {}),
        key_variables=tuple(raw.get("key_variables", ())),
        models=tuple(model for entry in raw.get("models", ()) for model in reader.read(entry)),
    )


def _auth(where: str, raw: Mapping[str, Any]) -> Auth:
    checked(f"{where}: auth", raw, AUTH)
    if raw.get("scheme", "key") == "key" and "header" not in raw:
        raise CatalogueError(f"{where}: auth: header is missing")
    return Auth(**raw)


@dataclass(frozen=True, slots=True)
class _ModelReader:
    file: str
    provider: str
    defaults: Mapping[str, Any]
    quirk_sets: Mapping[str, Quirks]

    def read(self, entry: Mapping[str, Any]) -> Iterator[ModelFacts]:
        """The model and its dated snapshots, which differ from it in name only."""
        raw = {**self.defaults, **entry}
        where = f"{self.file}: {raw.get('name', 'a model without a name')}"
        checked(where, raw, MODEL)
        facts = ModelFacts(
            provider=self.provider,
            name=raw["name"],
            family=raw.get("family", raw["name"]),
            version=version_of(where, raw.get("version", "")),
            released=raw["released"],
            context_tokens=raw["context_tokens"],
            max_output_tokens=raw["max_output_tokens"],
            upstream_name=raw.get("upstream_name", raw["name"]),
            endpoints=frozenset(raw.get("endpoints", (CHAT,))),
            input_modalities=tuple(raw.get("input_modalities", ("text",))),
            output_modalities=tuple(raw.get("output_modalities", ("text",))),
            capabilities=frozenset(raw.get("capabilities", ())),
            status=raw.get("status", "stable"),
            snapshot_of=raw.get("snapshot_of"),
            aliases=tuple(raw.get("aliases", ())),
            price=price_of(where, raw["price"]) if "price" in raw else None,
            token_percent=raw.get("token_percent", 100),
            image_tokens=raw.get("image_tokens", 1445),
            quirks=self._quirks(where, raw.get("quirks", {})),
        )
        yield facts
        for name in raw.get("snapshots", ()):
            yield replace(facts, name=name, upstream_name=name, snapshot_of=facts.name, aliases=())

    def _quirks(self, where: str, raw: Any) -> Quirks:
        """The provider's quirks with the model's on top: a table, or the name of a set."""
        if isinstance(raw, str) and raw not in self.quirk_sets:
            raise CatalogueError(f"{where}: there is no quirk set {raw}")
        own = self.quirk_sets[raw] if isinstance(raw, str) else quirks_of(where, raw)
        return self.quirk_sets.get("all", Quirks()).merged(own)


def _distinct(providers: Iterable[ProviderFacts]) -> Iterator[ProviderFacts]:
    """The same, unless two providers or two models of one have a name or alias in common."""
    seen: set[str] = set()
    for provider in providers:
        names = [f"{provider.name}/{name}" for model in provider.models for name in (model.name, *model.aliases)]
        for name in (provider.name, *names):
            if name in seen:
                raise CatalogueError(f"{name} is there twice")
            seen.add(name)
        yield provider
