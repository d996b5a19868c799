# SPDX-License-Identifier: Apache-2.0
"""The command `ringside-gateway` and its sub-commands, loaded when named so that --help is instant."""

from __future__ import annotations

import importlib
from importlib.metadata import version

import click

COMMANDS = {
    "serve": "Start the gateway (creates what is missing on first use).",
    "work": "Run background work alone, beside web processes elsewhere.",
    "listen": "Forward live events to a program of yours while you work on it.",
    "keys": "Create, list, roll and revoke API keys.",
    "account": "Show and change the account's wallet, mark-up and limits.",
    "customers": "Create, show, list and top up customers.",
    "models": "List, show, resolve and refresh models.",
    "database": "Apply migrations, reconcile the books, prove that nothing was lost.",
    "doctor": "Check this installation and say what to do.",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"ringside_gateway.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("ringside-gateway"), prog_name="ringside-gateway")
def cli() -> None:
    """Ringside: an OpenAI-compatible gateway that bills, limits and isolates every call per customer.

    \b
    Start one with a test key, no provider account needed:
      ringside-gateway serve
    Make a key for real providers:
      OPENAI_API_KEY=... ringside-gateway serve
      ringside-gateway keys create --live --name production

    Settings come from ringside.toml in the data folder (or the file that RINGSIDE_CONFIG names), then from RINGSIDE_…
    variables, then from options; doctor shows each with its source.
    """
