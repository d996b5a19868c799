# SPDX-License-Identifier: Apache-2.0
"""The gateway's own command under a clock that the test moves, and with a planted bug where one is asked for.

RINGSIDE_TEST_CLOCK names a file with one double: seconds added to the real time in every process at once.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
import time
from pathlib import Path

from gevent import monkey

sys.path.insert(0, str(Path(__file__).parents[1]))


def move_clock(path: str) -> None:
    """Makes `time.time` the real time and what the file says on top."""
    file = os.open(path, os.O_RDONLY)
    shared = mmap.mmap(file, 8, prot=mmap.PROT_READ)
    real = time.time
    time.time = lambda: real() + struct.unpack_from("d", shared)[0]


if __name__ == "__main__":
    monkey.patch_all()
    move_clock(os.environ["RINGSIDE_TEST_CLOCK"])
    if planted := os.environ.get("RINGSIDE_TEST_BUG"):
        from chaos.bugs import BUGS

        BUGS[planted]()
    from ringside_gateway.__main__ import main

    main()
