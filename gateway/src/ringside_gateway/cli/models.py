# SPDX-License-Identifier: Apache-2.0
"""`models`: the catalogue from the shell."""

from __future__ import annotations

import click

from ringside_gateway.cli import options
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.domain.money import usd_text

_NOBODY = Caller("", False, "cli", frozenset())


@click.group(name="models")
def command() -> None:
    """List, show, resolve and refresh models.

    \b
    Examples:
      ringside-gateway models list anthropic
      ringside-gateway models show fc:openai/gpt-4o-mini
      ringside-gateway models resolve 'match:anthropic/sonnet>=4'
      ringside-gateway models refresh prices.toml --apply
    """


def _row(model: ModelFacts) -> tuple[object, ...]:
    price = model.price
    prices = (None, None) if price is None else (usd_text(price.input), usd_text(price.output))
    return (model.ref, model.family, model.version_text, model.context_tokens, *prices, model.status)


_TITLES = ("ref", "family", "version", "context", "in $/M", "out $/M", "status")


@command.command(name="list")
@options.data_dir
@click.argument("provider", required=False)
def list_(data_dir: str | None, provider: str | None) -> None:
    """Show all models, or one provider's."""
    found = options.top().build_services(options.settings(data_dir=data_dir).settings).models.list(_NOBODY)
    options.table([_row(model) for model in found if provider in (None, model.provider)], _TITLES)


@command.command()
@options.data_dir
@click.argument("ref")
@options.explained
def show(data_dir: str | None, ref: str) -> None:
    """Show what the catalogue knows of one model."""
    model = options.top().build_services(options.settings(data_dir=data_dir).settings).models.retrieve(_NOBODY, ref)
    options.table([_row(model)], _TITLES)
    click.echo(f"released {model.released}; {', '.join(sorted(model.capabilities)) or 'no special capabilities'}")


@command.command()
@options.data_dir
@click.argument("ref")
@options.explained
def resolve(data_dir: str | None, ref: str) -> None:
    """Show what a ref stands for now, the winner first."""
    found = options.top().build_services(options.settings(data_dir=data_dir).settings).models.resolve(_NOBODY, ref)
    options.table([_row(model) for model in found.candidates], _TITLES)


@command.command()
@options.data_dir
@click.option("--apply", "apply_", is_flag=True, help="Keep what is shown. Without it nothing is changed.")
@click.argument("source")
@options.explained
def refresh(data_dir: str | None, apply_: bool, source: str) -> None:
    """Show what newer catalogue files change: prices, models, facts. SOURCE is a file, a folder or an address.

    A price that does not say since when it holds does so from today; the old one stays in the price's history.
    """
    updates = options.top().build_services(options.settings(data_dir=data_dir).settings).catalogue_updates
    update = updates.plan(source)
    rows = [(change.ref, change.what, change.before, change.after) for change in update.changes]
    options.table(rows, ("ref", "what", "before", "after"))
    if not apply_:
        click.echo(f"{len(rows)} changes; nothing is kept without --apply")
        return
    for path in updates.keep(update):
        click.echo(f"kept {path}")
    click.echo("running gateways take it up when they are reloaded (SIGHUP) or restarted")
