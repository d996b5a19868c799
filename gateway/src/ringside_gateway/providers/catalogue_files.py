# SPDX-License-Identifier: Apache-2.0
"""Catalogue files as tables: the package's own, an operator's on top of them, and models that are like another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import tomllib

from ringside_gateway.providers.catalogue_schema import OVERLAY, PROVIDER, CatalogueError, checked

Table = dict[str, Any]
#: What a model has of its own, however like another it is.
_OWN = ("name", "aliases", "snapshots", "snapshot_of", "upstream_name", "like")
#: Parts of a provider that a file on top adds to instead of replacing.
_ADDED = ("options", "base_urls", "paths", "headers", "defaults", "open_models", "quirk_sets")


@dataclass(frozen=True, slots=True)
class Document:
    """One provider as its file, and those on top of it, describe it; `file` is named in complaints."""

    file: str
    table: Table

    def models(self) -> Iterator[Table]:
        """Its models as they are written."""
        yield from self.table.get("models", ())


def files_in(folders: Iterable[Path]) -> list[Traversable]:
    """The files of the operator's folders, folder by folder; a folder that is not there has none."""
    return [file for folder in folders if folder.is_dir() for file in _toml(folder.iterdir())]


def read(on_top: Sequence[Traversable]) -> list[Document]:
    """All providers: the package's, with files `on_top` that add providers or change them; CatalogueError says why."""
    documents = dict(_packaged())
    for file in on_top:
        name = parsed(file).get("name")
        below = documents.get(str(name))
        table = _table(file, OVERLAY if below else PROVIDER)
        documents[table["name"]] = Document(file.name, laid(below.table, table) if below else table)
    return list(documents.values())


@cache
def _packaged() -> Mapping[str, Document]:
    """The package's own, read once a process: they do not change while it runs."""
    folder = resources.files("ringside_gateway.providers.catalogue")
    tables = ((file.name, _table(file, PROVIDER)) for file in _toml(folder.iterdir()))
    return {table["name"]: Document(name, table) for name, table in tables}


def followed(documents: Sequence[Document], document: Document, entry: Table) -> Table:
    """A model's table with what it is like, and its provider's defaults, below its own keys."""
    below: Table = dict(document.table.get("defaults", {}))
    if "like" in entry:
        below |= _liked(documents, document, entry, (f"{document.table['name']}/{entry.get('name')}",))
    return {**below, **entry}


def _liked(documents: Sequence[Document], document: Document, entry: Table, seen: tuple[str, ...]) -> Table:
    where, like = f"{document.file}: {entry.get('name')}", str(entry["like"])
    provider, _, name = like.partition("/")
    found = next((other for other in documents if other.table["name"] == provider), None)
    model = next((model for model in found.models() if model.get("name") == name), None) if found else None
    if found is None or model is None:
        raise CatalogueError(f"{where}: like {like!r} is no model of this catalogue")
    if like in seen:
        raise CatalogueError(f"{where}: like {like!r} leads back to itself")
    table = dict(found.table.get("defaults", {}))
    if "like" in model:
        table |= _liked(documents, found, model, (*seen, like))
    table |= model
    quirks = table.get("quirks")
    if isinstance(quirks, str):
        table["quirks"] = found.table.get("quirk_sets", {}).get(quirks, {})
    return {key: value for key, value in table.items() if key not in _OWN}


def laid(below: Table, top: Table) -> Table:
    """One provider's table with another on top: models by name, some tables key by key, all else replaced."""
    merged = {**below, **top}
    for part in _ADDED:
        if part in below and part in top:
            merged[part] = {**below[part], **top[part]}
    models = {model.get("name"): model for model in below.get("models", ())}
    for model in top.get("models", ()):
        models[model.get("name")] = {**models.get(model.get("name"), {}), **model}
    return merged | {"models": list(models.values())}


def _table(file: Traversable, schema: Any) -> Table:
    table = parsed(file)
    checked(file.name, table, schema)
    if not all(isinstance(model, Mapping) for model in table.get("models", ())):
        raise CatalogueError(f"{file.name}: models are tables, each under [[models]]")
    return table


def parsed(file: Traversable) -> Table:
    """A file as it is written; CatalogueError when it is not TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{file.name}: {error}") from error


def _toml(entries: Iterable[Traversable]) -> list[Traversable]:
    return sorted((entry for entry in entries if entry.name.endswith(".toml")), key=lambda entry: entry.name)
