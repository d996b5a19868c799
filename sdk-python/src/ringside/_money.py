# SPDX-License-Identifier: Apache-2.0
"""Money without floats: JSON numbers keep their digits on the way in and on the way out."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Union

from pydantic import PlainSerializer

from ._json import Number
from ._status_errors import RingsideArgumentError

#: US dollars in an answer: exact, at most 9 decimal places. In JSON it is a number again.
Money = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
#: US dollars in a request. A float is sent as Python prints it, which is exact below 9 million dollars.
MoneyParam = Union[Decimal, float]


def exact(value: object) -> object:
    """An amount as a Decimal; anything that is no number as it is."""
    if isinstance(value, Number):
        return Decimal(value.text)
    if isinstance(value, float):
        return Decimal(repr(value))
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def dumps(body: Mapping[str, object]) -> bytes:
    """JSON in UTF-8 with each Decimal as a plain number of exactly its digits.

    Raises RingsideArgumentError for an amount that is not finite.
    """
    # The encoder cannot write a number verbatim, so it writes a string nobody can guess, whose quotes then go.
    mark = secrets.token_hex(16)
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, default=lambda value: f"{mark}{_digits(value)}")
    return re.sub(rf'"{mark}([^"]*)"', r"\1", text).encode()


def _digits(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} cannot be sent as JSON")
    if not value.is_finite():
        raise RingsideArgumentError(f"An amount must be a finite number, not {value}.")
    return format(value, "f")
