# SPDX-License-Identifier: Apache-2.0
"""Webhook secrets while `secret_keys` change: what was sealed goes on signing, a lost key is no receiver's fault."""

from __future__ import annotations

from dataclasses import replace

import pytest
from receivers import Receiver
from ringside import webhooks
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.pages import PageRequest
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.egress.webhooks import Webhooks
from ringside_gateway.services.deliver import Deliver
from ringside_gateway.services.webhook_deliveries import WebhookDeliveries
from ringside_gateway.services.webhook_endpoints import WebhookEndpoints
from ringside_gateway.services.webhook_secrets import Survey, WebhookSecrets
from ringside_gateway.storage.database import Database

OLD, NEW = "o" * 32, "n" * 32


def endpoints(database: Database, *keys: str) -> WebhookEndpoints:
    return WebhookEndpoints(database, Keyring(keys), Addresses(True))


def secrets(database: Database, *keys: str) -> WebhookSecrets:
    return WebhookSecrets(database, Keyring(keys))


def deliver(database: Database, *keys: str) -> Deliver:
    return Deliver(database, Keyring(keys), Webhooks(Addresses(True), 5.0))


def test_what_an_old_key_sealed_is_sealed_with_the_first_and_opens_without_the_old(
    database: Database, caller: Caller
) -> None:
    made, first = endpoints(database, OLD).create(caller, {"url": "http://127.0.0.1:9/"})
    _, second = endpoints(database, OLD).rotate_secret(caller, made.id, {})
    before = endpoints(database, NEW, OLD).retrieve(caller, made.id)
    assert secrets(database, NEW, OLD).survey() == Survey([made.id], [])
    assert secrets(database, NEW, OLD).seal_anew() == 1
    assert secrets(database, NEW, OLD).seal_anew() == 0
    assert secrets(database, NEW).survey() == Survey([], [])
    after = endpoints(database, NEW).retrieve(caller, made.id)
    opened = [Keyring([NEW]).open(sealed, "webhook secrets") for sealed in after.sealed_secrets(0)]
    assert opened == [second, first]
    kept = replace(after, secret=before.secret, previous_secret=before.previous_secret)
    assert kept == before, "nothing else changes"


def test_sealing_anew_takes_nothing_back_that_is_rotated_meanwhile(
    database: Database, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = endpoints(database, OLD), endpoints(database, NEW, OLD)
    made, _ = old.create(caller, {"url": "http://127.0.0.1:9/"})
    rotated: list[str] = []
    seal = Keyring.seal

    def rotate_meanwhile(self: Keyring, text: str, purpose: str) -> str:
        if not rotated:
            rotated.append("")
            rotated[0] = old.rotate_secret(caller, made.id, {"overlap_seconds": 0})[1]
        return seal(self, text, purpose)

    monkeypatch.setattr(Keyring, "seal", rotate_meanwhile)
    secrets(database, NEW, OLD).seal_anew()
    assert new.secret_again(caller, made.id) == rotated[0]
    assert new.retrieve(caller, made.id).previous_secret is None


def test_a_secret_that_no_key_opens_is_left_and_named(database: Database, caller: Caller) -> None:
    lost, secret = endpoints(database, OLD).create(caller, {"url": "http://127.0.0.1:9/"})
    endpoints(database, NEW).create(caller, {"url": "http://127.0.0.1:9/"})
    assert secrets(database, NEW).seal_anew() == 0
    assert secrets(database, NEW).survey() == Survey([], [lost.id])
    assert endpoints(database, OLD).secret_again(caller, lost.id) == secret
    with pytest.raises(GatewayError, match=r"^409 idempotency_answer_lost: .*Rotate"):
        endpoints(database, NEW).secret_again(caller, lost.id)


def test_a_previous_secret_that_cannot_be_opened_does_not_keep_the_new_one_from_signing(
    database: Database, caller: Caller
) -> None:
    with Receiver() as receiver:
        made, _ = endpoints(database, OLD).create(caller, {"url": receiver.url})
        _, secret = endpoints(database, NEW).rotate_secret(caller, made.id, {})
        WebhookDeliveries(database).test(caller, made.id, {})
        worker = deliver(database, NEW)
        (attempt,) = worker.step([])
        assert worker.send(attempt).succeeded
        (received,) = receiver.wait(1)
        webhooks.verify(received.body, received.headers, secret=secret)


def test_a_lost_key_is_not_taken_for_a_failure_of_the_receiver(database: Database, caller: Caller) -> None:
    with Receiver() as receiver:
        made, _ = endpoints(database, OLD).create(caller, {"url": receiver.url})
        WebhookDeliveries(database).test(caller, made.id, {})
        worker = deliver(database, NEW)
        (attempt,) = worker.step([])
        answer = worker.send(attempt)
        worker.step([(attempt, answer)])
        log = WebhookDeliveries(database).list(caller, made.id, PageRequest(9), status=None, event=None)
        (row,) = log.items
        assert row.status == "pending"
        assert "secret_keys" in str(row.error)
        assert endpoints(database, NEW).retrieve(caller, made.id).failing_since is None
        assert receiver.received == []
