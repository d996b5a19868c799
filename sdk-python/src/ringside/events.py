# SPDX-License-Identifier: Apache-2.0
"""Webhook events: one class a type, `UnknownEvent` for types of the future, `Event` for any of them."""

from ._events import EventData as EventData, UnknownEvent as UnknownEvent, WebhookEvent as WebhookEvent
from ._generated.event_types import Event as Event
from ._generated.events import *  # noqa: F403  one class an event type
