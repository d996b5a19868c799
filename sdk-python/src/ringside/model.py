# SPDX-License-Identifier: Apache-2.0
"""Builds and reads model refs. Pure text: imports nothing of the client, looks nothing up.

Only `>=` is published; everything else of the grammar is Ringside's own. Rule and vectors: spec/model_refs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, Union, get_args

from ._pure_errors import ModelRefError as ModelRefError

Capability = Literal["audio", "caching", "json_schema", "reasoning", "tools", "vision"]
Sort = Literal["newest", "cheapest", "largest_context"]
Channel = Literal["stable", "preview"]
#: `4`, `"4.5"` or `"4-5"`. Never a fraction: 4.10 and 4.1 are one number but two versions.
Version = Union[int, str]
#: US dollars per million tokens.
Price = Union[Decimal, float, str]

#: Patterns; `re` compiles each when it is first used and keeps it.
_NAME = r"[a-z][a-z0-9._-]{0,63}"
_MODEL = r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,199}"
_ALIAS = r"[a-z0-9][a-z0-9_-]{0,63}"
_NUMBER = r"(?:0|[1-9][0-9]{0,8})"
_VERSION = rf"{_NUMBER}(?:[.-]{_NUMBER}){{0,2}}"
_MONEY = rf"{_NUMBER}(?:\.[0-9]{{1,9}})?"
_BOUNDS = {">=": "min_version", "<": "max_version", "=": "version"}
_QUERY = ("channel", "max_input_usd", "max_output_usd", "min_context", "needs", "sort")


@dataclass(frozen=True)
class FcRef:
    """The parts of `fc:<provider>/<model>`."""

    provider: str
    model: str


@dataclass(frozen=True)
class SlotRef:
    """The part of `slot:<alias>`."""

    alias: str


@dataclass(frozen=True)
class MatchRef:
    """The parts of a `match:` ref as they are written; None for what is not there."""

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


@dataclass(frozen=True)
class _Draft:
    """What a builder was told, unchecked: mistakes are reported by `build`."""

    provider: object
    family: object
    min_version: object = None
    max_version: object = None
    version: object = None
    channel: object = None
    max_input_usd: object = None
    max_output_usd: object = None
    min_context: object = None
    needs: tuple[object, ...] = ()
    sort: object = None


class MatchBuilder:
    """A `match:` ref in the making. Immutable: every method gives another builder; `build` tells mistakes."""

    def __init__(self, draft: _Draft) -> None:
        self._draft = draft

    def min_version(self, version: Version) -> MatchBuilder:
        """At least this version: 4 admits 4, 4.5 and 5."""
        return MatchBuilder(replace(self._draft, min_version=version))

    def max_version(self, version: Version) -> MatchBuilder:
        """Below this version: 6 excludes 6 and all later ones."""
        return MatchBuilder(replace(self._draft, max_version=version))

    def version(self, version: Version) -> MatchBuilder:
        """Exactly this version; excludes the other two."""
        return MatchBuilder(replace(self._draft, version=version))

    def needs(self, *capabilities: Capability) -> MatchBuilder:
        """Only models that can do all of these; adds to earlier needs."""
        return MatchBuilder(replace(self._draft, needs=(*self._draft.needs, *capabilities)))

    def min_context(self, tokens: int) -> MatchBuilder:
        """Only models with room for this many tokens."""
        return MatchBuilder(replace(self._draft, min_context=tokens))

    def max_input_usd(self, per_million_tokens: Price) -> MatchBuilder:
        """Only models whose input costs at most this much."""
        return MatchBuilder(replace(self._draft, max_input_usd=per_million_tokens))

    def max_output_usd(self, per_million_tokens: Price) -> MatchBuilder:
        """Only models whose output costs at most this much."""
        return MatchBuilder(replace(self._draft, max_output_usd=per_million_tokens))

    def sort(self, order: Sort) -> MatchBuilder:
        """What makes a model the best one; the newest, when not said."""
        return MatchBuilder(replace(self._draft, sort=order))

    def channel(self, channel: Channel) -> MatchBuilder:
        """Stable models only, when not said."""
        return MatchBuilder(replace(self._draft, channel=channel))

    def build(self) -> str:
        """The canonical text. Raises ModelRefError naming the part that is wrong."""
        return _render(self._draft)

    def __str__(self) -> str:
        return self.build()

    def __repr__(self) -> str:
        return f"MatchBuilder({self._draft})"


class Model:
    """Model refs for every `model` argument."""

    @staticmethod
    def fc(provider: str, model: str | None = None) -> str:
        """One model of one provider: `Model.fc("openai", "gpt-4o-mini")` or `Model.fc("openai/gpt-4o-mini")`.

        Raises ModelRefError.
        """
        name, slash, rest = (str(provider) if model is None else f"{provider}/{model}").partition("/")
        if not slash:
            raise ModelRefError("model", "A direct ref needs a provider and a model.")
        return f"fc:{_named('provider', name, _NAME)}/{_named('model', rest, _MODEL)}"

    @staticmethod
    def slot(alias: str) -> str:
        """An alias you defined: `Model.slot("fast-chat")`. Raises ModelRefError."""
        return f"slot:{_named('alias', alias, _ALIAS)}"

    @staticmethod
    def match(provider: str, family: str) -> MatchBuilder:
        """The best model of a family, chosen when a request arrives. The provider `*` stands for any."""
        return MatchBuilder(_Draft(provider, family))

    @staticmethod
    def parse(text: str) -> FcRef | SlotRef | MatchRef:
        """The parts of a canonical ref. Raises ModelRefError for any other text."""
        kind, _, rest = str(text).partition(":")
        if kind == "slot":
            return SlotRef(_named("alias", rest, _ALIAS))
        if kind == "match":
            return _parse_match(rest)
        if kind != "fc":
            raise ModelRefError("prefix", "A ref starts with fc:, slot: or match:.")
        provider, _, model = Model.fc(rest).removeprefix("fc:").partition("/")
        return FcRef(provider, model)


def _render(draft: _Draft) -> str:
    provider = "*" if draft.provider == "*" else _named("provider", draft.provider, _NAME)
    query = "&".join(f"{key}={value}" for key, value in _query_of(draft))
    return f"match:{provider}/{_named('family', draft.family, _NAME)}{_bounds_of(draft)}{'?' if query else ''}{query}"


def _bounds_of(draft: _Draft) -> str:
    at_least, below = draft.min_version, draft.max_version
    if draft.version is not None:
        if at_least is not None or below is not None:
            raise ModelRefError("version", "An exact version leaves no room for a least or a highest one.")
        return "=" + _version("version", draft.version)
    bounds: list[str] = []
    if at_least is not None:
        bounds.append(">=" + _version("min_version", at_least))
    if below is not None:
        bounds.append("<" + _version("max_version", below))
    if len(bounds) == 2 and _ordered(at_least) >= _ordered(below):
        raise ModelRefError("max_version", "The highest version must lie above the least one.")
    return ",".join(bounds)


def _query_of(draft: _Draft) -> list[tuple[str, str]]:
    """The pairs in alphabetical order; what equals the default is left out."""
    needs = sorted({_one_of("needs", need, get_args(Capability)) for need in draft.needs})
    checks: dict[str, Callable[[object], str]] = {
        "channel": lambda value: _one_of("channel", value, get_args(Channel)),
        "max_input_usd": lambda value: _price("max_input_usd", value),
        "max_output_usd": lambda value: _price("max_output_usd", value),
        "min_context": _context,
        "needs": lambda _: ",".join(needs),
        "sort": lambda value: _one_of("sort", value, get_args(Sort)),
    }
    given = [(key, getattr(draft, key)) for key in _QUERY]
    pairs = [(key, checks[key](value)) for key, value in given if value is not None and value != ()]
    return [pair for pair in pairs if pair not in (("channel", "stable"), ("sort", "newest"))]


def _named(part: str, value: object, shape: str) -> str:
    if isinstance(value, str) and re.fullmatch(shape, value):
        return value
    raise ModelRefError(part, f"{value!r} is not a valid {part}; it must match {shape}.")


def _version(part: str, value: object) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and re.fullmatch(_VERSION, text):
        return text.replace("-", ".")
    hint = " Write a fraction as a string: 4.10 and 4.1 are one number." if isinstance(value, (float, Decimal)) else ""
    raise ModelRefError(part, f'{value!r} is not a version such as 4 or "4.5".{hint}')


def _ordered(version: object) -> tuple[int, ...]:
    """Number by number, missing parts as zero."""
    parts = [int(part) for part in re.split(r"[.-]", str(version))]
    return (*parts, 0, 0)[:3]


def _one_of(part: str, value: object, allowed: tuple[str, ...]) -> str:
    if isinstance(value, str) and value in allowed:
        return value
    raise ModelRefError(part, f"{value!r} is not a valid {part}; one of {', '.join(allowed)}.")


def _context(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9:
        return str(value)
    raise ModelRefError("min_context", f"{value!r} is not a whole number of tokens above 0.")


def _price(part: str, value: object) -> str:
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if isinstance(number, (int, Decimal)) and not isinstance(number, bool) and Decimal(number).is_finite():
        number = format(Decimal(number), "f")
    if isinstance(number, str) and re.fullmatch(_MONEY, number):
        return number.rstrip("0").rstrip(".") if "." in number else number
    raise ModelRefError(part, f"{value!r} is not an amount in USD with at most 9 decimal places.")


def _parse_match(text: str) -> MatchRef:
    shape = re.fullmatch(r"([^/]*)/([^<>=?,]*)([^?]*)(?:\?(.*))?", text, re.DOTALL)
    if shape is None:
        raise ModelRefError("family", "A match ref needs a provider and a family.")
    provider, family, bounds, query = shape.groups()
    parts: dict[str, object] = {}
    for bound in bounds.split(",") if bounds else ():
        operator = re.match(r">=|<|=", bound)
        if operator is None:
            raise ModelRefError("version", f"{bound!r} is not a bound such as >=4.")
        _put(parts, _BOUNDS[operator.group()], bound[operator.end() :])
    for pair in query.split("&") if query is not None else ():
        key, _, value = pair.partition("=")
        if key not in _QUERY:
            raise ModelRefError("query", f"{key!r} is not known here; use {', '.join(_QUERY)}.")
        _put(
            parts, key, tuple(value.split(",")) if key == "needs" else _whole(value) if key == "min_context" else value
        )
    canonical = _render(_Draft(provider, family, **parts))  # type: ignore[arg-type]  # the keys are its fields
    if canonical != f"match:{text}":
        raise ModelRefError("order", f'The canonical text of this ref is "{canonical}".')
    return MatchRef(provider, family, **parts)  # type: ignore[arg-type]  # _render has checked them


def _put(parts: dict[str, object], part: str, value: object) -> None:
    if part in parts:
        raise ModelRefError(part, f"{part} is given twice.")
    parts[part] = value


def _whole(text: str) -> object:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,8}", text) else text
