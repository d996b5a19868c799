# SPDX-License-Identifier: Apache-2.0
"""What the generator writes. A module here with a `TARGET` is a target; adding one opens no other file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from ringside_codegen.ir import Document


@dataclass(frozen=True)
class OutputFile:
    """A file to write, its path from the repository's root; `comment` is how its language begins a comment."""

    path: str
    content: str
    comment: str | None = "#"


@dataclass(frozen=True)
class Target:
    """One language or use: gives the files made of a document."""

    name: str
    files: Callable[[Document], Iterable[OutputFile]]


def discover(only: Collection[str] = ()) -> list[Target]:
    """Every target by name, or those asked for; a module nobody asked for is not even imported."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not only or module.name in only)
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return [module.TARGET for module in modules if hasattr(module, "TARGET")]
