# SPDX-License-Identifier: Apache-2.0
"""What an operator asks a running gateway: metrics, the state of Redis, the account, proofs of the books."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from command_line import run
from gateway_process import Gateway, free_port
from wire import chat


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """With a Redis that is not there."""
    running = Gateway(
        tmp_path_factory.mktemp("gateway"),
        RINGSIDE_REDIS_URL=f"redis://127.0.0.1:{free_port()}/0",
        RINGSIDE_WORKERS="2",
    )
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def api(gateway: Gateway) -> Iterator[httpx.Client]:
    with gateway.client() as client:
        yield client


def figures(gateway: Gateway) -> dict[str, int]:
    answered = httpx.get(gateway.url.removesuffix("/v1") + "/metrics")
    assert answered.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answered.text.splitlines() if not line.startswith("#")]
    return {name: int(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_metrics_count_over_all_workers_and_say_that_redis_is_not_there(gateway: Gateway, api: httpx.Client) -> None:
    before = figures(gateway)
    api.post("/customers", json={"external_id": "limited", "rate_limit_rpm": 5})
    for _ in range(8):
        with gateway.client() as fresh:
            fresh.post("/chat/completions", json=chat(), headers={"FC-Customer": "limited"})
    after = figures(gateway)
    assert after['ringside_errors_total{code="customer_rate_limit_exceeded"}'] == 3
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert (grown['ringside_requests_total{status="4xx"}'], grown['ringside_requests_total{status="2xx"}']) == (3, 7)
    assert after["ringside_redis_fallbacks_total"] >= 5
    assert (after["ringside_holds_open"], after["ringside_database_up"]) == (0, 1)
    assert after["ringside_outbox_backlog"] >= 0
    ready = httpx.get(gateway.url.removesuffix("/v1") + "/readyz")
    assert (ready.status_code, ready.json()["checks"]["database"]) == (200, True)
    assert "Redis does not answer" in (gateway.folder / "gateway.log").read_text()


def test_metrics_name_nobody_and_are_not_there_through_a_proxy(gateway: Gateway, api: httpx.Client) -> None:
    url = gateway.url.removesuffix("/v1") + "/metrics"
    assert "cus_" not in httpx.get(url).text
    assert "acct_" not in httpx.get(url).text
    for header in ("X-Forwarded-For", "Forwarded"):
        hidden = httpx.get(url, headers={header: "127.0.0.1"})
        assert (hidden.status_code, hidden.json()["error"]["code"]) == (404, "route_not_found")


def test_the_account_is_shown_and_set_in_the_shell_and_holds_at_once(gateway: Gateway, api: httpx.Client) -> None:
    folder = gateway.folder
    assert run("account", "set", "--markup-percent", "50", folder=folder).stdout == "changed\n"
    customer = api.post("/customers", json={"external_id": "marked-up"}).json()["id"]
    api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer})
    margin = api.get(f"/customers/{customer}/margin").json()
    assert margin["total_billable_usd"] == pytest.approx(1.5 * margin["total_cost_usd"])
    assert "balance 0.000001 USD" in run("account", "topup", "0.000001", folder=folder).stdout
    refused = api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer})
    assert (refused.status_code, refused.json()["error"]["code"]) == (402, "wallet_empty")
    assert refused.json()["error"]["scope"] == "account_wallet"
    assert "balance 10.000001 USD" in run("account", "topup", "10", folder=folder).stdout
    assert api.post("/chat/completions", json=chat(), headers={"FC-Customer": customer}).status_code == 200
    shown = run("account", "show", folder=folder).stdout
    assert "markup_percent           50" in shown
    for amount in ("NaN", "0"):
        assert run("account", "topup", amount, folder=folder).exit_code != 0


def test_the_books_are_proved_in_the_shell(gateway: Gateway) -> None:
    proved = run("database", "reconcile", folder=gateway.folder)
    assert (proved.exit_code, proved.stdout) == (0, "everything adds up\n")
    assert run("database", "checksums", folder=gateway.folder).exit_code == 0
