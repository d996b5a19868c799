# SPDX-License-Identifier: Apache-2.0
"""What must hold of the books at any time, whatever was killed when. Each check yields a sentence per breach."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
from chaos.journal import CONFIRMED, REFUSED, Journal

WINDOW_S = 60
Row = dict[str, Any]
_TABLES = {
    "customers": """id, balance_nano, held_nano, budget_nano, rate_limit_rpm, rate_limit_tpm, spend_month,
        spend_nano""",
    "accounts": "id, livemode, balance_nano, held_nano",
    "wallet_transactions": """id, owner_id, livemode, type, amount_nano, balance_after_nano, description, request_id,
        refunded_transaction_id""",
    "usage_events": """request_id, customer_id, livemode, kind, cost_nano, billable_nano, input_tokens, output_tokens,
        tags, created_at""",
    "holds": "id, request_id, customer_id, state, created_at",
}


class Readable(Protocol):
    """Anything whose database can be read directly."""

    def rows(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query."""


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that matters of a database, read once; ledger and usage in the order they were written."""

    customers: list[Row]
    accounts: list[Row]
    ledger: list[Row]
    usage: list[Row]
    holds: list[Row]

    @classmethod
    def read(cls, database: Readable) -> Books:
        """Reads all of it; nothing may be writing meanwhile."""
        tables = []
        for table, columns in _TABLES.items():
            order = "seq" if table in ("wallet_transactions", "usage_events") else "id"
            names = [name.strip() for name in columns.split(",")]
            rows = database.rows(f"SELECT {columns} FROM {table} ORDER BY {order}")
            tables.append([dict(zip(names, row, strict=True)) for row in rows])
        return cls(*tables)

    def owners(self) -> list[tuple[Row, list[Row]]]:
        """Everybody who may have a wallet, with their ledger; an account has one for tests and one that is live."""
        of_customers = [(one, [row for row in self.ledger if row["owner_id"] == one["id"]]) for one in self.customers]
        return of_customers + [
            (one, [row for row in self.ledger if (row["owner_id"], row["livemode"]) == (one["id"], one["livemode"])])
            for one in self.accounts
        ]

    def tagged(self) -> dict[str, list[Row]]:
        """Call events by their first tag, which is the operation's key."""
        found: dict[str, list[Row]] = defaultdict(list)
        for event in self.usage:
            for tag in orjson.loads(event["tags"])[:1]:
                if event["kind"] == "call":
                    found[tag].append(event)
        return found


def ledgers_add_up(books: Books) -> Iterator[str]:
    """Balance = sum of the ledger = the last row's `balance_after`, and every row continues the one before."""
    for owner, ledger in books.owners():
        running = 0
        for row in ledger:
            running += row["amount_nano"]
            if running != row["balance_after_nano"]:
                yield f"{row['id']}: balance after is {row['balance_after_nano']}, the rows so far make {running}"
        if (owner["balance_nano"] or 0) != running:
            yield f"{owner['id']}: the balance is {owner['balance_nano']}, its ledger makes {running}"


def spend_is_the_sum_of_usage(books: Books) -> Iterator[str]:
    """Month-to-date spend is what the month's usage events say."""
    for customer in books.customers:
        total = sum(
            event["billable_nano"]
            for event in books.usage
            if event["customer_id"] == customer["id"] and _month(event) == customer["spend_month"]
        )
        if customer["spend_nano"] != total:
            yield f"{customer['id']}: spend is {customer['spend_nano']}, usage of {customer['spend_month']} is {total}"


def calls_are_debited_once(books: Books) -> Iterator[str]:
    """Each call has one debit in every wallet it falls to: its price in the customer's, its cost in the account's.

    And no debit is without a call.
    """
    for owner, ledger in books.owners():
        if owner["balance_nano"] is None:
            continue
        if "livemode" in owner:
            calls = [(e["request_id"], e["cost_nano"]) for e in books.usage if e["livemode"] == owner["livemode"]]
        else:
            calls = [(e["request_id"], e["billable_nano"]) for e in books.usage if e["customer_id"] == owner["id"]]
        events, debits = (
            Counter(calls),
            Counter((r["request_id"], -r["amount_nano"]) for r in ledger if r["request_id"]),
        )
        for (request, amount), count in (events - debits).items():
            yield f"{request}: billed {amount} but not debited from {owner['id']} ({count} times)"
        for (request, amount), count in (debits - events).items():
            yield f"{request}: debited {amount} from {owner['id']} without a call ({count} times)"
    for request, count in Counter(e["request_id"] for e in books.usage if e["kind"] == "call").items():
        if count > 1:
            yield f"{request}: {count} usage events for one call"


def nothing_is_held(books: Books) -> Iterator[str]:
    """After the last lease no hold is open and no row carries held money."""
    yield from (f"{hold['id']} is still held" for hold in books.holds if hold["state"] == "held")
    for row in (*books.customers, *books.accounts):
        if row["held_nano"]:
            yield f"{row['id']} still has {row['held_nano']} held"


def refunds_stay_within_debits(books: Books) -> Iterator[str]:
    """All refunds of a debit together give back at most what it took."""
    debits = {row["id"]: -row["amount_nano"] for row in books.ledger}
    refunded: Counter[str] = Counter()
    for row in books.ledger:
        if row["type"] == "refund":
            refunded[row["refunded_transaction_id"]] += row["amount_nano"]
    for debit, amount in refunded.items():
        if amount > debits[debit]:
            yield f"{debit}: {amount} given back of {debits[debit]}"


