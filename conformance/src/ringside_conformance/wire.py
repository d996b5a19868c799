# SPDX-License-Identifier: Apache-2.0
"""Requests as they stood on the wire, and one case's share of the gateway."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Wire:
    """One request as it arrived. `path` is raw and without the case's prefix; `closed_at` is when its client left.

    `answer` is what a real gateway behind answered, whole.
    """

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    connection: int
    at: float = field(default_factory=time.monotonic)
    closed_at: float | None = None
    answer: bytes | None = None

    def values(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def parameters(self) -> list[tuple[str, str]]:
        """The query, decoded, in order."""
        return parse_qsl(self.query, keep_blank_values=True)

    def filename(self) -> str | None:
        """The name of the file in a multipart body; browsers write a quote as %22, older clients with a backslash."""
        found = re.search(r'; filename="((?:[^"\\]|\\.)*)"', self.body.decode("utf-8", "replace"))
        return re.sub(r"\\(.)", r"\1", found[1]).replace("%22", '"') if found else None

    def json(self) -> Any:
        """The body as JSON with exact numbers; raises ValueError."""
        return json.loads(self.body, parse_float=Decimal)

    def __str__(self) -> str:
        return f"{self.method} {self.path}{'?' if self.query else ''}{self.query}"


@dataclass
class Session:
    """What one case's base URL answers, in order, and what arrived there.

    With `by`, the name of a header, requests of each value of it go through the script on their own.
    """

    token: str
    script: list[dict[str, Any]] = field(default_factory=list)
    by: str | None = None
    requests: list[Wire] = field(default_factory=list)
    surplus: list[Wire] = field(default_factory=list)
    open_connections: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    positions: Counter[str] = field(default_factory=Counter)

    def next_answer(self, request: Wire) -> dict[str, Any] | None:
        """The script's next entry; an entry with `repeat` serves so many requests; None when nothing is left."""
        self.requests.append(request)
        group = ",".join(request.values(self.by)) if self.by else ""
        left = self.positions[group]
        for entry in self.script:
            times = int(entry.get("repeat", 1))
            if left < times:
                self.positions[group] += 1
                return entry
            left -= times
        self.surplus.append(request)
        return None

    def note(self) -> None:
        """Wakes who waits for a connection to close."""
        self.changed.set()
        self.changed.clear()
