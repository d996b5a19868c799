# SPDX-License-Identifier: Apache-2.0
"""What several commands share: settings from all sources, services over them, the caller they act for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, TypeVar

import click

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.api_keys import ALL_SCOPES
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.services import Services
from ringside_gateway.services.bootstrap import Bootstrap
from ringside_gateway.settings import Loaded, Settings, SettingsError, load

F = TypeVar("F", bound=Callable[..., Any])


class _Number(click.ParamType[Decimal]):
    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The decimal number as it is written."""
        try:
            return Decimal(value)
        except InvalidOperation:
            self.fail(f"{value!r} is not a number", param, ctx)


NUMBER = _Number()


class Top(Protocol):
    """What lies above the command line and is handed down to it."""

    def build_services(self, settings: Settings) -> Services:
        """Services over the configured database."""

    def build_bootstrap(self, settings: Settings) -> Bootstrap:
        """What prepares an empty database."""

    def check_body(self, operation: str, fields: Mapping[str, Any]) -> None:
        """Raises GatewayError `invalid_request` for fields that the operation would refuse over HTTP."""

    def worker_problem(self, settings: Settings) -> str | None:
        """Why the kind of worker asked for cannot run here."""

    def serve(self, load: Callable[[], Settings], ready: Callable[[int], None], *, background: bool) -> None:
        """Serves until told to stop; reads the settings again when told to reload."""

    def work(self, settings: Settings) -> None:
        """Runs background work until told to stop."""


def top() -> Top:
    """The layer above, as `__main__` handed it in."""
    found: Top = click.get_current_context().find_root().obj
    return found


data_dir = click.option("--data-dir", type=click.Path(), help="Where the database and dev.env live. [default: data]")
live = click.option("--live/--test", default=False, help="Live or test mode. [default: test]")


def settings(**overrides: Any) -> Loaded:
    """Settings, or the exit with a sentence about what is wrong with them."""
    try:
        return load(overrides=overrides)
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


def make_folder(chosen: Settings) -> None:
    """Makes the data folder where there is none, or the exit with what is in its way."""
    try:
        chosen.data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"{error}; choose another folder with --data-dir") from error


def services(directory: str | None) -> Services:
    """Services over the configured database, which must exist."""
    built = top().build_services(settings(data_dir=directory).settings)
    checks = built.health.check()
    if not checks["migrations"]:
        raise click.ClickException("the database is not ready: run `ringside-gateway database upgrade` first")
    return built


def checked(operation: str, **given: Any) -> dict[str, Any]:
    """The fields that were given; GatewayError `invalid_request` for what the operation refuses over HTTP too."""
    fields = {name: value for name, value in given.items() if value is not None}
    top().check_body(operation, fields)
    return fields


def caller(built: Services, livemode: bool) -> Caller:
    """The installation's own account, with every scope."""
    account = built.bootstrap.ensure_account()
    return Caller(account.id, livemode, "cli", frozenset(ALL_SCOPES))


def explained(function: F) -> F:
    """Turns a refusal of the gateway into a line on stderr."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except GatewayError as error:
            click.echo(f"{error.code}: {error.message}", err=True)
            sys.exit(1)

    wrapped.__doc__, wrapped.__name__ = function.__doc__, function.__name__
    wrapped.__click_params__ = getattr(function, "__click_params__", [])  # type: ignore[attr-defined]
    return wrapped  # type: ignore[return-value]


def table(rows: list[tuple[Any, ...]], titles: tuple[str, ...]) -> None:
    """Prints rows in columns."""
    texts = [titles, *(tuple("" if cell is None else str(cell) for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(titles))]
    for number, row in enumerate(texts):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        click.echo(click.style(line, bold=number == 0))
