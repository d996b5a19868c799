# SPDX-License-Identifier: Apache-2.0
"""`work`: background work alone."""

from __future__ import annotations

import click

from ringside_gateway.cli import options


@click.command(name="work")
@options.data_dir
def command(data_dir: str | None) -> None:
    """Run background work (webhooks, expired holds, retention) until stopped.

    \b
    Example, beside web processes started with `serve --no-background`:
      ringside-gateway work
    """
    options.top().work(options.settings(data_dir=data_dir).settings)
