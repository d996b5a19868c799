# SPDX-License-Identifier: Apache-2.0
"""What a resource gets to see of a request, and what the edge needs to serve one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Any

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.calls import Cancellation, Reservation
from ringside_gateway.domain.limits import LimitState
from ringside_gateway.domain.pages import DEFAULT_LIMIT, PageRequest
from ringside_gateway.http.addresses import TrustedProxies
from ringside_gateway.http.connections import Connections
from ringside_gateway.http.edge_limits import EdgeLimits
from ringside_gateway.services import Services


@dataclass(frozen=True, slots=True)
class Edge:
    """The services and the limits of this edge; one for the life of the process."""

    services: Services
    edge_limits: EdgeLimits
    connections: Connections
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    cors_origins: frozenset[str] = frozenset()
    metrics_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    max_body_bytes: int = 25 * 1024 * 1024
    body_deadline_s: float = 30.0
    version: str = ""


@dataclass(slots=True)
class Request:
    """A request that was authenticated, parsed and checked against the spec."""

    id: str
    caller: Caller
    body: dict[str, Any]
    query: dict[str, Any]
    path: Mapping[str, str]
    accept: str
    environ: Mapping[str, Any]
    customer_ref: str | None = None
    tags: tuple[str, ...] = ()
    reservation: Reservation | None = None
    cancellation: Cancellation = field(default_factory=Cancellation)

    @property
    def page(self) -> PageRequest:
        """The page asked for."""
        query = self.query
        return PageRequest(query.get("limit", DEFAULT_LIMIT), query.get("after"), query.get("before"))


@dataclass(slots=True)
class Reply:
    """What a resource answers: a JSON value, raw bytes, or a stream. `kept` replaces `value` where it is stored."""

    value: Any = None
    kept: Any = None
    data: bytes | None = None
    stream: Any = None
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    limit: LimitState | None = None
    status: int = 200


Responder = Callable[[Any, Request], Reply]
