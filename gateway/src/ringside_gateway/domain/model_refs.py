# SPDX-License-Identifier: Apache-2.0
"""Model refs: `fc:<provider>/<model>`, `slot:<alias>`, `match:<selector>` (grammar: spec/model_refs)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from ringside_gateway.domain.errors import GatewayError

_PROVIDER = re.compile(r"[a-z][a-z0-9._-]{0,63}")
_MODEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,255}")
_ALIAS = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){0,2}")
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?")
_HEAD = re.compile(r"(?P<provider>[^/]*)/(?P<family>[^<>=?,]*)(?P<bounds>[^?]*)(\?(?P<query>.*))?", re.DOTALL)
NEEDS = ("audio", "caching", "json_schema", "reasoning", "tools", "vision")
SORTS = ("newest", "cheapest", "largest_context")
CHANNELS = ("stable", "preview")


@dataclass(frozen=True, slots=True)
class FcRef:
    """One model by name."""

    provider: str
    model: str


@dataclass(frozen=True, slots=True)
class SlotRef:
    """A developer's alias."""

    alias: str


@dataclass(frozen=True, slots=True)
class MatchRef:
    """A selector. Versions are tuples of numbers; prices are nano-dollars per million tokens."""

    provider: str
    family: str
    minimum: tuple[int, ...] | None = None
    below: tuple[int, ...] | None = None
    exact: tuple[int, ...] | None = None
    needs: tuple[str, ...] = ()
    min_context: int | None = None
    max_input_nano: int | None = None
    max_output_nano: int | None = None
    sort: str = "newest"
    channel: str = "stable"


def parse_ref(text: str) -> FcRef | SlotRef | MatchRef:
    """The ref a text stands for; 400 `invalid_model_ref`."""
    scheme, _, rest = text.partition(":")
    if scheme == "fc":
        provider, slash, model = rest.partition("/")
        if slash and _PROVIDER.fullmatch(provider) and _MODEL.fullmatch(model):
            return FcRef(provider, model)
    elif scheme == "slot":
        if _ALIAS.fullmatch(rest):
            return SlotRef(rest)
    elif scheme == "match":
        return _match(text, rest)
    _refuse(text)
    return None


def _refuse(text: str) -> NoReturn:
    raise GatewayError("invalid_model_ref", param="model", ref=text[:80])


def _match(text: str, rest: str) -> MatchRef:
    head = _HEAD.fullmatch(rest)
    if head is None:
        _refuse(text)
    provider, family = head["provider"], head["family"]
    if not (provider == "*" or _PROVIDER.fullmatch(provider)) or not _PROVIDER.fullmatch(family):
        _refuse(text)
    bounds = _bounds(text, head["bounds"])
    return MatchRef(provider, family, *bounds, **_query(text, head["query"]))  # type: ignore[arg-type]


def _bounds(text: str, written: str) -> tuple[tuple[int, ...] | None, ...]:
    """Minimum, below and exact: `>=` before `<`, no repeats, `=` alone."""
    found: dict[str, tuple[int, ...]] = {}
    for part in written.split(",") if written else []:
        operator = next((sign for sign in (">=", "<", "=") if part.startswith(sign)), None)
        version = part.removeprefix(operator or "").replace("-", ".")
        if operator is None or operator in found or not _VERSION.fullmatch(version):
            _refuse(text)
        found[operator] = tuple(map(int, version.split(".")))
    if list(found) not in ([], [">="], ["<"], ["="], [">=", "<"]):
        _refuse(text)
    minimum, below, exact = (found.get(operator) for operator in (">=", "<", "="))
    if minimum is not None and below is not None and compare(minimum, below) >= 0:
        _refuse(text)
    return minimum, below, exact


def _query(text: str, written: str | None) -> dict[str, object]:
    if written is None:
        return {}
    pairs = [part.partition("=") for part in written.split("&")]
    keys = [key for key, _, _ in pairs]
    if keys != sorted(set(keys)):
        _refuse(text)
    return dict(_pair(text, key, value) for key, _, value in pairs)


def _pair(text: str, key: str, value: str) -> tuple[str, object]:
    if key == "needs":
        needs = tuple(value.split(","))
        if needs == tuple(sorted(set(needs))) and set(needs) <= set(NEEDS):
            return key, needs
    elif key == "min_context" and re.fullmatch(r"[1-9][0-9]{0,9}", value):
        return key, int(value)
    elif key in ("max_input_usd", "max_output_usd") and _AMOUNT.fullmatch(value):
        whole, _, part = value.partition(".")
        return key.replace("_usd", "_nano"), int(whole) * 10**9 + int(part.ljust(9, "0"))
    elif (key == "sort" and value in SORTS) or (key == "channel" and value in CHANNELS):
        return key, value
    _refuse(text)


def compare(left: tuple[int, ...], right: tuple[int, ...]) -> int:
    """Number by number, missing parts as zero: -1, 0 or 1."""
    longest = max(len(left), len(right))
    a, b = (version + (0,) * (longest - len(version)) for version in (left, right))
    return (a > b) - (a < b)
