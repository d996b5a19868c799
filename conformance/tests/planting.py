# SPDX-License-Identifier: Apache-2.0
"""Where defects are registered, each with the case that must notice it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import httpx2
from openai import _base_client

CAUGHT_BY: dict[str, str] = {}
MUTANTS: dict[str, Callable[[], None]] = {}


def mutant(case: str, *, long: bool = False) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers a defect and the case that must notice it. `long` ones are planted only where LONG is set."""

    def register(plant: Callable[[], None]) -> Callable[[], None]:
        if not long or os.environ.get("LONG"):
            CAUGHT_BY[plant.__name__] = case
        MUTANTS[plant.__name__] = plant
        return plant

    return register


def on_the_wire(change: Callable[[Any], None]) -> None:
    """Changes every request just before it leaves."""
    send = httpx2.Client.send

    def changed(self: Any, request: Any, **options: Any) -> Any:
        change(request)
        return send(self, request, **options)

    httpx2.Client.send = changed


def should_retry(decide: Callable[[Any], bool]) -> None:
    """Replaces the decision about another attempt."""
    _base_client.BaseClient._should_retry = lambda self, response: decide(response)  # type: ignore[method-assign]
