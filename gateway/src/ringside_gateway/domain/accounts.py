# SPDX-License-Identifier: Apache-2.0
"""Who is calling, and on whose account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ringside_gateway.domain.errors import GatewayError


@dataclass(frozen=True, slots=True)
class Credential:
    """What a request presents: its `Authorization` and `Origin` headers, and the address it comes from."""

    authorization: str | None
    origin: str | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. `customer_id` is set only for client tokens, which belong to one customer."""

    account_id: str
    livemode: bool
    credential_id: str
    scopes: frozenset[str]
    kind: Literal["api_key", "client_token"] = "api_key"
    customer_id: str | None = None
    rate_limit_rpm: int | None = None

    def cost_shown(self, cost_nano: int, billable_nano: int) -> int:
        """What "cost" means to this caller: what providers charge is the developer's business, not the customer's."""
        return cost_nano if self.kind == "api_key" else billable_nano

    def require_scope(self, scope: str) -> None:
        """403 `insufficient_scope` unless the credential holds `scope`."""
        if scope not in self.scopes:
            raise GatewayError("insufficient_scope", scope=scope)


@dataclass(frozen=True, slots=True)
class Account:
    """One mode (live or test) of a developer's account. Amounts in nano-dollars; None means no limit, no wallet."""

    id: str
    livemode: bool
    name: str
    balance_nano: int | None = None
    held_nano: int = 0
    markup_ppm: int = 0
    rate_limit_rpm: int | None = None
    rate_limit_tpm: int | None = None
    customer_rate_limit_rpm: int | None = None
    customer_rate_limit_tpm: int | None = None
    auto_create_customers: bool = True
