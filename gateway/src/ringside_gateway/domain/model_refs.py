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
_COUNT = re.compile(r"[1-9][0-9]{0,9}")
_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})?")
_SELECTOR = re.compile(r"(?P<provider>[^/]*)/(?P<family>[^<>=?,]*)(?P<bounds>[^?]*)(\?(?P<query>.*))?", re.DOTALL)
NEEDS = ("audio", "caching", "json_schema", "reasoning", "tools", "vision")
SORTS = ("newest", "cheapest", "largest_context")
CHANNELS = ("stable", "preview")
_KEYS = ("channel", "max_input_usd", "max_output_usd", "min_context", "needs", "sort")
_SHOWN = 80
_HINT = "use `fc:<provider>/<model>`, `slot:<alias>` or `match:<selector>`"

Version = tuple[int, ...]


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
    minimum: Version | None = None
    below: Version | None = None
    exact: Version | None = None
    needs: tuple[str, ...] = ()
    min_context: int | None = None
    max_input_nano: int | None = None
    max_output_nano: int | None = None
    sort: str = "newest"
    channel: str = "stable"


def parse_ref(text: str) -> FcRef | SlotRef | MatchRef:
    """The ref a text stands for; 400 `invalid_model_ref` saying which part is wrong."""
    scheme, colon, rest = text.partition(":")
    if colon and scheme == "fc":
        return _fc(text, rest)
    if colon and scheme == "slot":
        if not _ALIAS.fullmatch(rest):
            _refuse(text, "an alias has 1 to 64 lower-case letters, digits, `-` or `_`")
        return SlotRef(rest)
    if colon and scheme == "match":
        return _match(text, rest)
    return _refuse(text, _hint(text))


def format_ref(ref: FcRef | SlotRef | MatchRef) -> str:
    """The canonical text: bounds before the query, query keys and needs sorted, defaults left out."""
    if isinstance(ref, FcRef):
        return f"fc:{ref.provider}/{ref.model}"
    if isinstance(ref, SlotRef):
        return f"slot:{ref.alias}"
    signs = ((">=", ref.minimum), ("<", ref.below), ("=", ref.exact))
    bounds = ",".join(sign + ".".join(map(str, version)) for sign, version in signs if version is not None)
    pairs = {
        "channel": None if ref.channel == "stable" else ref.channel,
        "max_input_usd": _amount(ref.max_input_nano),
        "max_output_usd": _amount(ref.max_output_nano),
        "min_context": ref.min_context,
        "needs": ",".join(ref.needs) or None,
        "sort": None if ref.sort == "newest" else ref.sort,
    }
    query = "&".join(f"{key}={value}" for key, value in pairs.items() if value is not None)
    return f"match:{ref.provider}/{ref.family}{bounds}{'?' if query else ''}{query}"


def compare(left: Version, right: Version) -> int:
    """Number by number, missing parts as zero: -1, 0 or 1."""
    longest = max(len(left), len(right))
    a, b = (version + (0,) * (longest - len(version)) for version in (left, right))
    return (a > b) - (a < b)


def _refuse(text: str, reason: str) -> NoReturn:
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    raise GatewayError("invalid_model_ref", f"`{shown}` is not a model ref: {reason}.", param="model", ref=shown)


def _hint(text: str) -> str:
    """What to write instead: a bare name and a name with its provider are the usual slips."""
    provider, slash, model = text.partition("/")
    if slash and _PROVIDER.fullmatch(provider) and _MODEL.fullmatch(model):
        return f"write `fc:{text[:_SHOWN]}`"
    return _HINT


def _fc(text: str, rest: str) -> FcRef:
    provider, slash, model = rest.partition("/")
    if not slash:
        _refuse(text, "`fc:` is followed by `<provider>/<model>`")
    if not _PROVIDER.fullmatch(provider):
        _refuse(text, "a provider has 1 to 64 lower-case letters, digits, `.`, `-` or `_`")
    if not _MODEL.fullmatch(model):
        _refuse(text, "a model has 1 to 256 letters, digits or `._:/@+-`")
    return FcRef(provider, model)


def _match(text: str, rest: str) -> MatchRef:
    parts = _SELECTOR.fullmatch(rest)
    if parts is None:
        _refuse(text, "`match:` is followed by `<provider>/<family>`")
    provider, family = parts["provider"], parts["family"]
    if provider != "*" and not _PROVIDER.fullmatch(provider):
        _refuse(text, "a provider is `*` or has 1 to 64 lower-case letters, digits, `.`, `-` or `_`")
    if not _PROVIDER.fullmatch(family):
        _refuse(text, "a family has 1 to 64 lower-case letters, digits, `.`, `-` or `_`")
    bounds = _bounds(text, parts["bounds"])
    return MatchRef(provider, family, *bounds, **_query(text, parts["query"]))  # type: ignore[arg-type]


def _bounds(text: str, written: str) -> tuple[Version | None, ...]:
    """Minimum, below and exact: `>=` before `<`, no repeats, `=` alone."""
    found: dict[str, Version] = {}
    for part in written.split(",") if written else []:
        operator = next((sign for sign in (">=", "<", "=") if part.startswith(sign)), None)
        version = part.removeprefix(operator or "").replace("-", ".")
        if operator is None or operator in found:
            _refuse(text, "bounds are `>=`, `<` or `=` with a version, each at most once")
        if not _VERSION.fullmatch(version):
            _refuse(text, "a version is one to three numbers with dots, such as 4 or 4.5")
        found[operator] = tuple(map(int, version.split(".")))
    if list(found) not in ([], [">="], ["<"], ["="], [">=", "<"]):
        _refuse(text, "`>=` comes before `<`, and `=` stands alone")
    minimum, below, exact = (found.get(operator) for operator in (">=", "<", "="))
    if minimum is not None and below is not None and compare(minimum, below) >= 0:
        _refuse(text, "no version lies within these bounds")
    return minimum, below, exact


def _query(text: str, written: str | None) -> dict[str, object]:
    if written is None:
        return {}
    pairs = [part.partition("=") for part in written.split("&")]
    keys = [key for key, _, _ in pairs]
    if not set(keys) <= set(_KEYS):
        _refuse(text, f"query keys are {', '.join(_KEYS)}")
    if keys != sorted(set(keys)):
        _refuse(text, "query keys are sorted and each is written once")
    return dict(_pair(text, key, value) for key, _, value in pairs)


def _pair(text: str, key: str, value: str) -> tuple[str, object]:
    if key == "needs":
        needs = tuple(value.split(","))
        if needs != tuple(sorted(set(needs))) or not set(needs) <= set(NEEDS):
            _refuse(text, f"needs are sorted and among {', '.join(NEEDS)}")
        return key, needs
    if key == "min_context":
        if not _COUNT.fullmatch(value):
            _refuse(text, "min_context is a whole number of tokens")
        return key, int(value)
    if key.endswith("_usd"):
        if not _AMOUNT.fullmatch(value):
            _refuse(text, f"{key} is an amount of US dollars with at most 9 decimals")
        whole, _, part = value.partition(".")
        return key.replace("_usd", "_nano"), int(whole) * 10**9 + int(part.ljust(9, "0"))
    allowed = SORTS if key == "sort" else CHANNELS
    if value not in allowed:
        _refuse(text, f"{key} is {' or '.join(allowed)}")
    return key, value


def _amount(nano: int | None) -> str | None:
    if nano is None:
        return None
    whole, part = divmod(nano, 10**9)
    return f"{whole}.{part:09d}".rstrip("0").rstrip(".")
