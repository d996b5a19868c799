# SPDX-License-Identifier: Apache-2.0
"""Makes the catalogue of its files; one that breaks the schema says which key and why."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from typing import Any

from ringside_gateway.domain.catalogue import CHAT, Auth, Catalogue, ModelFacts, ProviderFacts, Quirks
from ringside_gateway.providers import catalogue_files
from ringside_gateway.providers.catalogue_files import Document
from ringside_gateway.providers.catalogue_schema import (
    AUTH,
    MODEL,
    CatalogueError,
    checked,
    options_of,
    prices_of,
    quirks_of,
    version_of,
)


def utc_day() -> str:
    """Today in UTC, YYYY-MM-DD."""
    return time.strftime("%Y-%m-%d", time.gmtime())


def load_catalogue(*on_top: Traversable, today: Callable[[], str] = utc_day) -> Catalogue:
    """Every provider of the package, and of files `on_top`: these add providers, or change and add models.

    CatalogueError names file and key.
    """
    documents = catalogue_files.read(on_top)
    return Catalogue(_distinct(_provider(documents, document) for document in documents), today)


def _provider(documents: Sequence[Document], document: Document) -> ProviderFacts:
    raw, file = document.table, document.file
    sets = {name: quirks_of(f"{file}: {name}", quirks) for name, quirks in raw.get("quirk_sets", {}).items()}
    reader = _ModelReader(file, raw["name"], sets)
    entries = (catalogue_files.followed(documents, document, entry) for entry in document.models())
    auth = raw.get("auth")
    return ProviderFacts(
        name=raw["name"],
        title=raw["title"],
        wire=raw["wire"],
        base_url=raw["base_url"],
        auth=None if auth is None else _auth(file, auth),
        paths=raw.get("paths", {CHAT: "/chat/completions"}),
        headers=raw.get("headers", {}),
        options=options_of(file, raw.get("options", {})),
        base_urls=raw.get("base_urls", {}),
        key_variables=tuple(raw.get("key_variables", ())),
        models=tuple(model for entry in entries for model in reader.read(entry)),
        open_models=reader.open_model(raw["open_models"]) if "open_models" in raw else None,
        key_optional=raw.get("key_optional", False),
        operator_priced=raw.get("operator_priced", False),
        cancelling=raw.get("cancelling", "undocumented"),
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
    quirk_sets: Mapping[str, Quirks]

    def read(self, raw: Mapping[str, Any]) -> Iterator[ModelFacts]:
        """The model and its dated snapshots, which differ from it in name only."""
        where = f"{self.file}: {raw.get('name', 'a model without a name')}"
        facts = self._facts(where, raw)
        yield facts
        for name in raw.get("snapshots", ()):
            yield replace(facts, name=name, upstream_name=name, snapshot_of=facts.name, aliases=())

    def open_model(self, raw: Mapping[str, Any]) -> ModelFacts:
        """What is assumed of a model that is not listed: it can do everything until its provider refuses."""
        assumed = {"capabilities": ["audio", "json_schema", "reasoning", "tools", "vision"], "released": "1970-01"}
        return self._facts(f"{self.file}: open_models", {"name": "*", **assumed, **raw})

    def _facts(self, where: str, raw: Mapping[str, Any]) -> ModelFacts:
        checked(where, raw, MODEL)
        return ModelFacts(
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
            prices=prices_of(where, raw["price"]) if "price" in raw else (),
            token_percent=raw.get("token_percent", 100),
            image_tokens=raw.get("image_tokens", 1445),
            quirks=self._quirks(where, raw.get("quirks", {})),
        )

    def _quirks(self, where: str, raw: Any) -> Quirks:
        """The provider's quirks with the model's on top: a table, or the name of a set."""
        if isinstance(raw, str) and raw not in self.quirk_sets:
            raise CatalogueError(f"{where}: there is no quirk set {raw}")
        own = self.quirk_sets[raw] if isinstance(raw, str) else quirks_of(where, raw)
        return self.quirk_sets.get("all", Quirks()).merged(own)


def _distinct(providers: Iterable[ProviderFacts]) -> Iterator[ProviderFacts]:
    """The same, unless two models of one provider have a name or alias in common."""
    for provider in providers:
        seen: set[str] = set()
        for name in (name for model in provider.models for name in (model.name, *model.aliases)):
            if name in seen:
                raise CatalogueError(f"{provider.name}/{name} is there twice")
            seen.add(name)
        yield provider
