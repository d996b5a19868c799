# SPDX-License-Identifier: Apache-2.0
"""Reads catalogue/*.toml into the catalogue; a file that breaks the schema says which key and why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from importlib import resources
from typing import Any

import tomllib

from ringside_gateway.domain.catalogue import CHAT, Catalogue, ModelFacts, ProviderFacts, Quirks
from ringside_gateway.domain.pricing import Price

_PRICE_KEYS = ("input", "output", "cached_input", "cache_write", "reasoning", "audio_input", "audio_output")
_MODEL_KEYS = {
    "name",
    "family",
    "version",
    "released",
    "context_tokens",
    "max_output_tokens",
    "upstream_name",
    "endpoints",
    "input_modalities",
    "output_modalities",
    "capabilities",
    "status",
    "snapshot_of",
    "aliases",
    "price",
    "quirks",
}
_PROVIDER_KEYS = {
    "name",
    "title",
    "wire",
    "base_url",
    "auth",
    "paths",
    "headers",
    "key_variables",
    "models",
    "quirks",
    "source",
}


class CatalogueError(Exception):
    """A catalogue file that cannot be used; the message names file and key."""


def load_catalogue() -> Catalogue:
    """Every provider of the package."""
    folder = resources.files("ringside_gateway.providers.catalogue")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return Catalogue(
        _provider(file.name, tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)) for file in files
    )


def _provider(file: str, raw: Mapping[str, Any]) -> ProviderFacts:
    _known(file, raw, _PROVIDER_KEYS)
    auth = raw.get("auth")
    quirks = _quirks(f"{file}: quirks", raw.get("quirks", {}))
    try:
        return ProviderFacts(
            name=raw["name"],
            title=raw["title"],
            wire=raw["wire"],
            base_url=raw["base_url"],
            auth=None if auth is None else (auth["header"], auth.get("prefix", "")),
            paths=raw.get("paths", {CHAT: "/chat/completions"}),
            headers=raw.get("headers", {}),
            key_variables=tuple(raw.get("key_variables", ())),
            models=tuple(_model(file, raw["name"], model, quirks) for model in raw.get("models", ())),
        )
    except KeyError as error:
        raise CatalogueError(f"{file}: {error.args[0]} is missing") from error


def _model(file: str, provider: str, raw: Mapping[str, Any], quirks: Quirks) -> ModelFacts:
    where = f"{file}: {raw.get('name', 'a model without a name')}"
    _known(where, raw, _MODEL_KEYS)
    try:
        return ModelFacts(
            provider=provider,
            name=raw["name"],
            family=raw["family"],
            version=_version(where, str(raw.get("version", ""))),
            released=str(raw["released"]),
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
            price=_price(where, raw["price"]) if "price" in raw else None,
            quirks=quirks.merged(_quirks(where, raw.get("quirks", {}))),
        )
    except KeyError as error:
        raise CatalogueError(f"{where}: {error.args[0]} is missing") from error


def _version(where: str, text: str) -> tuple[int, ...]:
    if text and not re.fullmatch(r"\d+([.-]\d+)*", text):
        raise CatalogueError(f"{where}: version {text!r} is not numbers with dots")
    return tuple(int(part) for part in re.split(r"[.-]", text) if part)


def _price(where: str, raw: Mapping[str, Any]) -> Price:
    """Prices are written in US dollars per million tokens, as providers publish them."""
    _known(where, raw, {*_PRICE_KEYS, "image", "per_request", "tiers"})
    values = {name: _nano(where, name, raw[name]) for name in (*_PRICE_KEYS, "image", "per_request") if name in raw}
    tiers = tuple(
        (tier["above_input_tokens"], _price(where, {k: v for k, v in tier.items() if k != "above_input_tokens"}))
        for tier in raw.get("tiers", ())
    )
    return Price(**values, tiers=tiers)


def _nano(where: str, name: str, value: Any) -> int:
    nano = Decimal(value).scaleb(9)
    if nano < 0 or nano != nano.to_integral_value():
        raise CatalogueError(f"{where}: price {name} must be 0 or more with at most 9 decimals")
    return int(nano)


def _quirks(where: str, raw: Mapping[str, Any]) -> Quirks:
    _known(where, raw, {"renamed", "dropped", "refused", "clamped"})
    return Quirks(
        raw.get("renamed", {}),
        frozenset(raw.get("dropped", ())),
        {name: tuple(values) for name, values in raw.get("refused", {}).items()},
        {name: (bounds[0], bounds[1]) for name, bounds in raw.get("clamped", {}).items()},
    )


def _known(where: str, raw: Mapping[str, Any], names: set[str]) -> None:
    for name in raw:
        if name not in names:
            raise CatalogueError(f"{where}: there is no key {name}; known: {', '.join(sorted(names))}")
