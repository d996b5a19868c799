# SPDX-License-Identifier: Apache-2.0
"""A text that matches a regular expression: the shortest obvious one, for the patterns that schemas really use."""

from __future__ import annotations

import re
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: A pattern may ask for more repeats than anybody wants to see.
MAX_CHARACTERS = 1000
_CLASSES = {
    c.CATEGORY_DIGIT: "0", c.CATEGORY_NOT_DIGIT: "a", c.CATEGORY_SPACE: " ", c.CATEGORY_NOT_SPACE: "a",
    c.CATEGORY_WORD: "a", c.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
_CANDIDATES = "aA0 -_.@/:" + "".join(map(chr, range(33, 127)))


def matching(pattern: str) -> str | None:
    """A match, None when the pattern is beyond this (look-arounds, back references) or no pattern at all."""
    try:
        text = "".join(_text(part) for part in parser.parse(pattern))
        return text if re.search(pattern, text) else None
    except (re.error, ValueError, KeyError, RecursionError, OverflowError):
        return None


def _text(part: tuple[Any, Any]) -> str:
    kind, value = part
    if kind is c.LITERAL:
        return chr(value)
    if kind is c.NOT_LITERAL:
        return next(found for found in _CANDIDATES if ord(found) != value)
    if kind is c.ANY:
        return "a"
    if kind is c.IN:
        return _one_of(value)
    if kind is c.AT:
        return ""
    if kind is c.BRANCH:
        return _all(value[1][0])
    if kind is c.SUBPATTERN:
        return _all(value[3])
    if kind in (c.MAX_REPEAT, c.MIN_REPEAT):
        least, _, inner = value
        once = _all(inner)
        if len(once) * least > MAX_CHARACTERS:
            raise ValueError("too many repeats")
        return once * int(least)
    raise ValueError(f"{kind} is not imitated")


def _all(parts: Any) -> str:
    return "".join(_text(part) for part in parts)


def _one_of(choices: list[tuple[Any, Any]]) -> str:
    negated = bool(choices) and choices[0][0] is c.NEGATE
    allowed = [choice for choice in choices if choice[0] is not c.NEGATE]
    if negated:
        return next(found for found in _CANDIDATES if not any(_holds(choice, found) for choice in allowed))
    kind, value = allowed[0]
    if kind is c.RANGE:
        return chr(value[0])
    return _CLASSES[value] if kind is c.CATEGORY else chr(value)


def _holds(choice: tuple[Any, Any], character: str) -> bool:
    kind, value = choice
    if kind is c.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    if kind is c.CATEGORY:
        tests = {c.CATEGORY_DIGIT: r"\d", c.CATEGORY_SPACE: r"\s", c.CATEGORY_WORD: r"\w"}
        return bool(re.match(tests.get(value, r"\W"), character))
    return bool(ord(character) == value)
