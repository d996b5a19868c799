# SPDX-License-Identifier: Apache-2.0
"""`database`: migrations, and proofs that the books are right."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ringside_gateway.cli import options
from ringside_gateway.domain.audits import Proof


@click.group(name="database")
def command() -> None:
    """Apply migrations, reconcile the books, prove that nothing was lost or changed.

    \b
    Examples:
      ringside-gateway database upgrade
      ringside-gateway database reconcile
      ringside-gateway database checksums --since 2026-11-01
    """


@command.command()
@options.data_dir
@options.explained
def upgrade(data_dir: str | None) -> None:
    """Apply what is missing; safe to run at any time, from any number of processes."""
    settings = options.settings(data_dir=data_dir).settings
    options.make_folder(settings)
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


@command.command()
@options.data_dir
@options.explained
def reconcile(data_dir: str | None) -> None:
    """Compare everything that is stored twice; exit 1 when anything differs. Safe while the gateway runs.

    Balances with the sum of the ledger and its last row, spend with the sum of usage events, held money with
    open holds; nothing may be open after its lease. Amounts are nano-dollars.
    """
    found = options.services(data_dir).audits.reconcile()
    for difference in found:
        click.echo(f"{difference.what}: {difference.where} has {difference.found}, expected {difference.expected}")
    click.echo(f"{len(found)} differences" if found else "everything adds up")
    if found:
        raise SystemExit(1)


@command.command()
@options.data_dir
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H"]), help="First hour, UTC. [default: the first]")
@click.option("--until", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H"]), help="End, UTC. [default: now]")
@options.explained
def checksums(data_dir: str | None, since: datetime | None, until: datetime | None) -> None:
    """Print a checksum of each finished hour's usage events and ledger rows; exit 1 when one changed afterwards.

    Keep the lines somewhere else: equal lines later prove that no row of that hour was lost, added or changed.
    """
    changed = 0
    for proof in options.services(data_dir).audits.proofs(*map(_unix, (since, until))):
        changed += not proof.holds
        click.echo(_line(proof))
    if changed:
        click.echo(f"{changed} checksums differ from what was written down when their hour was over")
        raise SystemExit(1)


def _unix(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())


def _line(proof: Proof) -> str:
    hour = datetime.fromtimestamp(proof.now.hour, UTC).strftime("%Y-%m-%dT%H:00Z")
    line = f"{hour}  {proof.now.kind:6}  {proof.now.count:8}  {proof.now.digest}"
    if proof.written is None or proof.holds:
        return line
    return f"{line}  CHANGED: was {proof.written.count} {proof.written.digest}"
