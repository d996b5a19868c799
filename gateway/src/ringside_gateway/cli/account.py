# SPDX-License-Identifier: Apache-2.0
"""`account`: the developer's own wallet, mark-up and limits."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from ringside_gateway.cli import options
from ringside_gateway.domain.money import percent_to_ppm, ppm_to_percent, to_nano, usd_text

#: As in the spec's limits of a customer; 0 stands for none here.
_RPM, _TPM = click.IntRange(0, 10**9), click.IntRange(0, 10**12)
_LIMITS = ("rate_limit_rpm", "rate_limit_tpm", "customer_rate_limit_rpm", "customer_rate_limit_tpm")


@click.group(name="account")
def command() -> None:
    """Show and change the account: its prepaid wallet, mark-up and rate limits.

    \b
    Examples:
      ringside-gateway account show --live
      ringside-gateway account set --live --markup-percent 20 --rate-limit-rpm 600
      ringside-gateway account topup 250 --live
    """


@command.command()
@options.data_dir
@options.live
@options.explained
def show(data_dir: str | None, live: bool) -> None:
    """Show wallet, mark-up and limits."""
    built = options.services(data_dir)
    account = built.accounts.retrieve(options.caller(built, live))
    balance = "none" if account.balance_nano is None else usd_text(account.balance_nano)
    rows = [("id", account.id), ("wallet_balance_usd", balance), ("held_usd", usd_text(account.held_nano))]
    rows += [("markup_percent", format(ppm_to_percent(account.markup_ppm), "f"))]
    rows += [(name, "none" if getattr(account, name) is None else str(getattr(account, name))) for name in _LIMITS]
    rows += [("auto_create_customers", "yes" if account.auto_create_customers else "no")]
    options.table([*rows], ("setting", "value"))


@command.command(name="set")
@options.data_dir
@options.live
@click.option("--markup-percent", type=options.NUMBER, help="Added to cost where a customer has no mark-up of its own.")
@click.option("--rate-limit-rpm", type=_RPM, help="Requests a minute of the whole account; 0 takes the limit away.")
@click.option("--rate-limit-tpm", type=_TPM, help="Tokens a minute of the whole account; 0 takes the limit away.")
@click.option("--customer-rate-limit-rpm", type=_RPM, help="For new customers; 0 takes the limit away.")
@click.option("--customer-rate-limit-tpm", type=_TPM, help="For new customers; 0 takes the limit away.")
@click.option("--auto-create-customers/--no-auto-create-customers", default=None, help="For unknown external ids.")
@options.explained
def change(data_dir: str | None, live: bool, markup_percent: Decimal | None, **given: Any) -> None:
    """Change what is named."""
    changes = {name: value for name, value in given.items() if value is not None}
    changes |= {name: changes[name] or None for name in _LIMITS if name in changes}
    if "auto_create_customers" in changes:
        changes["auto_create_customers"] = int(changes["auto_create_customers"])
    if markup_percent is not None:
        changes["markup_ppm"] = percent_to_ppm(markup_percent, "markup_percent")
    built = options.services(data_dir)
    built.accounts.update(options.caller(built, live), changes)
    click.echo("changed" if changes else "nothing to change")


@command.command()
@click.argument("amount", type=options.NUMBER)
@options.data_dir
@options.live
@click.option("--reason", help="Kept in the ledger.")
@options.explained
def topup(amount: Decimal, data_dir: str | None, live: bool, reason: str | None) -> None:
    """Add AMOUNT dollars to the account's wallet; negative corrects. The first opens it: from then on it gates."""
    nano, built = to_nano(amount, "amount"), options.services(data_dir)
    row = built.accounts.credit(options.caller(built, live), nano, reason)
    click.echo(f"{row.id}  {usd_text(row.amount_nano)} USD, balance {usd_text(row.balance_after_nano)} USD")
