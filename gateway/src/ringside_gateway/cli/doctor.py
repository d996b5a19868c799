# SPDX-License-Identifier: Apache-2.0
"""`doctor`: checks the installation and says what to do next."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ringside_gateway.cli import listening, options
from ringside_gateway.domain.keyring import MIN_SECRET_LENGTH
from ringside_gateway.services import Services
from ringside_gateway.services.webhook_secrets import Survey
from ringside_gateway.settings import SECRETS, Loaded, Settings, strangers

#: What was looked at, and what to do about it; None when it is fine.
Check = tuple[str, str | None]
#: Endpoints named in one line.
_NAMED = 5


@click.command(name="doctor")
@options.data_dir
def command(data_dir: str | None) -> None:
    """Check this installation: settings and their sources, Python, packages, worker, folder, database, providers, port.

    Settings come from ringside.toml in the data folder (or the file that RINGSIDE_CONFIG names), then from RINGSIDE_…
    variables. Nothing is created or changed.

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


def _checks(settings: Settings) -> Iterator[Check]:
    """Each check and what to do about it, None when it is fine. Nothing is made by looking at it."""
    fine = sys.version_info >= (3, 11)
    yield f"Python {sys.version.split()[0]}", None if fine else "install Python 3.11 or newer"
    for package, why in _packages(settings):
        yield f"package {package}", _importable(package, why)
    yield f"worker {settings.worker}", options.top().worker_problem(settings)
    folder = _folder_problem(settings.data_dir.absolute())
    yield f"folder {settings.data_dir}", folder
    if folder is None:
        yield from _services(settings)
    yield _port(settings)
    yield "tokenizer", _importable("bpe_openai")
    for stranger in strangers(os.environ):
        yield stranger, "config.example.toml lists every setting"


def _packages(settings: Settings) -> Iterator[tuple[str, str]]:
    for package in ("falcon", "gunicorn", "gevent", "geventhttpclient", "orjson"):
        yield package, ""
    if not settings.database.startswith("sqlite"):
        yield "psycopg2", "[postgresql]"
    if settings.redis_url is not None:
        yield "redis", "[redis]"


def _importable(package: str, extra: str = "") -> str | None:
    try:
        importlib.import_module(package)
    except ImportError as error:
        return f"{error}; reinstall with `pip install ringside-gateway{extra}`"
    return None


def _folder_problem(folder: Path) -> str | None:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir():
        return f"{there} is a file; choose another folder with --data-dir"
    return None if os.access(there, os.W_OK | os.X_OK) else "make it writable or choose another with --data-dir"


def _port(settings: Settings) -> Check:
    problem = listening.problem(settings.host, settings.port)
    if problem is not None and listening.answers(settings.host, settings.port):
        return f"port {settings.port}: a gateway answers there", None
    return f"port {settings.port} is free", problem


def _services(settings: Settings) -> Iterator[Check]:
    if not settings.secret_keys and not (settings.data_dir / "secret.key").exists():
        # Nothing was sealed with the one that would be made now.
        settings = settings.model_copy(update={"secret_keys": ("0" * MIN_SECRET_LENGTH,)})
    try:
        services = options.top().build_services(settings)
    except click.ClickException as error:
        yield "installation", error.message
        return
    except ImportError:  # one of the packages above
        return
    yield from _database(settings, services)
    yield from _providers(settings, services)


def _database(settings: Settings, services: Services) -> Iterator[Check]:
    file = Path(settings.database.removeprefix("sqlite://"))
    if settings.database.startswith("sqlite") and not file.exists():
        yield "database (the first `ringside-gateway serve` makes it)", None
        return
    advice = {
        "database": "start it, or set RINGSIDE_DATABASE_URL",
        "redis": "start it; until then the database's rate windows serve alone",
        "migrations": "run `ringside-gateway database upgrade` (or just `serve`)",
    }
    try:
        checks = services.health.check()
    except Exception as error:  # what the database says of a file that is none of its own, for one
        yield "database", f"{error}; move it away, or set RINGSIDE_DATABASE_URL"
        return
    for name, fine in checks.items():
        if checks["database"] or name != "migrations":
            newer = services.health.newer() if fine and name == "migrations" else []
            title = f"{name} (the database is newer than this gateway: {', '.join(newer)})" if newer else name
            yield title, None if fine else advice[name]
    if checks["database"] and checks["migrations"]:
        yield _webhook_secrets(services.webhook_secrets.survey())


def _providers(settings: Settings, services: Services) -> Iterator[Check]:
    """Those that something was set for, or a key found; none is called."""
    given = (settings.provider_keys, settings.provider_base_urls, settings.provider_options, settings.provider_models)
    named, known = {name for found in given for name in found}, services.providers.every()
    for name in sorted(named - known.keys()):
        near = difflib.get_close_matches(name, known, 1)
        yield f"provider {name}", "there is none of this name" + (f"; did you mean {near[0]}?" if near else "")
    ready = {name: found for name, found in known.items() if name in named or found.keys}
    for name, found in ready.items():
        yield f"provider {name}", found.missing
    if not ready:
        yield "providers (none is set up: only test keys are answered, by the sandbox)", None


def _webhook_secrets(found: Survey) -> Check:
    title = "webhook secrets" + (f" ({len(found.older)} still sealed with an older key)" if found.older else "")
    if not found.unreadable:
        return title, None
    named = ", ".join(found.unreadable[:_NAMED]) + (", ..." if len(found.unreadable) > _NAMED else "")
    return title, f"no key of secret_keys opens those of {named}: put the missing key back, or rotate these secrets"
