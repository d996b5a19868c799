# SPDX-License-Identifier: Apache-2.0
"""The grammar of model refs: parts checked, parts written, text read. Rule and vectors: spec/model_refs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from ._pure_errors import ModelRefError

Capability = Literal["audio", "caching", "json_schema", "reasoning", "tools", "vision"]
Sort = Literal["newest", "cheapest", "largest_context"]
Channel = Literal["stable", "preview"]

#: Patterns; `re` compiles each when it is first used and keeps it.
NAME = r"[a-z][a-z0-9._-]{0,63}"
MODEL = r"(?!(?:fc|slot|match):)[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}"
ALIAS = r"[a-z0-9][a-z0-9_-]{0,63}"
_NUMBER = r"(?:0|[1-9][0-9]{0,8})"
_VERSION = rf"{_NUMBER}(?:[.-]{_NUMBER}){{0,2}}"
_MONEY = rf"{_NUMBER}(?:\.[0-9]{{1,9}})?"
_ANY = "[^,<>=?]*"
_SELECTOR = (
    rf"(?P<provider>[^/]*)/(?P<family>{_ANY})"
    rf"(?:>=(?P<min_version>{_ANY})(?:,<(?P<max_version>{_ANY}))?|<(?P<below>{_ANY})|=(?P<version>{_ANY}))?"
    r"(?:\?(?P<query>.*))?"
)
_QUERY = ("channel", "max_input_usd", "max_output_usd", "min_context", "needs", "sort")


@dataclass(frozen=True)
class FcRef:
    """The parts of `fc:<provider>/<model>`; its text is the ref."""

    provider: str
    model: str

    def __str__(self) -> str:
        return f"fc:{self.provider}/{self.model}"


@dataclass(frozen=True)
class SlotRef:
    """The part of `slot:<alias>`; its text is the ref."""

    alias: str

    def __str__(self) -> str:
        return f"slot:{self.alias}"


@dataclass(frozen=True)
class MatchRef:
    """The parts of a `match:` ref, None for what is not there or is the default; its text is canonical."""

    provider: str
    family: str
    min_version: str | None = None
    max_version: str | None = None
    version: str | None = None
    channel: str | None = None
    max_input_usd: str | None = None
    max_output_usd: str | None = None
    min_context: int | None = None
    needs: tuple[str, ...] = ()
    sort: str | None = None

    def __str__(self) -> str:
        operators = ((">=", self.min_version), ("<", self.max_version), ("=", self.version))
        bounds = ",".join(f"{operator}{bound}" for operator, bound in operators if bound is not None)
        values = {key: getattr(self, key) for key in _QUERY} | {"needs": ",".join(self.needs) or None}
        query = "&".join(f"{key}={value}" for key, value in values.items() if value is not None)
        return f"match:{self.provider}/{self.family}{bounds}{'?' if query else ''}{query}"


def named(part: str, value: object, shape: str) -> str:
    """The value, if it is text of this shape. Raises ModelRefError."""
    if isinstance(value, str) and re.fullmatch(shape, value):
        return value
    raise ModelRefError(part, f"{value!r} is not a valid {part}; it must match {shape}.")


def fc_ref(text: str) -> FcRef:
    """The parts of `<provider>/<model>`. Raises ModelRefError."""
    provider, slash, model = text.partition("/")
    if not slash:
        raise ModelRefError("model", "A direct ref needs a provider and a model.")
    return FcRef(named("provider", provider, NAME), named("model", model, MODEL))


def match_ref(parts: Mapping[str, object]) -> MatchRef:
    """The ref of these parts, as a builder collects them. Raises ModelRefError naming the part that is wrong."""
    provider = "*" if parts["provider"] == "*" else named("provider", parts["provider"], NAME)
    at_least, below, exactly = (_version(parts.get(key)) for key in ("min_version", "max_version", "version"))
    if exactly is not None and (at_least is not None or below is not None):
        raise ModelRefError("version", "An exact version leaves no room for a least or a highest one.")
    if at_least is not None and below is not None and _ordered(at_least) >= _ordered(below):
        raise ModelRefError("version", "The highest version must lie above the least one.")
    channel, sort = parts.get("channel"), parts.get("sort")
    return MatchRef(
        provider,
        named("family", parts["family"], NAME),
        at_least,
        below,
        exactly,
        None if channel is None or _one_of("channel", channel, Channel) == "stable" else str(channel),
        _price("max_input_usd", parts.get("max_input_usd")),
        _price("max_output_usd", parts.get("max_output_usd")),
        _context(parts.get("min_context")),
        _needs(parts.get("needs")),
        None if sort is None or _one_of("sort", sort, Sort) == "newest" else str(sort),
    )


def read(text: str) -> FcRef | SlotRef | MatchRef:
    """The parts of a ref; versions may be written with `-`, and defaults spelt out. Raises ModelRefError."""
    kind, _, rest = text.partition(":")
    if kind == "slot":
        return SlotRef(named("alias", rest, ALIAS))
    if kind == "match":
        return _read_match(rest)
    if kind == "fc":
        return fc_ref(rest)
    raise ModelRefError("prefix", "A ref starts with fc:, slot: or match:.")


def _read_match(text: str) -> MatchRef:
    shape = re.fullmatch(_SELECTOR, text, re.DOTALL)
    if shape is None:
        part = "version" if "/" in text else "family"
        raise ModelRefError(part, "A match ref is <provider>/<family>, then >=4, <6 or =4.5, then ? and a query.")
    parts: dict[str, object] = {key: value for key, value in shape.groupdict().items() if value is not None}
    parts["max_version"] = parts.pop("below", None) or parts.get("max_version")
    query = parts.pop("query", None)
    pairs = [pair.partition("=")[::2] for pair in query.split("&")] if isinstance(query, str) else []
    keys = [key for key, _ in pairs]
    if not set(keys) <= set(_QUERY) or keys != sorted(set(keys)):
        raise ModelRefError("query", f"The query has these keys, in this order, each once: {', '.join(_QUERY)}.")
    for key, value in pairs:
        parts[key] = value.split(",") if key == "needs" else _whole(value) if key == "min_context" else value
    ref = match_ref(parts)
    if list(ref.needs) != parts.get("needs", []):
        raise ModelRefError("needs", f"Needs are written in alphabetical order, each once: {','.join(ref.needs)}.")
    return ref


def _version(value: object) -> str | None:
    if value is None:
        return None
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and re.fullmatch(_VERSION, text):
        return text.replace("-", ".")
    hint = " Write a fraction as a string: 4.10 and 4.1 are one number." if isinstance(value, (float, Decimal)) else ""
    raise ModelRefError("version", f'{value!r} is not a version such as 4 or "4.5".{hint}')


def _ordered(version: str) -> tuple[int, ...]:
    """Number by number, missing parts as zero."""
    return (*map(int, version.split(".")), 0, 0)[:3]


def _needs(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    listed: list[object] = list(value) if isinstance(value, (list, tuple)) else []  # pyright: ignore[reportUnknownArgumentType]
    if not listed:
        raise ModelRefError("needs", f"Name at least one of {', '.join(get_args(Capability))}.")
    return tuple(sorted({_one_of("needs", need, Capability) for need in listed}))


def _one_of(part: str, value: object, kind: object) -> str:
    allowed = get_args(kind)
    if isinstance(value, str) and value in allowed:
        return value
    raise ModelRefError(part, f"{value!r} is not a valid {part}; one of {', '.join(allowed)}.")


def _context(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**10):
        return value
    raise ModelRefError("min_context", f"{value!r} is not a whole number of tokens above 0.")


def _price(part: str, value: object) -> str | None:
    """The amount without exponent and trailing zeros."""
    if value is None:
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(number, (int, Decimal)) and not isinstance(number, bool) and Decimal(number).is_finite():
        number = format(Decimal(number), "f")
    if isinstance(number, str) and re.fullmatch(_MONEY, number):
        return number.rstrip("0").rstrip(".") if "." in number else number
    raise ModelRefError(part, f"{value!r} is not an amount in USD with at most 9 decimal places.")


def _whole(text: str) -> object:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,9}", text) else text
