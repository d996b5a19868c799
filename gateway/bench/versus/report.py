# SPDX-License-Identifier: Apache-2.0
"""The one table: a row a figure, a column a gateway, and how ours compares."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Mapping

from versus.tools import LITELLM, NODE_SERVER, PORTKEY

#: Rates, of which more is better: these get ratios.
_RATES = ("JSON calls/s", "SSE events/s, 500 streams")


def print_table(figures: Mapping[str, Mapping[str, float]]) -> None:
    """Markdown, ready to be kept."""
    names = list(figures)
    rows = list(dict.fromkeys(row for found in figures.values() for row in found))
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(f"\n{time.strftime('%Y-%m-%d')}, {machine}; litellm {LITELLM}, @portkey-ai/gateway {PORTKEY} ", end="")
    print(f"(@hono/node-server {NODE_SERVER}); two processes each\n")
    print(f"| | {' | '.join(names)} |")
    print(f"|---|{'---:|' * len(names)}")
    for row in rows:
        print(f"| {row} | {' | '.join(_cell(figures[name].get(row)) for name in names)} |")
    for rate in _RATES:
        for ours in names[:-2]:
            against = ", ".join(f"{_ratio(figures, rate, ours, peer)} x {peer}" for peer in names[-2:])
            print(f"\n{rate}: {ours} is {against}", end="")
    print()


def _ratio(figures: Mapping[str, Mapping[str, float]], rate: str, ours: str, peer: str) -> str:
    """A peer that was not measured, or did nothing, has no ratio."""
    mine, other = figures[ours].get(rate), figures[peer].get(rate)
    return f"{mine / other:.1f}" if mine and other else "?"


def _cell(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"
