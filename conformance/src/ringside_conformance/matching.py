# SPDX-License-Identifier: Apache-2.0
"""Compares what came with what was expected; every difference is one line that names its place."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

#: Shorthands for patterns that cases use often.
_NAMED = {
    "~uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "~any": r"(?s).*",
}


def differences(expected: Any, actual: Any, *, whole: bool = False, place: str = "value") -> list[str]:
    """What is wrong. Objects may have more fields than expected unless `whole`; numbers compare as decimals.

    A string that begins with `~` is a pattern for the whole text; absent and null are different.
    """
    if isinstance(expected, str) and expected.startswith("~"):
        pattern = _NAMED.get(expected, expected[1:])
        fits = isinstance(actual, (str, int, Decimal)) and re.fullmatch(pattern, str(actual))
        return [] if fits else [f"{place}: {_short(actual)} does not fit {expected}"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _of_objects(expected, actual, whole, place)
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return [f"{place}: {len(actual)} items, not {len(expected)}: {_short(actual)}"]
        pairs = enumerate(zip(expected, actual, strict=True))
        return [line for i, (e, a) in pairs for line in differences(e, a, whole=whole, place=f"{place}[{i}]")]
    if _is_number(expected) and _is_number(actual):
        same = Decimal(str(expected)) == Decimal(str(actual))
    else:
        same = type(expected) is type(actual) and expected == actual
    return [] if same else [f"{place}: {_short(actual)}, not {_short(expected)}"]


def _of_objects(expected: dict[str, Any], actual: dict[str, Any], whole: bool, place: str) -> list[str]:
    found = []
    for name, value in expected.items():
        if name not in actual:
            found.append(f"{place}.{name}: absent, not {_short(value)}")
        else:
            found += differences(value, actual[name], whole=whole, place=f"{place}.{name}")
    if whole:
        found += [f"{place}.{name}: not expected" for name in actual if name not in expected]
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"
