# SPDX-License-Identifier: Apache-2.0
"""The command `ringside-gateway`. Patching for gevent happens here, before anything else is imported."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import tomllib


def _worker_class(arguments: list[str]) -> str:
    """Which kind of worker this command will run; settings.py reads the same, but imports too much to come first."""
    asked = _option(arguments, "--worker") or os.environ.get("RINGSIDE_WORKER")
    return asked or _from_file(arguments).get("worker") or "gevent"


def _from_file(arguments: list[str]) -> dict[str, Any]:
    folder = _option(arguments, "--data-dir") or os.environ.get("RINGSIDE_DATA_DIR") or os.environ.get("DATA_DIR")
    named = os.environ.get("RINGSIDE_CONFIG")
    try:
        return tomllib.loads(Path(named or Path(folder or "data", "ringside.toml")).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # settings.py says what is wrong with it
        return {}


def _option(arguments: list[str], name: str) -> str | None:
    for position, argument in enumerate(arguments):
        if argument == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return None


class Top:
    """The upper layers, imported when a command first needs them."""

    def build_services(self, settings: Any) -> Any:
        from ringside_gateway.wiring import build_services

        return _explained(build_services, settings)

    def build_bootstrap(self, settings: Any) -> Any:
        from ringside_gateway.wiring import build_bootstrap

        return build_bootstrap(settings)

    def check_body(self, operation: str, fields: Any) -> None:
        from ringside_gateway.http.validation import check_body

        check_body(operation, fields)

    def worker_problem(self, settings: Any) -> str | None:
        from ringside_gateway.server import worker_problem

        return worker_problem(settings)

    def serve(self, load: Any, ready: Any, *, background: bool) -> None:
        from ringside_gateway.server import serve
        from ringside_gateway.wiring import build_catalogue

        # Said here, once, and not by every worker; what was parsed is also there when the workers are forked.
        _explained(build_catalogue, load())
        serve(load, ready, background=background)

    def work(self, settings: Any) -> None:
        from ringside_gateway.server import work

        work(settings)


def _explained(build: Any, settings: Any) -> Any:
    """What `build` makes, or the exit with a sentence about the setting that is in its way."""
    import click

    from ringside_gateway.settings import SettingsError

    try:
        return build(settings)
    except (SettingsError, OSError) as error:
        raise click.ClickException(str(error)) from error


def main() -> None:
    """Runs the command line."""
    if {"serve", "work"} & set(sys.argv[1:2]) and _worker_class(sys.argv[2:]) == "gevent":
        from gevent import monkey

        monkey.patch_all()
    from ringside_gateway.cli.main import cli

    cli(prog_name="ringside-gateway", obj=Top())


if __name__ == "__main__":
    main()
