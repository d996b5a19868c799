# SPDX-License-Identifier: Apache-2.0
"""Events as they are read again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event; `data` is the JSON of the object it is about."""

    id: str
    type: str
    created_at: int
    livemode: bool
    data: str
