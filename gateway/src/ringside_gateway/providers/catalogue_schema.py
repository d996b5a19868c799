# SPDX-License-Identifier: Apache-2.0
"""What a catalogue file may say, and the parts of it that are more than a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ringside_gateway.domain.catalogue import CANCELLING, DatedPrice, Option, Quirks
from ringside_gateway.domain.pricing import Price

_RATES = (
    "input", "output", "cached_input", "cache_write", "cache_write_1h", "reasoning", "audio_input", "audio_output"
)  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9._-]{0,63}")
_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")
_LIKE = re.compile(r"[a-z][a-z0-9._-]{0,63}/\S{1,256}")
_URL = re.compile(r"(https?|sandbox)://\S+")


class CatalogueError(Exception):
    """A catalogue file that cannot be used; the message names file and key."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The keys of a table with their types, and which of them must be there."""

    types: Mapping[str, type | tuple[type, ...]]
    required: tuple[str, ...] = ()
    patterns: Mapping[str, re.Pattern[str]] | None = None
    choices: Mapping[str, frozenset[str]] | None = None


PROVIDER = Schema(
    {
        "name": str, "title": str, "wire": str, "base_url": str, "auth": dict, "paths": dict, "headers": dict,
        "options": dict, "base_urls": dict, "key_variables": list, "key_optional": bool, "operator_priced": bool,
        "cancelling": str, "open_models": dict, "defaults": dict, "quirk_sets": dict, "models": list,
    },
    ("name", "title", "wire", "base_url"),
    {"name": _NAME, "base_url": _URL},
    {"cancelling": frozenset(CANCELLING)},
)  # fmt: skip
#: A file of the operator's that only adds to a provider, or overlays some of its models.
OVERLAY = Schema(PROVIDER.types, ("name",), PROVIDER.patterns, PROVIDER.choices)
AUTH = Schema({"header": str, "prefix": str, "scheme": str}, choices={"scheme": frozenset({"key", "google", "aws"})})
MODEL = Schema(
    {
        "name": str, "like": str, "family": str, "version": str, "released": str, "context_tokens": int,
        "max_output_tokens": int, "upstream_name": str, "endpoints": list, "input_modalities": list,
        "output_modalities": list,
        "capabilities": list, "status": str, "snapshot_of": str, "snapshots": list, "aliases": list,
        "price": (dict, list), "quirks": (dict, str), "token_percent": int, "image_tokens": int,
    },
    ("name", "released", "context_tokens", "max_output_tokens"),
    {"family": _NAME, "released": _DATE, "like": _LIKE},
    {
        "status": frozenset({"stable", "preview", "deprecated"}),
        "endpoints": frozenset({"chat", "embeddings", "images", "speech", "transcription", "moderations"}),
        "input_modalities": frozenset({"text", "image", "audio", "video", "file"}),
        "output_modalities": frozenset({"text", "image", "audio"}),
        "capabilities": frozenset({"audio", "caching", "json_schema", "reasoning", "tools", "vision"}),
    },
)  # fmt: skip
_PRICE = Schema(
    {**dict.fromkeys((*_RATES, "image", "per_request"), (int, Decimal)), "tiers": list, "since": str},
    patterns={"since": re.compile(r"\d{4}-\d{2}-\d{2}")},
)
_OPTION = Schema({"variables": list, "default": str})
_QUIRKS = Schema({"renamed": dict, "dropped": list, "refused": dict, "clamped": dict})


def checked(where: str, raw: Mapping[str, Any], schema: Schema) -> None:
    """Raises CatalogueError unless `raw` has the schema's keys, types and values."""
    for name in schema.required:
        if name not in raw:
            raise CatalogueError(f"{where}: {name} is missing")
    for name, value in raw.items():
        wanted = schema.types.get(name)
        if wanted is None:
            raise CatalogueError(f"{where}: there is no key {name}; known: {', '.join(sorted(schema.types))}")
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise CatalogueError(f"{where}: {name} is of the wrong type")
        pattern = (schema.patterns or {}).get(name)
        if pattern is not None and not pattern.fullmatch(str(value)):
            raise CatalogueError(f"{where}: {name} {value!r} is not of the right form")
        allowed = (schema.choices or {}).get(name)
        for part in value if isinstance(value, list) else [value]:
            if allowed is not None and part not in allowed:
                raise CatalogueError(f"{where}: {name} {part!r} is not among {', '.join(sorted(allowed))}")


def version_of(where: str, text: str) -> tuple[int, ...]:
    """A version's numbers; none for a model that has none."""
    if text and not re.fullmatch(r"\d+([.-]\d+)*", text):
        raise CatalogueError(f"{where}: version {text!r} is not numbers with dots")
    return tuple(int(part) for part in re.split(r"[.-]", text) if part)


def prices_of(where: str, raw: Mapping[str, Any] | list[Mapping[str, Any]]) -> tuple[DatedPrice, ...]:
    """A price, or its history: tables with the day each holds `since`, oldest first; the first may have none."""
    tables = raw if isinstance(raw, list) else [raw]
    for table in tables:
        checked(f"{where}: price", table, _PRICE)
    dated = tuple((str(table.get("since", "")), price_of(where, _without(table, "since"))) for table in tables)
    days = [day for day, _ in dated]
    if not tables or days != sorted(set(days)):
        raise CatalogueError(f"{where}: price: the tables are in the order of their days, each with another `since`")
    return dated


def price_of(where: str, raw: Mapping[str, Any]) -> Price:
    """Prices are written in US dollars per million tokens, as providers publish them."""
    checked(f"{where}: price", raw, _PRICE)
    values = {name: _nano(where, name, value) for name, value in raw.items() if name not in ("tiers", "since")}
    written = raw.get("tiers", ())
    if not all(isinstance(tier.get("above_input_tokens"), int) for tier in written):
        raise CatalogueError(f"{where}: a tier has no above_input_tokens")
    tiers = [(tier["above_input_tokens"], price_of(where, _without(tier, "above_input_tokens"))) for tier in written]
    return Price(**values, tiers=tuple(sorted(tiers, key=lambda tier: tier[0])))


def quirks_of(where: str, raw: Mapping[str, Any]) -> Quirks:
    """How the provider's parameters differ from OpenAI's."""
    checked(f"{where}: quirks", raw, _QUIRKS)
    return Quirks(
        raw.get("renamed", {}),
        frozenset(raw.get("dropped", ())),
        {name: tuple(values) for name, values in raw.get("refused", {}).items()},
        {name: (float(bounds[0]), float(bounds[1])) for name, bounds in raw.get("clamped", {}).items()},
    )


def options_of(where: str, raw: Mapping[str, Any]) -> dict[str, Option]:
    """What the operator has to say of a provider besides its key."""
    for name, option in raw.items():
        checked(f"{where}: option {name}", option, _OPTION)
    return {name: Option(tuple(option.get("variables", ())), option.get("default")) for name, option in raw.items()}


def _without(table: Mapping[str, Any], left_out: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != left_out}


def _nano(where: str, name: str, value: Any) -> int:
    nano = Decimal(value).scaleb(9)
    if nano < 0 or nano != nano.to_integral_value():
        raise CatalogueError(f"{where}: price {name} must be 0 or more with at most 9 decimals")
    return int(nano)
