# SPDX-License-Identifier: Apache-2.0
"""A small disk of the test's own, which can be filled to its last byte and freed again."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

#: What a PostgreSQL cluster needs empty, and then some seconds of load.
SIZE_MB = 192


class Disk:
    """A folder on a tmpfs of its own; where mounting is not allowed, a plain folder that cannot be filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=777", "ringside-chaos", str(folder)]
        self.can_fill = subprocess.run(command, capture_output=True, check=False).returncode == 0

    def fill(self) -> None:
        """Leaves not one byte free."""
        if self.can_fill:
            with (self.folder / "ballast").open("ab", buffering=0) as ballast:
                for size in (1 << 20, 1 << 12, 1):
                    self._write(ballast.fileno(), b"\0" * size)

    def free(self) -> None:
        """Gives the space back."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def close(self) -> None:
        """Unmounts; whatever is on the disk is gone."""
        if self.can_fill:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    @staticmethod
    def _write(file: int, piece: bytes) -> None:
        try:
            while os.write(file, piece) == len(piece):
                pass
        except OSError:
            return
