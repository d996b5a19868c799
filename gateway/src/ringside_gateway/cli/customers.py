# SPDX-License-Identifier: Apache-2.0
"""`customers`: customers from the shell."""

from __future__ import annotations

from decimal import Decimal

import click

from ringside_gateway.cli import options
from ringside_gateway.domain.customers import Customer
from ringside_gateway.domain.money import usd_text
from ringside_gateway.domain.pages import MAX_LIMIT, PageRequest

_TITLES = ("id", "external id", "budget", "balance", "status")


@click.group(name="customers")
def command() -> None:
    """Create, show, list and top up customers. A customer is named by its id or by ext:<your id>.

    \b
    Examples:
      ringside-gateway customers create acme --budget-usd 50
      ringside-gateway customers topup ext:acme 10
    """


def _row(customer: Customer) -> tuple[object, ...]:
    budget = None if customer.budget_nano is None else usd_text(customer.budget_nano)
    balance = None if customer.balance_nano is None else usd_text(customer.balance_nano)
    return (customer.id, customer.external_id, budget, balance, customer.status)


@command.command()
@options.data_dir
@options.live
@click.argument("external_id")
@click.option("--name", help="A name for people.")
@click.option("--budget-usd", type=options.NUMBER, help="Monthly cap in USD.")
@options.explained
def create(data_dir: str | None, live: bool, external_id: str, name: str | None, budget_usd: Decimal | None) -> None:
    """Create a customer."""
    fields = options.checked("customers.create", external_id=external_id, name=name, budget_usd=budget_usd)
    built = options.services(data_dir)
    options.table([_row(built.customers.create(options.caller(built, live), fields))], _TITLES)


@command.command()
@options.data_dir
@options.live
@click.argument("customer")
@options.explained
def show(data_dir: str | None, live: bool, customer: str) -> None:
    """Show one customer."""
    built = options.services(data_dir)
    options.table([_row(built.customers.retrieve(options.caller(built, live), customer))], _TITLES)


@command.command(name="list")
@options.data_dir
@options.live
@options.explained
def list_(data_dir: str | None, live: bool) -> None:
    """Show the newest hundred customers."""
    built = options.services(data_dir)
    page = built.customers.list(
        options.caller(built, live), external_id=None, created_after=None, page=PageRequest(MAX_LIMIT)
    )
    options.table([_row(customer) for customer in page.items], _TITLES)


@command.command()
@options.data_dir
@options.live
@click.argument("customer")
@click.argument("amount_usd", type=options.NUMBER)
@options.explained
def topup(data_dir: str | None, live: bool, customer: str, amount_usd: Decimal) -> None:
    """Add credits to a customer's wallet."""
    fields = options.checked("customers.wallet.topup", amount_usd=amount_usd)
    built = options.services(data_dir)
    row = built.wallet.topup(options.caller(built, live), customer, fields)
    click.echo(f"{row.id}  balance {usd_text(row.balance_after_nano)} USD")
