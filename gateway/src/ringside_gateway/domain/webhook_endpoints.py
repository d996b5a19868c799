# SPDX-License-Identifier: Apache-2.0
"""Webhook endpoints: URLs of a developer's own that events are sent to, and the secrets that sign what is sent."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ringside_gateway.domain._generated.events import EVENTS
from ringside_gateway.domain.errors import GatewayError

#: Every type, those of the future too.
ALL = "*"
#: What the keyring seals secrets for.
PURPOSE = "webhook secrets"
ENABLED, DISABLED = "enabled", "disabled"
#: An endpoint that failed for so long is disabled.
PATIENCE_S = 7 * 86_400
DEFAULT_OVERLAP_S = 86_400
_SECRET_BYTES = 24

Reason = Literal["failing", "gone", "manual"]


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """An endpoint. Its secrets are sealed; `failing_since` is the first failure since the last success."""

    id: str
    account_id: str
    livemode: bool
    url: str
    events: tuple[str, ...]
    description: str | None
    status: str
    disabled_reason: str | None
    failing_since: int | None
    secret: str
    previous_secret: str | None
    previous_secret_expires_at: int | None
    created_at: int
    updated_at: int

    def gets(self, event_type: str) -> bool:
        """Whether events of this type are sent to it."""
        return self.status == ENABLED and (event_type in self.events or ALL in self.events)

    def sealed_secrets(self, now: float) -> list[str]:
        """Those that sign at this moment, the newest first."""
        overlapping = self.previous_secret is not None and (self.previous_secret_expires_at or 0) > now
        return [self.secret, *([self.previous_secret] if overlapping and self.previous_secret else [])]


def new_secret() -> str:
    """`whsec_` and 192 random bits in base64, as Standard Webhooks wants it."""
    return f"whsec_{base64.b64encode(os.urandom(_SECRET_BYTES)).decode()}"


def check_types(given: Sequence[str], param: str) -> tuple[str, ...]:
    """Event types as they were given; 400 names the first that does not exist."""
    for position, event_type in enumerate(given):
        if event_type != ALL:
            check_type(event_type, f"{param}[{position}]")
    return tuple(given)


def check_type(event_type: str, param: str) -> str:
    """400 unless there are events of this type."""
    if event_type not in EVENTS:
        message = f"`{param}` is not an event type; docs/reference/events.md lists them."
        raise GatewayError("invalid_request", message, param=param)
    return event_type


def shown(endpoint: WebhookEndpoint, secret: str | None = None) -> dict[str, Any]:
    """An endpoint as the spec shows it; the secret only in the answers that made it."""
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "url": endpoint.url,
        "events": list(endpoint.events),
        "description": endpoint.description,
        "status": endpoint.status,
        "disabled_reason": endpoint.disabled_reason,
        "failing_since": endpoint.failing_since,
        "secret": secret,
        "previous_secret_expires_at": endpoint.previous_secret_expires_at,
        "livemode": endpoint.livemode,
        "created_at": endpoint.created_at,
        "updated_at": endpoint.updated_at,
    }