def wallets_stay_above_zero(books: Books) -> Iterator[str]:
    """Only an adjustment may take a wallet below zero, and by no more than it took; an admission never."""
    for _, ledger in books.owners():
        taken = 0
        for row in ledger:
            taken += min(0, row["amount_nano"]) if row["type"] == "adjust" else 0
            if row["balance_after_nano"] < min(0, taken):
                yield f"{row['id']}: {row['type']} took the wallet to {row['balance_after_nano']}, adjusted by {taken}"


def limits_hold(books: Books) -> Iterator[str]:
    """No 60 seconds hold more requests or tokens than the customer may have."""
    used = Counter[str]()
    for event in books.usage:
        used[event["request_id"]] += event["input_tokens"] + event["output_tokens"]
    for customer in books.customers:
        holds = sorted(
            (hold["created_at"], used[hold["request_id"]])
            for hold in books.holds
            if hold["customer_id"] == customer["id"]
        )
        for start, _ in holds:
            within = [tokens for at, tokens in holds if start <= at < start + WINDOW_S]
            for most, got, unit in (
                (customer["rate_limit_rpm"], len(within), "requests"),
                (customer["rate_limit_tpm"], sum(within), "tokens"),
            ):
                if most is not None and got > most:
                    yield f"{customer['id']}: {got} {unit} within a minute of {start}, the limit is {most}"


def budgets_hold(books: Books, journal: Journal) -> Iterator[str]:
    """No month's spend passes the highest budget the customer ever had. The sandbox never exceeds its estimate."""
    highest = {customer["id"]: customer["budget_nano"] or 0 for customer in books.customers}
    for operation in journal.of("budget", "first budget"):
        highest[operation.customer] = max(highest[operation.customer], operation.amount_nano or 0)
    spent: Counter[tuple[str, str]] = Counter()
    for event in books.usage:
        spent[event["customer_id"], _month(event)] += event["billable_nano"]
    bounded = {customer["id"] for customer in books.customers if customer["budget_nano"] is not None}
    for (customer, month), amount in spent.items():
        if customer in bounded and amount > highest[customer]:
            yield f"{customer}: spent {amount} in {month}, the budget was never above {highest[customer]}"


def calls_match_what_clients_know(books: Books, journal: Journal) -> Iterator[str]:
    """A delivered call was billed once, a refused one never, and no key or attempt was billed twice."""
    tagged = books.tagged()
    for operation in journal.of("chat", "stream", "cancelled"):
        billed = len(tagged.get(operation.key, ()))
        if operation.outcome == CONFIRMED and billed != 1:
            yield f"{operation.key}: a delivered {operation.kind} was billed {billed} times"
        elif billed > (operation.outcome != REFUSED):
            yield f"{operation.key}: a {operation.kind} with outcome {operation.outcome} was billed {billed} times"


def delivered_calls_are_billed(books: Books, request_ids: Sequence[str]) -> Iterator[str]:
    """Every call whose answer arrived whole has its usage event."""
    billed = {event["request_id"] for event in books.usage}
    yield from (f"{request}: delivered, but not billed" for request in request_ids if request not in billed)


def changes_match_what_clients_know(books: Books, journal: Journal) -> Iterator[str]:
    """A confirmed top-up, adjustment or refund is in the ledger once, a refused one never, and no key acted twice."""
    ids = Counter(row["id"] for row in books.ledger)
    described = Counter(row["description"] for row in books.ledger if row["description"])
    for operation in journal.of("topup", "adjust", "refund"):
        if operation.outcome == CONFIRMED and ids[operation.result or ""] != 1:
            yield f"{operation.key}: the {operation.kind} was confirmed but {operation.result} is not in the ledger"
        if operation.kind == "refund":
            continue
        if described[operation.key] > (operation.outcome != REFUSED):
            yield f"{operation.key}: {described[operation.key]} {operation.kind}s for one key"
    kinds = Counter(row["type"] for row in books.ledger)
    if kinds["refund"] > sum(operation.outcome != REFUSED for operation in journal.of("refund")):
        yield f"{kinds['refund']} refunds were made, more than anybody asked for"


OF_BOOKS = (
    ledgers_add_up,
    spend_is_the_sum_of_usage,
    calls_are_debited_once,
    nothing_is_held,
    refunds_stay_within_debits,
    wallets_stay_above_zero,
    limits_hold,
)
OF_CLIENTS = (budgets_hold, calls_match_what_clients_know, changes_match_what_clients_know)


def breaches(books: Books) -> list[str]:
    """What is wrong with the books in themselves."""
    return [f"{check.__name__}: {breach}" for check in OF_BOOKS for breach in check(books)]


def contradictions(books: Books, journal: Journal) -> list[str]:
    """Where the books and what the clients know differ, and answers that nobody should have been given."""
    found = [f"{check.__name__}: {breach}" for check in OF_CLIENTS for breach in check(books, journal)]
    return found + [f"strange answer: {answer}" for answer in journal.strange]


def _month(event: Row) -> str:
    return datetime.fromtimestamp(event["created_at"], UTC).strftime("%Y-%m")
