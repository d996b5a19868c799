# SPDX-License-Identifier: Apache-2.0
"""JSON in and out: strict on the way in, exact decimals on the way out."""

from __future__ import annotations

import codecs
import json
import re
from decimal import Decimal
from typing import Any

import orjson

from ringside_gateway.domain.errors import GatewayError

#: Deeper bodies serve no purpose but to exhaust a recursive reader.
MAX_DEPTH = 100
#: Longer numbers, or exponents beyond it, are no amount of anything; reading them would cost time and memory.
_MAX_DIGITS = 400
#: PostgreSQL stores no U+0000, and half a surrogate pair has no UTF-8 form.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def parse_object(raw: bytes, *, exact: bool) -> dict[str, Any]:
    """The body's object; 400 `invalid_json` or `invalid_request`.

    `exact` is for what we store: decimals stay Decimal, for money, and repeated names or unstorable text are refused.
    """
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        value = _exact_reader.decode(raw.decode("utf-8")) if exact else orjson.loads(raw)
    except (ValueError, RecursionError) as error:
        raise GatewayError("invalid_json", reason=_reason(error, raw)) from error
    if not isinstance(value, dict):
        raise GatewayError("invalid_request", "The request body must be a JSON object.")
    if _too_deep(value):
        raise GatewayError("invalid_json", reason=f"it is nested more than {MAX_DEPTH} levels deep")
    if exact and b"\\u" in raw:
        _check_texts(value, "")
    return value


def check_text(text: str, param: str) -> None:
    """400 naming `param` when a text cannot be stored."""
    if _UNSTORABLE.search(text):
        message = f"`{param}` holds a character that cannot be stored: U+0000, or half of a surrogate pair."
        raise GatewayError("invalid_request", message, param=param)


def dump(value: Any) -> bytes:
    """JSON with decimals as plain digits, never as floats or with an exponent."""
    return orjson.dumps(value, default=_exact)


def _exact(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(format(value, "f"))
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _decimal(text: str) -> Decimal | int:
    """A whole number however it is written is an int: 5.0 may stand where JSON Schema wants an integer."""
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > _MAX_DIGITS or len(exponent) > 6 or abs(int(exponent or 0)) > _MAX_DIGITS:
        raise ValueError(f"a number is out of range: at most {_MAX_DIGITS} digits, exponents within ±{_MAX_DIGITS}")
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"a number has more than {_MAX_DIGITS} digits")
    return int(text)


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two amounts under one name nobody can say which was meant."""
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the name {json.dumps(twice[:60])} is given more than once in one object")
    return value


_exact_reader = json.JSONDecoder(
    parse_float=_decimal, parse_int=_integer, parse_constant=_refuse, object_pairs_hook=_named_once
)


def _reason(error: BaseException, raw: bytes) -> str:
    """What is wrong and where, the same for both readers."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as broken:
        return f"byte {broken.start} is not UTF-8"
    if isinstance(error, RecursionError) or "depth limit" in str(error):
        return f"it is nested more than {MAX_DEPTH} levels deep"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg[:1].lower()}{error.msg[1:]} (line {error.lineno}, column {error.colno})"
    return str(error)


def _check_texts(value: Any, path: str) -> None:
    if isinstance(value, str):
        check_text(value, path)
    elif isinstance(value, dict):
        for name, child in value.items():
            check_text(name, path or "body")
            _check_texts(child, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for position, child in enumerate(value):
            _check_texts(child, f"{path}[{position}]")


def _too_deep(value: Any) -> bool:
    """Whether containers nest deeper than allowed, level by level so that hostile depth costs no stack."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True
