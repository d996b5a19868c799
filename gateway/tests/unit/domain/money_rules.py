# SPDX-License-Identifier: Apache-2.0
"""Books, asks and usage for tests of the money rules: one account, one customer, round prices."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.admission import Ask
from ringside_gateway.domain.books import AccountBook, Books, CustomerBook
from ringside_gateway.domain.pricing import Price
from ringside_gateway.domain.settlement import Consumption
from ringside_gateway.domain.usage import Usage

#: 2026-11-23 12:00:00 UTC.
NOON = 1_795_435_200.0
USD = 10**9
#: 1 USD per million input tokens, 10 USD per million output tokens.
PRICE = Price(input=1 * USD, output=10 * USD)


def account(**changes: Any) -> AccountBook:
    """An account without wallet or limits."""
    book = AccountBook("acct_1", False, None, 0, 0, None, None, 0)
    for name, value in changes.items():
        setattr(book, name, value)
    return book


def customer(**changes: Any) -> CustomerBook:
    """A customer with no budget, wallet or limits."""
    book = CustomerBook(
        "cus_1", "acct_1", False, "ext-1", None, None, None, None, None, "active", False, None, 0, 0, "", 0, "", 0
    )
    for name, value in changes.items():
        setattr(book, name, value)
    return book


def books(*rows: AccountBook | CustomerBook, now: float = NOON) -> Books:
    """Books opened on these rows; an account is always there."""
    opened = Books(now)
    for row in (account(), *rows):
        if isinstance(row, AccountBook):
            opened.accounts[row.key] = row
        else:
            opened.customers[row.id] = row
    return opened


def ask(number: int = 1, **changes: Any) -> Ask:
    """A call of customer `cus_1` with 1,000 tokens in and at most 1,000 out: 0.011 USD at the most."""
    values: dict[str, Any] = {
        "hold_id": f"hold_{number}",
        "request_id": f"req_{number}",
        "account": ("acct_1", False),
        "customer_id": "cus_1",
        "prices": [PRICE],
        "input_tokens": 1000,
        "max_output_tokens": 1000,
        "explicit_max": True,
        "lease_s": 30,
        "facts": {"operation": "chat.completions.create", "model_requested": "fc:a/b", "started_ms": 0},
    }
    return Ask(**{**values, **changes})


def used(output_tokens: int = 500, **changes: Any) -> Consumption:
    """1,000 tokens in and `output_tokens` out at the round price."""
    usage = Usage(input_tokens=1000, output_tokens=output_tokens)
    values = {
        "model": "fc:a/b",
        "provider": "a",
        "price": PRICE,
        "usage": usage,
        "status": "completed",
        "latency_ms": 5,
    }
    return Consumption(**{**values, **changes})
