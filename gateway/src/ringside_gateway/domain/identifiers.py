# SPDX-License-Identifier: Apache-2.0
"""Object ids: `<prefix>_` and 26 lower-case Crockford base32 digits, 48 bits of time first, so ids sort by age."""

from __future__ import annotations

import re
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_GENERATED = re.compile(r"[a-z]+_[0-9a-hjkmnp-tv-z]{26}")


def new_id(prefix: str, now: float) -> str:
    """A fresh id; `now` in unix seconds. 80 random bits: ids cannot be guessed from one another."""
    number = (int(now * 1000) & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    digits = [ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{prefix}_{''.join(digits)}"


def is_generated(text: str, prefix: str) -> bool:
    """Whether `text` has the exact shape `new_id(prefix)` gives."""
    return text.startswith(prefix + "_") and _GENERATED.fullmatch(text) is not None
