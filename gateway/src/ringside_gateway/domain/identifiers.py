# SPDX-License-Identifier: Apache-2.0
"""Object ids: `<prefix>_` and 26 lower-case Crockford base32 digits, 48 bits of time first, so ids sort by age."""

from __future__ import annotations

import os
import re

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_GENERATED = re.compile(r"[a-z]+_[0-9a-hjkmnp-tv-z]{26}")

#: One call of the system's generator costs more than everything else about an id, so it is asked for many at once.
_BATCH, _RANDOM_BYTES = 64, 10
_random: list[bytes] = []
#: A forked worker must not hand out its parent's numbers.
os.register_at_fork(after_in_child=_random.clear)


def _random_bits() -> int:
    while True:
        try:
            return int.from_bytes(_random.pop())
        except IndexError:
            drawn = os.urandom(_BATCH * _RANDOM_BYTES)
            _random.extend(drawn[start : start + _RANDOM_BYTES] for start in range(0, len(drawn), _RANDOM_BYTES))


def new_id(prefix: str, now: float) -> str:
    """A fresh id; `now` in unix seconds. 80 random bits: ids cannot be guessed from one another."""
    return _spelt(prefix, now, _random_bits())


def first_id(prefix: str, moment: float) -> str:
    """What no id of this moment (unix seconds) sorts before: ids less than it are older."""
    return _spelt(prefix, moment, 0)


def _spelt(prefix: str, moment: float, random_bits: int) -> str:
    number = (int(moment * 1000) & ((1 << 48) - 1)) << 80 | random_bits
    digits = [ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{prefix}_{''.join(digits)}"


def is_generated(text: str, prefix: str) -> bool:
    """Whether `text` has the exact shape `new_id(prefix)` gives."""
    return text.startswith(prefix + "_") and _GENERATED.fullmatch(text) is not None
