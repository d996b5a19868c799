# SPDX-License-Identifier: Apache-2.0
"""`serve`: a working gateway in one command."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from ringside_gateway.cli import listening, options
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.settings import Settings, load, strangers

WORKERS = ("gevent", "gthread", "meinheld")


@click.command(name="serve")
@click.option("--host", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=int, help="Port to listen on. [default: 8080]")
@options.data_dir
@click.option("--workers", type=int, help="Web processes. [default: 1]")
@click.option("--worker", type=click.Choice(WORKERS), help="Kind of web process. [default: gevent]")
@click.option("--background/--no-background", default=True, help="Run background work in a process beside them.")
def command(background: bool, **overrides: Any) -> None:
    """Start the gateway. On first use it creates the database, an account and a test key.

    \b
    Examples:
      ringside-gateway serve
      ringside-gateway serve --port 9000 --data-dir /var/lib/ringside
      RINGSIDE_DATABASE_URL=postgresql://ringside@db/ringside ringside-gateway serve --workers 4
    """
    settings = options.settings(**overrides).settings
    for warning in strangers(os.environ):
        click.echo(f"warning: {warning}", err=True)
    if problem := listening.problem(settings.host, settings.port) or options.top().worker_problem(settings):
        raise click.ClickException(problem)
    options.make_folder(settings)
    key = _prepare(settings)
    options.top().serve(
        lambda: load(overrides=overrides).settings,
        lambda port: _announce(settings, port, key),
        background=background,
    )


def _prepare(settings: Settings) -> str | None:
    """Database, account and test key, before any worker starts; None when the database cannot be asked yet."""
    bootstrap = options.top().build_bootstrap(settings)
    known = _known_key(settings.data_dir / "dev.env")
    try:
        bootstrap.upgrade()
        return bootstrap.ensure_test_key(known)
    except GatewayError as error:
        reason = str(error.__cause__ or error).strip().partition("\n")[0]
        click.echo(f"warning: the database is not ready, calls get 503 until it is ({reason})", err=True)
        return known
    finally:
        bootstrap.close()


def _known_key(path: Path) -> str | None:
    if not path.exists():
        return None
    for line in path.read_text(encoding="utf-8").splitlines():
        name, _, value = line.removeprefix("export ").partition("=")
        if name == "FC_API_KEY":
            return value.strip().strip("'\"")
    return None


def _write_secret(path: Path, text: str) -> None:
    """Whole or not at all, and for this user only: scripts wait for the file and source it at once."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)


def _announce(settings: Settings, port: int, key: str | None) -> None:
    url = f"http://{listening.reachable(settings.host)}:{port}/v1"
    if key is None:
        click.echo(f"\nRingside listens at {url} and waits for its database.\n")
        return
    path = settings.data_dir / "dev.env"
    _write_secret(path, f"export FC_API_KEY={key}\nexport FC_BASE_URL={url}\n")
    click.echo(
        f"""
Ringside is ready.

  URL  {url}
  key  {key}   (test mode: the built-in sandbox answers, nothing leaves this machine)
  docs {url.removesuffix("/v1")}/docs

Try it:

  curl {url}/chat/completions \\
    -H "Authorization: Bearer {key}" \\
    -H "FC-Customer: cus_42" \\
    -d '{{"model":"fc:openai/gpt-4o-mini","messages":[{{"role":"user","content":"Hello"}}]}}'

Scripts can source {path} for FC_API_KEY and FC_BASE_URL. Ctrl-C stops everything.
"""
    )
