# SPDX-License-Identifier: Apache-2.0
"""The way of an event to its endpoints, in steps of one short transaction each; what is sent is sent between them.

A step notes what attempts came to, queues new events for the endpoints that want them, and claims what is due.
Killed at any instant, a worker loses nothing: what it had claimed is due again when its lease is over.
"""

from __future__ import annotations

import random
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.lanes import Lanes
from ringside_gateway.domain.webhook_deliveries import (
    FORGOTTEN,
    GONE,
    LEASE_TIMEOUTS,
    MOST_AGE_S,
    TOO_OLD,
    Answer,
    WebhookDelivery,
    judge,
)
from ringside_gateway.domain.webhook_endpoints import (
    DISABLED,
    ENABLED,
    PATIENCE_S,
    PURPOSE,
    Reason,
    WebhookEndpoint,
    shown,
)
from ringside_gateway.domain.webhook_signatures import signed_headers
from ringside_gateway.egress.webhooks import Webhooks
from ringside_gateway.services import events
from ringside_gateway.services.webhook_deliveries import queued
from ringside_gateway.storage import outbox, webhook_deliveries, webhook_endpoints
from ringside_gateway.storage.database import Database, Transaction

#: Events queued in one step.
BATCH = 50
#: Bodies kept in memory, since one event goes to many endpoints.
_KEPT_BODIES = 2000


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claimed delivery with all that sending it needs. `number` is the fence: 1 for the first attempt."""

    delivery: WebhookDelivery
    number: int
    endpoint: WebhookEndpoint
    body: bytes


class Deliver:
    """Events to endpoints; one for each worker process."""

    def __init__(self, database: Database, keyring: Keyring, webhooks: Webhooks) -> None:
        self._database = database
        self._keyring = keyring
        self._webhooks = webhooks
        self._lease_ms = int(LEASE_TIMEOUTS * webhooks.timeout_s * 1000)
        self._chance = random.Random()
        self._bodies: OrderedDict[str, bytes] = OrderedDict()
        self._secrets: dict[str, str] = {}
        self._lanes = Lanes()
        self._unrecorded: list[tuple[Attempt, Answer]] = []
        self._agent = f"Ringside-Webhooks/{version('ringside-gateway')}"

    @property
    def under_way(self) -> int:
        """How many attempts were handed out and not reported on."""
        return self._lanes.under_way

    def step(self, done: Sequence[tuple[Attempt, Answer]]) -> list[Attempt]:
        """Takes the answers of attempts, and hands out the next ones to `send`."""
        self._webhooks.hang_up_on_overdue()
        now = self._take(done)
        with self._database.transaction() as tx:
            self._record(tx, now)
            _fan_out(tx, now)
            claimed = self._claim(tx, now)
        self._unrecorded = []
        for attempt in claimed:
            self._lanes.begin(attempt.endpoint.id)
        return claimed

    def finish(self, done: Sequence[tuple[Attempt, Answer]]) -> None:
        """Notes the last answers before the process ends."""
        now = self._take(done)
        with self._database.transaction() as tx:
            self._record(tx, now)
        self._unrecorded = []

    def send(self, attempt: Attempt) -> Answer:
        """One attempt, outside any transaction; never raises."""
        now = time.time()
        secrets = [secret for sealed in attempt.endpoint.sealed_secrets(now) if (secret := self._opened(sealed))]
        if not secrets:
            return Answer(0, error="its secret cannot be read: no key of secret_keys opens it", unsent=True)
        event = attempt.delivery.event_id
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._agent,
            **signed_headers(event, attempt.body, secrets, now),
        }
        return self._webhooks.post(attempt.endpoint.url, attempt.endpoint.livemode, headers, attempt.body)

    def _take(self, done: Sequence[tuple[Attempt, Answer]]) -> float:
        """Frees the lanes at once; what cannot be noted now (no database) is noted by a later step."""
        now = time.time()
        for attempt, answer in done:
            self._lanes.finish(attempt.endpoint.id, answer.succeeded, now)
        self._unrecorded += done
        return now

    def _record(self, tx: Transaction, now: float) -> None:
        failed: dict[tuple[str, str], Answer] = {}  # by endpoint and URL: an earlier URL's answer says nothing of this
        succeeded: set[tuple[str, str]] = set()
        for attempt, answer in self._unrecorded:
            verdict = judge(answer, attempt.number, attempt.delivery.created_at, now, self._chance)
            webhook_deliveries.record(tx, attempt.delivery.id, attempt.number, answer, verdict, int(now))
            place = (attempt.endpoint.id, attempt.endpoint.url)
            if answer.succeeded:
                succeeded.add(place)
            elif not answer.unsent and (answer.status == GONE or place not in failed):
                failed[place] = answer
        for endpoint in webhook_endpoints.load(tx, sorted({name for name, _ in succeeded})).values():
            if (endpoint.id, endpoint.url) in succeeded and endpoint.failing_since is not None:
                webhook_endpoints.set_failing_since(tx, endpoint.id, None)
        _note_failures(tx, {place: answer for place, answer in failed.items() if place not in succeeded}, int(now))

    def _claim(self, tx: Transaction, now: float) -> list[Attempt]:
        now_ms = int(now * 1000)
        waiting = webhook_deliveries.endpoints_due(tx, now_ms)
        self._chance.shuffle(waiting)
        found: list[WebhookDelivery] = []
        for endpoint_id, room in self._lanes.shares(waiting, now).items():
            found += webhook_deliveries.due(tx, endpoint_id, now_ms, room)
        bodies = self._load_bodies(tx, {delivery.event_id for delivery in found})
        young = [delivery for delivery in found if delivery.created_at >= now - MOST_AGE_S]
        fresh = [delivery for delivery in young if delivery.event_id in bodies]
        webhook_deliveries.bury(tx, _apart(found, young), TOO_OLD)
        webhook_deliveries.bury(tx, _apart(young, fresh), FORGOTTEN)
        webhook_deliveries.claim(tx, [delivery.id for delivery in fresh], now_ms + self._lease_ms)
        endpoints = webhook_endpoints.load(tx, sorted({delivery.endpoint_id for delivery in fresh}))
        return [
            Attempt(delivery, delivery.attempts + 1, endpoints[delivery.endpoint_id], bodies[delivery.event_id])
            for delivery in fresh
        ]

    def _load_bodies(self, tx: Transaction, ids: set[str]) -> dict[str, bytes]:
        missing = sorted(ids - self._bodies.keys())
        if missing:
            self._bodies |= outbox.bodies(tx, missing)
        found = {name: self._bodies[name] for name in ids if name in self._bodies}
        while len(self._bodies) > _KEPT_BODIES:
            self._bodies.popitem(last=False)
        return found

    def _opened(self, sealed: str) -> str | None:
        """The secret, None when no key opens it."""
        if sealed not in self._secrets:
            if len(self._secrets) > _KEPT_BODIES:
                self._secrets.clear()
            try:
                self._secrets[sealed] = self._keyring.open(sealed, PURPOSE)
            except ValueError:
                return None
        return self._secrets[sealed]


def _apart(all_of: Sequence[WebhookDelivery], without: Sequence[WebhookDelivery]) -> list[str]:
    return sorted({delivery.id for delivery in all_of} - {delivery.id for delivery in without})


def _fan_out(tx: Transaction, now: float) -> None:
    """Queues the oldest new events for every endpoint that wants them."""
    waiting = outbox.pending(tx, BATCH)
    if not waiting:
        return
    modes = {(event.account_id, event.livemode) for event in waiting}
    endpoints = {mode: webhook_endpoints.of_account(tx, *mode) for mode in sorted(modes)}
    webhook_deliveries.insert(
        tx,
        [
            queued(endpoint, event.id, event.type, now)
            for event in waiting
            for endpoint in endpoints[event.account_id, event.livemode]
            if endpoint.gets(event.type)
        ],
    )
    outbox.mark_dispatched(tx, waiting, int(now))


def _note_failures(tx: Transaction, failed: Mapping[tuple[str, str], Answer], now: int) -> None:
    """Starts the clock of an endpoint's failures, or disables it when that ran out or the receiver said it is gone.

    `failed` is by the endpoint's id and URL.
    """
    doomed = []
    for endpoint in webhook_endpoints.load(tx, sorted({name for name, _ in failed})).values():
        answer = failed.get((endpoint.id, endpoint.url))
        if _reason_to_disable(endpoint, answer, now):
            doomed.append(endpoint.id)
        elif answer and endpoint.status == ENABLED and endpoint.failing_since is None:
            webhook_endpoints.set_failing_since(tx, endpoint.id, now)
    for endpoint in webhook_endpoints.load(tx, doomed, lock=True).values():  # changed meanwhile, it is judged as it is
        if reason := _reason_to_disable(endpoint, failed.get((endpoint.id, endpoint.url)), now):
            disabled = replace(endpoint, status=DISABLED, disabled_reason=reason, updated_at=now)
            webhook_endpoints.replace(tx, disabled)
            events.write(tx, disabled, "webhook_endpoint.disabled", shown(disabled))


def _reason_to_disable(endpoint: WebhookEndpoint, answer: Answer | None, now: int) -> Reason | None:
    if answer is None or endpoint.status != ENABLED:
        return None
    if answer.status == GONE:
        return "gone"
    failing_for_s = 0 if endpoint.failing_since is None else now - endpoint.failing_since
    return "failing" if failing_for_s >= PATIENCE_S else None
