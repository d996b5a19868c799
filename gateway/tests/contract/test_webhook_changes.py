# SPDX-License-Identifier: Apache-2.0
"""Changes of webhook endpoints that happen at once, over two connections: none takes another's back."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.webhook_deliveries import Answer
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.egress.webhooks import Webhooks
from ringside_gateway.services.deliver import Deliver
from ringside_gateway.services.webhook_deliveries import WebhookDeliveries
from ringside_gateway.services.webhook_endpoints import WebhookEndpoints
from ringside_gateway.storage.database import Database

URL = "http://127.0.0.1:9/"
KEYRING = Keyring(["k" * 32])


@pytest.fixture
def endpoints(database: Database) -> WebhookEndpoints:
    return WebhookEndpoints(database, KEYRING, Addresses(True))


def at_once(database: Database, first: Callable[[], object], second: Callable[[], object]) -> None:
    """The second begins when the first is done but not committed."""
    other = threading.Thread(target=second)
    with database.transaction():
        first()
        other.start()
        other.join(0.3)
    other.join()


def gone(database: Database, caller: Caller, endpoint_id: str) -> Callable[[], object]:
    """Notes that a receiver said 410 to an attempt made before."""
    WebhookDeliveries(database).test(caller, endpoint_id, {})
    worker = Deliver(database, KEYRING, Webhooks(Addresses(True), 5.0))
    done = [(attempt, Answer(1, 410)) for attempt in worker.step([])]
    return lambda: worker.step(done)


def test_of_two_endpoints_made_at_once_both_have_their_events_written(
    database: Database, caller: Caller, endpoints: WebhookEndpoints
) -> None:
    at_once(
        database,
        lambda: endpoints.create(caller, {"url": URL, "events": ["chat.completion.finished"]}),
        lambda: endpoints.create(caller, {"url": URL, "events": ["wallet.low"]}),
    )
    with database.reading() as tx:
        sql = "SELECT webhook_events FROM accounts WHERE id = ? AND livemode = 0"
        assert tx.execute(sql, (caller.account_id,)).fetchone()[0] == "chat.completion.finished wallet.low"


def test_disabling_an_endpoint_takes_back_no_secret_that_is_rotated_meanwhile(
    database: Database, caller: Caller, endpoints: WebhookEndpoints
) -> None:
    made, _ = endpoints.create(caller, {"url": URL})
    secrets: list[str] = []
    told = gone(database, caller, made.id)
    at_once(database, lambda: secrets.append(endpoints.rotate_secret(caller, made.id, {})[1]), told)
    assert endpoints.retrieve(caller, made.id).disabled_reason == "gone"
    assert endpoints.secret_again(caller, made.id) == secrets[0]


def test_what_an_old_url_answered_does_not_disable_the_new_one(
    database: Database, caller: Caller, endpoints: WebhookEndpoints
) -> None:
    made, _ = endpoints.create(caller, {"url": URL})
    told = gone(database, caller, made.id)
    at_once(database, lambda: endpoints.update(caller, made.id, {"url": URL + "new"}), told)
    found = endpoints.retrieve(caller, made.id)
    assert (found.url, found.status, found.failing_since) == (URL + "new", "enabled", None)


def test_an_endpoint_that_is_enabled_at_that_moment_is_not_disabled_for_what_was_before(
    database: Database, caller: Caller, endpoints: WebhookEndpoints, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = endpoints.create(caller, {"url": URL})
    with database.transaction() as tx:
        tx.execute("UPDATE webhook_endpoints SET failing_since = 1")
    WebhookDeliveries(database).test(caller, made.id, {})
    worker = Deliver(database, KEYRING, Webhooks(Addresses(True), 5.0))
    done = [(attempt, Answer(1, 500)) for attempt in worker.step([])]
    at_once(database, lambda: endpoints.update(caller, made.id, {"status": "enabled"}), lambda: worker.step(done))
    assert endpoints.retrieve(caller, made.id).status == "enabled"
