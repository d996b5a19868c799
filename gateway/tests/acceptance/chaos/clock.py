# SPDX-License-Identifier: Apache-2.0
"""The clock all gateways of one test share: real seconds plus an offset that only grows."""

from __future__ import annotations

import mmap
import struct
import time
from pathlib import Path


class Clock:
    """Writes the offset where `entry.py` reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_bytes(bytes(8))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 8)

    def now(self) -> float:
        """Unix seconds as the gateways see them."""
        return time.time() + struct.unpack_from("d", self._shared)[0]

    def advance(self, seconds: float) -> None:
        """Moves every gateway's clock forward in the same instant."""
        assert seconds >= 0, "a clock that goes back is not what is being tested"
        struct.pack_into("d", self._shared, 0, struct.unpack_from("d", self._shared)[0] + seconds)
