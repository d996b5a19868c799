# SPDX-License-Identifier: Apache-2.0
"""`database`: migrations."""

from __future__ import annotations

import click

from ringside_gateway.cli import options


@click.group(name="database")
def command() -> None:
    """Show and apply migrations.

    \b
    Example:
      ringside-gateway database upgrade
    """


@command.command()
@options.data_dir
@options.explained
def upgrade(data_dir: str | None) -> None:
    """Apply what is missing; safe to run at any time, from any number of processes."""
    settings = options.settings(data_dir=data_dir).settings
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    applied = options.top().build_bootstrap(settings).upgrade()
    click.echo("applied: " + ", ".join(applied) if applied else "nothing to do: the database is up to date")


@command.command()
@options.data_dir
def status(data_dir: str | None) -> None:
    """Say whether the database can be reached and is up to date."""
    checks = options.top().build_services(options.settings(data_dir=data_dir).settings).health.check()
    for name, fine in checks.items():
        click.echo(f"{name:12} {'ok' if fine else 'MISSING'}")
    if not all(checks.values()):
        raise SystemExit(1)
