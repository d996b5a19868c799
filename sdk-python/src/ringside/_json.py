# SPDX-License-Identifier: Apache-2.0
"""JSON as it was written: numbers keep their digits, and objects are told from everything else."""

from __future__ import annotations

import json
from typing import Any, cast


class Number(float):
    """A JSON fraction that remembers how it was written; elsewhere an ordinary float."""

    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number


def loads(text: str | bytes) -> Any:
    """The value; its fractions are `Number`s. Raises ValueError."""
    return json.loads(text, parse_float=Number)


def fields(value: object) -> dict[str, Any]:
    """The fields of a JSON object; none of anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
