# SPDX-License-Identifier: Apache-2.0
"""Newer facts and prices for the catalogue: shown first, then kept in the data folder with the old prices dated."""

from __future__ import annotations

import os
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.providers.catalogue_changes import Change, changes, kept, with_files
from ringside_gateway.providers.catalogue_files import files_in
from ringside_gateway.providers.catalogue_schema import CatalogueError
from ringside_gateway.providers.registry import utc_day

#: A catalogue file is some kilobytes; what is larger is something else.
MAX_BYTES, TIMEOUT_S = 4 * 1024 * 1024, 30.0


@dataclass(frozen=True, slots=True)
class Update:
    """What a refresh would change, and the files it would keep, by name."""

    changes: Sequence[Change]
    files: dict[str, str]


class CatalogueUpdates:
    """Plans and keeps. The first of `folders` is ours to write, the others are the operator's and stay on top."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def plan(self, source: str, day: str | None = None) -> Update:
        """What `source` (a file, a folder, an http(s) address) changes; 400 `invalid_request` when it is unusable."""
        with tempfile.TemporaryDirectory() as folder:
            try:
                newer = files_in([_fetched(source, Path(folder))])
                if not newer:
                    raise CatalogueError(f"{source} has no .toml file")
                before, after = with_files(self._folders, newer)
                files = kept(self._folders[0], newer, before, day or utc_day())
            except (CatalogueError, OSError, ValueError) as error:
                raise GatewayError("invalid_request", f"The catalogue cannot be refreshed: {error}") from error
            return Update(changes(before, after), files)

    def keep(self, update: Update) -> list[Path]:
        """Writes the files whole; running workers read them when they are next reloaded."""
        folder = self._folders[0]
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, text in update.files.items():
            path = folder / name
            unfinished = path.with_suffix(f".{os.getpid()}")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)
            paths.append(path)
        return paths


def _fetched(source: str, folder: Path) -> Path:
    """A folder that holds what the source is."""
    if urllib.parse.urlsplit(source).scheme in ("http", "https"):
        with urllib.request.urlopen(source, timeout=TIMEOUT_S) as answer:
            data = answer.read(MAX_BYTES + 1)
        name = Path(urllib.parse.urlsplit(source).path).name or "catalogue.toml"
    else:
        path = Path(source)
        if path.is_dir():
            return path
        data, name = path.read_bytes(), path.name
    if len(data) > MAX_BYTES:
        raise ValueError(f"{source} is larger than {MAX_BYTES} bytes")
    (folder / f"{_name(name)}.toml").write_bytes(data)
    return folder


def _name(file: str) -> str:
    return file.removesuffix(".toml")
