# SPDX-License-Identifier: Apache-2.0
"""How requests reach a provider: one port, one pool a provider for the life of the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from ringside_gateway.domain.calls import Cancellation


class TransportError(Exception):
    """The connection failed; `kind` says how."""

    def __init__(self, kind: Literal["connect", "timeout", "reset", "truncated", "protocol"], reason: str = "") -> None:
        self.kind = kind
        super().__init__(f"{kind}: {reason}" if reason else kind)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A POST to send. `timeout_s` bounds each silence of the provider; `cancellation` ends a wait for headers too."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    connect_timeout_s: float
    timeout_s: float
    cancellation: Cancellation


class Response(Protocol):
    """An answer whose body is still to be read."""

    status: int
    headers: Mapping[str, str]

    def read(self) -> bytes:
        """The whole body; TransportError when it does not come whole."""

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives; TransportError when it ends early."""

    def close(self) -> None:
        """Ends a read that waits in another thread or greenlet, and drops the connection."""


class Transport(Protocol):
    """Sends one request."""

    def send(self, request: Outgoing) -> Response:
        """The response once its headers are there; TransportError before that."""
