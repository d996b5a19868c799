# SPDX-License-Identifier: Apache-2.0
"""`doctor`: checks the installation and says what to do next."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator

import click

from ringside_gateway.cli import listening, options
from ringside_gateway.services.webhook_secrets import Survey
from ringside_gateway.settings import SECRETS, Loaded, Settings, strangers

#: Endpoints named in one line.
_NAMED = 5


@click.command(name="doctor")
@options.data_dir
def command(data_dir: str | None) -> None:
    """Check this installation: Python, packages, settings and their sources, database, port, providers.

    \b
    Example:
      ringside-gateway doctor --data-dir data
    """
    loaded = options.settings(data_dir=data_dir)
    click.echo("settings")
    for name in Settings.model_fields:
        click.echo(f"  {name:22} {_shown(loaded, name):32} {loaded.sources.get(name, 'default')}")
    click.echo("checks")
    problems = 0
    for title, advice in _checks(loaded.settings):
        problems += advice is not None
        mark = click.style("ok", fg="green") if advice is None else click.style("!!", fg="red")
        click.echo(f"  {mark} {title}" + (f"\n     {advice}" if advice else ""))
    sys.exit(1 if problems else 0)


def _shown(loaded: Loaded, name: str) -> str:
    value = getattr(loaded.settings, name)
    if name == "provider_keys":
        return ", ".join(sorted(value)) or "none"
    return "set" if name in SECRETS and value else str(value)


def _checks(settings: Settings) -> Iterator[tuple[str, str | None]]:
    """Each check and what to do about it, None when it is fine."""
    fine = sys.version_info >= (3, 11)
    yield f"Python {sys.version.split()[0]}", None if fine else "install Python 3.11 or newer"
    for package in ("falcon", "gunicorn", "gevent", "geventhttpclient", "orjson"):
        yield f"package {package}", _importable(package)
    writable = os.access(
        settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().parent, os.W_OK
    )
    yield f"folder {settings.data_dir}", None if writable else "make it writable or choose another with --data-dir"
    yield from _database(settings)
    yield f"port {settings.port} is free", listening.problem(settings.host, settings.port)
    yield "tokenizer", _importable("bpe_openai")
    for stranger in strangers(os.environ):
        yield stranger, "config.example.toml lists every setting"


def _importable(package: str) -> str | None:
    try:
        importlib.import_module(package)
    except ImportError as error:
        return f"{error}; reinstall with `pip install ringside-gateway`"
    return None


def _database(settings: Settings) -> Iterator[tuple[str, str | None]]:
    advice = {
        "database": "start it, or set RINGSIDE_DATABASE_URL",
        "redis": "start it; until then the database's rate windows serve alone",
        "migrations": "run `ringside-gateway database upgrade` (or just `serve`)",
    }
    services = options.top().build_services(settings)
    checks = services.health.check()
    for name, fine in checks.items():
        yield name, None if fine else advice[name]
    if checks["database"] and checks["migrations"]:
        yield _webhook_secrets(services.webhook_secrets.survey())


def _webhook_secrets(found: Survey) -> tuple[str, str | None]:
    title = "webhook secrets" + (f" ({len(found.older)} still sealed with an older key)" if found.older else "")
    if not found.unreadable:
        return title, None
    named = ", ".join(found.unreadable[:_NAMED]) + (", ..." if len(found.unreadable) > _NAMED else "")
    return title, f"no key of secret_keys opens those of {named}: put the missing key back, or rotate these secrets"
