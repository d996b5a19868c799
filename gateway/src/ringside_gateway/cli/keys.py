# SPDX-License-Identifier: Apache-2.0
"""`keys`: API keys from the shell."""

from __future__ import annotations

import click

from ringside_gateway.cli import options
from ringside_gateway.domain.api_keys import ALL_SCOPES
from ringside_gateway.domain.pages import MAX_LIMIT, PageRequest


@click.group(name="keys")
def command() -> None:
    """Create, list, roll and revoke API keys.

    \b
    Examples:
      ringside-gateway keys create --live --name production
      ringside-gateway keys list
      ringside-gateway keys roll key_... --overlap-seconds 3600
    """


@command.command()
@options.data_dir
@options.live
@click.option("--name", default="API key", show_default=True, help="A name for people.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(ALL_SCOPES), help="May be repeated; default all but admin."
)
@options.explained
def create(data_dir: str | None, live: bool, name: str, scopes: tuple[str, ...]) -> None:
    """Make a key and print it; it is shown this once."""
    fields = options.checked("api_keys.create", name=name, scopes=list(dict.fromkeys(scopes)) or None)
    built = options.services(data_dir)
    key, secret = built.api_keys.create(options.caller(built, live), fields)
    click.echo(f"{key.id} {' '.join(key.scopes)}", err=True)
    click.echo(secret)


@command.command(name="list")
@options.data_dir
@options.live
@options.explained
def list_(data_dir: str | None, live: bool) -> None:
    """Show keys, newest first."""
    built = options.services(data_dir)
    page = built.api_keys.list(options.caller(built, live), PageRequest(MAX_LIMIT))
    rows = [
        (key.id, key.name, f"…{key.last4}", " ".join(key.scopes), "revoked" if key.revoked_at else "active")
        for key in page.items
    ]
    options.table(rows, ("id", "name", "key", "scopes", "state"))


@command.command()
@options.data_dir
@options.live
@click.argument("key_id")
@click.option("--overlap-seconds", type=click.IntRange(0, 30 * 86400), default=86400, show_default=True)
@options.explained
def roll(data_dir: str | None, live: bool, key_id: str, overlap_seconds: int) -> None:
    """Replace a key; the old one goes on for the overlap."""
    built = options.services(data_dir)
    key, secret = built.api_keys.roll(options.caller(built, live), key_id, {"overlap_seconds": overlap_seconds})
    click.echo(key.id, err=True)
    click.echo(secret)


@command.command()
@options.data_dir
@options.live
@click.argument("key_id")
@options.explained
def revoke(data_dir: str | None, live: bool, key_id: str) -> None:
    """End a key at once."""
    built = options.services(data_dir)
    click.echo(f"{built.api_keys.revoke(options.caller(built, live), key_id).id} revoked")
