# SPDX-License-Identifier: Apache-2.0
"""What a rule is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Operation:
    """An operation of the bundle with its file and all named schemas."""

    path: str
    verb: str
    raw: dict[str, Any]
    source: Path
    schemas: dict[str, Any]


OperationRule = Callable[[Operation], Iterator[str]]
SchemaRule = Callable[[dict[str, Any], bool], Iterator[str]]
