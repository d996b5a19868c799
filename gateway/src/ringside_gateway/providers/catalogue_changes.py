# SPDX-License-Identifier: Apache-2.0
"""Newer catalogue files laid on top of the catalogue: what they change, and how they are kept with old prices dated."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ringside_gateway.domain.catalogue import Catalogue, ModelFacts
from ringside_gateway.domain.pricing import Price
from ringside_gateway.providers.catalogue_files import Table, files_in, laid, parsed
from ringside_gateway.providers.catalogue_schema import CatalogueError
from ringside_gateway.providers.registry import load_catalogue

#: What of a model is compared, besides its price.
_FACTS = ("status", "context_tokens", "max_output_tokens", "capabilities", "released", "upstream_name")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_HEAD = "# Kept by `ringside-gateway models refresh`; files of your own go into a folder of catalogue_dirs.\n"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the diff: `what` is added, price, or the fact that changes."""

    ref: str
    what: str
    before: str
    after: str


def changes(before: Catalogue, after: Catalogue) -> list[Change]:
    """Everything that differs, by provider and model; snapshots follow the model they belong to."""
    found = []
    for model in after.models():
        if model.snapshot_of is None:
            found += list(_changes(before.find(model.provider, model.name), model))
    return found


def _changes(old: ModelFacts | None, new: ModelFacts) -> Iterator[Change]:
    if old is None or old.name != new.name:
        yield Change(new.ref, "added", "", _price(new.price))
        return
    if old.price != new.price:
        yield Change(new.ref, "price", _price(old.price), _price(new.price))
    for name in _FACTS:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Change(new.ref, name, _shown(before), _shown(after))


def kept(folder: Path, newer: Sequence[Traversable], before: Catalogue, day: str) -> dict[str, str]:
    """The files to store in `folder`, by name, one a provider, on top of what is kept there already.

    A price that does not say since when it holds does so from `day`, after the old ones.
    """
    tables: dict[str, Table] = {str(table["name"]): table for table in map(parsed, files_in([folder]))}
    for file in newer:
        table = parsed(file)
        for model in table.get("models", ()):
            _keep_history(model, before.find(str(table["name"]), str(model.get("name"))), day)
        tables[table["name"]] = laid(tables.get(table["name"], {}), table)
    return {f"{name}.toml": _HEAD + written(table) for name, table in tables.items()}


def _keep_history(model: Table, old: ModelFacts | None, day: str) -> None:
    price = model.get("price")
    if old is not None and old.prices and isinstance(price, dict) and "since" not in price:
        history = [_dated(since, earlier) for since, earlier in old.prices if since < day]
        model["price"] = [*history, {"since": day, **price}]


def with_files(folders: Sequence[Path], newer: Sequence[Traversable]) -> tuple[Catalogue, Catalogue]:
    """The catalogue as it is, and with newer files below the operator's own; CatalogueError says what is wrong."""
    first, *own = folders
    return (
        load_catalogue(*files_in(folders)),
        load_catalogue(*files_in([first]), *newer, *files_in(own)),
    )


def _price(price: Price | None) -> str:
    if price is None:
        return "none"
    rates = ", ".join(f"{name} ${_usd(rate)}" for name, rate in price.rates().items())
    return rates + (" +tiers" if price.tiers else "")


def _dated(since: str, price: Price) -> dict[str, Any]:
    tiers = [{"above_input_tokens": above, **_rates(table)} for above, table in price.tiers]
    return ({"since": since} if since else {}) | _rates(price) | ({"tiers": tiers} if tiers else {})


def _rates(price: Price) -> dict[str, Decimal]:
    return {name: _usd(rate) for name, rate in price.rates().items()}


def _usd(nano: int) -> Decimal:
    return Decimal(f"{Decimal(nano).scaleb(-9).normalize():f}")


def _shown(value: Any) -> str:
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def written(table: Mapping[str, Any]) -> str:
    """A catalogue table as TOML: plain keys first, then tables, then the models."""
    out = io.StringIO()
    for name, value in table.items():
        if not isinstance(value, dict) and name != "models":
            out.write(f"{name} = {_toml(value)}\n")
    for name, value in table.items():
        if isinstance(value, dict):
            out.write(f"{name} = {_toml(value)}\n")
    for model in table.get("models", ()):
        out.write("\n[[models]]\n" + "".join(f"{_key(name)} = {_toml(value)}\n" for name, value in model.items()))
    return out.getvalue()


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, Decimal)):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)} = {_toml(part)}" for name, part in value.items()) + "}"
    if isinstance(value, str):
        return '"' + "".join(_escaped(letter) for letter in value) + '"'
    raise CatalogueError(f"{value!r} cannot be kept in a catalogue file")


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _toml(name)


def _escaped(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if letter in '"\\' or ord(letter) < 32 or ord(letter) == 127 else letter
