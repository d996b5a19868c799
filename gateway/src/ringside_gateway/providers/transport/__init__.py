# SPDX-License-Identifier: Apache-2.0
"""How requests reach a provider: one port, one set of connections for the life of the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from ringside_gateway.domain.calls import Cancellation, Patience

Kind = Literal["connect", "timeout", "reset", "truncated", "damaged", "protocol", "too_large", "closed"]


class TransportError(Exception):
    """The connection failed; `kind` says how, `sent` whether the provider may have seen the request.

    `closed` means that this side gave up: the caller has gone.
    """

    def __init__(self, kind: Kind, reason: str = "", *, sent: bool = True) -> None:
        self.kind, self.sent = kind, sent
        super().__init__(f"{kind}: {reason}" if reason else kind)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A POST to send. `timeout_s` bounds each silence of the provider, `deadline` (monotonic clock) the whole.

    `patience` bounds it too, and may be moved while the answer comes. `cancellation` ends a wait for the connection,
    the headers or the body.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    connect_timeout_s: float = 10.0
    timeout_s: float = 300.0
    deadline: float = float("inf")
    cancellation: Cancellation = field(default_factory=Cancellation)
    patience: Patience = field(default_factory=Patience)

    @property
    def ends_at(self) -> float:
        """When this request must be over, as things stand."""
        return min(self.deadline, self.patience.until)


class Response(Protocol):
    """An answer whose body is still to be read. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]

    def read(self, limit_bytes: int) -> bytes:
        """The whole body; TransportError when it does not come whole or is larger than the limit."""

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives; TransportError when it ends early."""

    def finish(self) -> None:
        """Nobody reads on: keeps the connection for the next call where that is possible. Never waits."""

    def close(self) -> None:
        """Ends a read that waits in another thread or greenlet, and drops the connection."""


class Transport(Protocol):
    """Sends one request."""

    def send(self, request: Outgoing) -> Response:
        """The response once its headers are there; TransportError before that."""
