# SPDX-License-Identifier: Apache-2.0
"""What the clients know: each thing they wanted, how it ended for them, and what they were told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

#: The client has the whole answer; it was refused; or it left or was cut off and cannot know.
CONFIRMED, REFUSED, UNKNOWN = "confirmed", "refused", "unknown"


@dataclass(slots=True)
class Operation:
    """One thing a client wants once. `key` is its idempotency key if it has one, and always its tag or description."""

    key: str
    kind: str
    customer: str
    keyed: bool = True
    amount_nano: int | None = None
    outcome: str = UNKNOWN
    #: The id of the request that was answered, or of the ledger row that was made.
    result: str | None = None


@dataclass(slots=True)
class Journal:
    """Everything that happened to the clients of one run."""

    operations: list[Operation] = field(default_factory=list)
    #: Answers nobody should get: status, code and operation.
    strange: list[str] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def of(self, *kinds: str) -> list[Operation]:
        """The operations of these kinds."""
        return [operation for operation in self.operations if operation.kind in kinds]

    def summary(self) -> str:
        """One line."""
        outcomes = Counter(operation.outcome for operation in self.operations)
        told = ", ".join(f"{count} {answer}" for answer, count in sorted(self.answers.items()))
        return f"{outcomes[CONFIRMED]} confirmed, {outcomes[REFUSED]} refused, {outcomes[UNKNOWN]} unknown ({told})"
