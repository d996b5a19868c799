# SPDX-License-Identifier: Apache-2.0
"""Names per language, from the words of a wire name."""

from __future__ import annotations

import re
from collections.abc import Callable

#: Written in capitals where a language writes initialisms so (Go).
INITIALISMS = frozenset("api csv fc html http https id ip json jwt rpm sql sse tpm ttl url usd utc uuid".split())
#: How plurals end, and what stands there in the singular; the first that fits.
SINGULAR = {r"ies$": "y", r"(ch|sh|ss|x)es$": r"\1", r"(?<![su])s$": ""}
#: Names a language keeps for itself; Java's include what every object already has.
RESERVED: dict[str, frozenset[str]] = {
    "python": frozenset(
        "and as assert async await break class continue def del elif else except False finally for from "
        "global if import in is lambda None nonlocal not or pass raise return True try while with yield".split()
    ),
    "typescript": frozenset(
        "await break case catch class const continue debugger default delete do else enum export extends "
        "false finally for function if implements import in instanceof interface let new null package private "
        "protected public return static super switch this throw true try typeof var void while with yield".split()
    ),
    "go": frozenset(
        "break case chan const continue default defer else fallthrough for func go goto if import interface "
        "map package range return select struct switch type var".split()
    ),
    "java": frozenset(
        "abstract assert boolean break byte case catch char class clone const continue default do double else "
        "enum extends false final finalize finally float for getClass goto hashCode if implements import "
        "instanceof int interface long native new notify notifyAll null package private protected public "
        "record return short static strictfp super switch synchronized this throw throws toString transient "
        "true try var void volatile wait while yield".split()
    ),
}


def words(name: str) -> list[str]:
    """`WalletTransaction`, `wallet_transaction`, `wallet.transaction` and `FC-Tag` as lower-case words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


def snake(name: str) -> str:
    """`walletTransaction` as `wallet_transaction`."""
    return "_".join(words(name))


def constant(name: str) -> str:
    """`wallet_transaction` as `WALLET_TRANSACTION`."""
    return snake(name).upper()


def kebab(name: str) -> str:
    """`wallet_transaction` as `wallet-transaction`."""
    return "-".join(words(name))


def pascal(name: str) -> str:
    """`wallet_transaction` as `WalletTransaction`."""
    return "".join(word.capitalize() for word in words(name))


def camel(name: str) -> str:
    """`wallet_transaction` as `walletTransaction`."""
    first, *rest = words(name)
    return first + "".join(word.capitalize() for word in rest)


def go_exported(name: str) -> str:
    """`customer_id` as `CustomerID`."""
    return "".join(word.upper() if word in INITIALISMS else word.capitalize() for word in words(name))


def go_local(name: str) -> str:
    """`customer_id` as `customerID`."""
    first, *rest = words(name)
    return safe(first + "".join(go_exported(word) for word in rest), "go")


def singular(noun: str) -> str:
    """`webhook_deliveries` as `webhook_delivery`; what is no plural stays (`usage`, `status`)."""
    return next((re.sub(end, one, noun) for end, one in SINGULAR.items() if re.search(end, noun)), noun)


def safe(name: str, language: str) -> str:
    """The name, with an underscore behind it where the language reserves it."""
    return f"{name}_" if name in RESERVED[language] else name


#: What templates may use as filters.
FILTERS: dict[str, Callable[..., str]] = {
    function.__name__: function for function in (snake, constant, kebab, pascal, camel, go_exported, go_local, safe)
}
