# SPDX-License-Identifier: Apache-2.0
"""One attempt at a provider as data: what is sent where, and what comes back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ringside_gateway.domain.calls import Cancellation, Patience
from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.usage import Usage


class UpstreamFault(GatewayError):
    """A provider's failure. `retryable` says whether another attempt, there or elsewhere, may succeed.

    `upstream_status` is what the provider answered, None when it did not; `against_upstream` marks what speaks
    against the provider as a whole and opens its circuit breaker in the end. `another_key` means that it spoke against
    one key, and the operator has another; `given_up` that the caller left, which is nobody's fault.
    """

    another_key = False
    given_up = False

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        retryable: bool = False,
        upstream_status: int | None = None,
        against_upstream: bool = False,
        **facts: Any,
    ) -> None:
        super().__init__(code, message, **facts)
        self.retryable = retryable
        self.upstream_status = upstream_status
        self.against_upstream = against_upstream


@dataclass(frozen=True, slots=True)
class Target:
    """A model a call may end on: its ref, its facts, and which upstream serves it."""

    ref: str
    facts: ModelFacts
    upstream: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. `deadline` is the whole call's, on the monotonic clock, `patience` this try's own until it answers.

    Test mode is always served by the sandbox.
    """

    target: Target
    body: dict[str, Any]
    stream: bool
    deadline: float
    livemode: bool
    request_id: str
    cancellation: Cancellation = field(default_factory=Cancellation)
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer in OpenAI's shape. `text` gives what was written, for counting when usage is missing."""

    body: bytes
    usage: Usage | None
    text: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Chunk:
    """The JSON payload of one stream event; `is_usage` marks the last one, which has no choices."""

    data: bytes
    is_usage: bool = False


class ChunkStream(Protocol):
    """An answer under way. `usage` is known after the last chunk, if the provider told it."""

    usage: Usage | None

    @property
    def finished(self) -> bool:
        """Whether a finish reason came: from then on the provider produces nothing more that costs."""

    @property
    def ready(self) -> bool:
        """Whether the next chunk is here already, before the finish reason: then it can travel with the one before."""

    def __iter__(self) -> ChunkStream: ...

    def __next__(self) -> Chunk: ...

    def delivered_text(self) -> str:
        """What has been written so far."""

    def close(self) -> None:
        """Lets go of the provider at once, from any greenlet or thread."""
