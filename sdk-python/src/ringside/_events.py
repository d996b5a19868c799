# SPDX-License-Identifier: Apache-2.0
"""What every webhook event has; the types the spec names are generated."""

from __future__ import annotations

from typing import Any

from ._models import RingsideModel


class EventData(RingsideModel):
    """What an event carries."""

    object: dict[str, Any]
    """The object the event is about, as it was then."""


class WebhookEvent(RingsideModel):
    """A verified delivery. `id` is the dedupe key: events may come twice and in any order."""

    id: str
    object: str
    created_at: int
    livemode: bool
    test: bool = False
    """True in an event made up by `webhook_endpoints.test`: do not act on it."""


class UnknownEvent(WebhookEvent):
    """An event of a type this version does not know; nothing of it is lost."""

    type: str
    data: EventData
