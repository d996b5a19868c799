# SPDX-License-Identifier: Apache-2.0
"""One idempotency key a logical call. The host repeats a call with the same headers, so the key outlives retries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TypeVar

HEADER = "Idempotency-Key"
Value = TypeVar("Value")


def new_key() -> str:
    """A random RFC 4122 version 4 UUID."""
    return str(uuid.uuid4())


def with_key(headers: Mapping[str, Value] | None, key: str | None) -> dict[str, Value | str]:
    """The headers with an `Idempotency-Key`: the one already there, else `key`, else a new one.

    It is written as a header because the host drops its own `idempotency_key` option on the way.
    """
    given: dict[str, Value | str] = {**(headers or {})}
    if any(name.lower() == HEADER.lower() for name in given):
        return given
    return {HEADER: new_key() if key is None else key, **given}
