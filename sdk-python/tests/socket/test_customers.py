# SPDX-License-Identifier: Apache-2.0
"""Customers, wallets, usage, keys and models over a socket: routes, bodies, typed answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from replies import answer, page, refusal
from scripted_server import ScriptedServer

from ringside import Ringside, SyncCursorPage, errors, meta, types

CUSTOMER = {
    "id": "cus_1",
    "object": "customer",
    "external_id": "u/1",
    "budget_usd": 0.1,
    "status": "brand_new",
    "metadata": {"a": "b"},
    "created_at": 1_767_225_600,
    "fresh": {"kept": [1, 2.5]},
}


def test_a_customer_is_created_with_wire_names(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER))
    made = client.customers.create(
        external_id="u/1", budget_usd=Decimal("0.1"), rate_limit_rpm=60, metadata={"a": "é 🥊", "b": "‮\u0000"}
    )
    assert (server.last.method, server.last.target) == ("POST", "/v1/customers")
    assert server.last.json() == {
        "external_id": "u/1",
        "budget_usd": 0.1,
        "rate_limit_rpm": 60,
        "metadata": {"a": "é 🥊", "b": "‮\u0000"},
    }
    assert isinstance(made, types.Customer)
    assert (made.id, made.budget_usd, made.status) == ("cus_1", Decimal("0.1"), "brand_new")


def test_what_this_version_does_not_know_is_kept_and_written_again(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER))
    customer = client.customers.retrieve("cus_1")
    assert customer.model_extra == {"fresh": {"kept": [1, 2.5]}}
    assert customer.to_dict(mode="json") == CUSTOMER


def test_absent_and_null_answers_are_tolerated(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"id": None, "budget_usd": None, "spend_usd_mtd": 3, "metadata": None}))
    customer = client.customers.retrieve("cus_1")
    assert (customer.id, customer.budget_usd, customer.name) == (None, None, None)
    assert customer.spend_usd_mtd == Decimal(3)
    assert isinstance(customer.spend_usd_mtd, Decimal)


def test_an_update_clears_what_is_none_and_leaves_what_is_absent(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER))
    client.customers.update("cus_1", budget_usd=None)
    assert (server.last.method, server.last.target, server.last.json()) == (
        "PATCH",
        "/v1/customers/cus_1",
        {"budget_usd": None},
    )


def test_a_delete_answers_what_was_deleted(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"id": "cus_1", "object": "customer", "deleted": True}))
    assert client.customers.delete("cus_1").deleted is True
    assert (server.last.method, server.last.body) == ("DELETE", b"")


@pytest.mark.parametrize("text", ["0", "0.1", "8999999.123456789", "1000000000", "999999999.999999999", "0.000000001"])
def test_amounts_survive_with_every_digit(client: Ringside, server: ScriptedServer, text: str) -> None:
    server.script(answer(f'{{"id":"cus_1","budget_usd":{text}}}'.encode()))
    customer = client.customers.update("cus_1", budget_usd=Decimal(text))
    assert customer.budget_usd == Decimal(text)
    assert f'"budget_usd": {text}' in server.last.body.decode()


def test_a_float_amount_is_sent_as_python_prints_it(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"id": "txn_1", "amount_usd": 12.5}))
    client.customers.wallet.topup("cus_1", amount_usd=12.5)
    assert server.last.json() == {"amount_usd": 12.5}


def test_extra_body_query_and_headers_are_added_and_win(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER))
    client.customers.create(
        external_id="a",
        budget_usd=Decimal("1.10"),
        extra_body={"external_id": "b", "later": 1},
        extra_query={"expand": "wallet"},
        extra_headers={"X-Mine": "1"},
    )
    assert server.last.json() == {"external_id": "b", "budget_usd": 1.1, "later": 1}
    assert (server.last.target, server.last.header("x-mine")) == ("/v1/customers?expand=wallet", "1")


def test_every_method_gives_its_raw_response(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER, x_ringside_wallet_balance="7.50", x_request_id="req_1"), page(["cus_1"]))
    raw: Any = client.customers.with_raw_response.retrieve("cus_1")
    assert (raw.http_response.headers["x-request-id"], raw.request_id) == ("req_1", "req_1")
    assert meta(raw).wallet_balance == Decimal("7.50")
    assert raw.parse().budget_usd == Decimal("0.1")
    listed = client.customers.with_raw_response.list().parse()
    assert isinstance(listed, SyncCursorPage)
    assert [customer.id for customer in listed] == ["cus_1"]


def test_a_streamed_response_is_read_when_asked(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"object": "wallet", "balance_usd": 0.30}))
    with client.customers.with_streaming_response.wallet.retrieve("cus_1") as response:
        assert response.parse().balance_usd == Decimal("0.3")
    assert server.last.target == "/v1/customers/cus_1/wallet"


def test_a_wallet_is_read_with_its_newest_transactions(client: Ringside, server: ScriptedServer) -> None:
    rows = [{"id": "txn_2", "type": "fee", "amount_usd": -0.25, "balance_after_usd": 9.75}]
    server.script(answer({"object": "wallet", "balance_usd": 9.75, "transactions": {"data": rows, "has_more": False}}))
    wallet = client.customers.wallet.retrieve("ext:u/1", limit=1)
    assert server.last.target == "/v1/customers/ext:u%2F1/wallet?limit=1"
    assert [(row.type, row.amount_usd) for row in wallet.transactions.data] == [("fee", Decimal("-0.25"))]


def test_wallet_bookings_answer_their_row(client: Ringside, server: ScriptedServer) -> None:
    server.script(*[answer({"id": f"txn_{number}", "amount_usd": 5}) for number in range(3)])
    wallet = client.customers.wallet
    wallet.topup("cus_1", amount_usd=5, description="March")
    wallet.adjust("cus_1", amount_usd=Decimal("-0.000000001"), reason="rounding")
    row = wallet.refund("cus_1", transaction_id="txn_1")
    assert row.amount_usd == Decimal(5)
    assert [(request.target, request.json()) for request in server.requests] == [
        ("/v1/customers/cus_1/wallet/topup", {"amount_usd": 5, "description": "March"}),
        ("/v1/customers/cus_1/wallet/adjust", {"amount_usd": -1e-09, "reason": "rounding"}),
        ("/v1/customers/cus_1/wallet/refund", {"transaction_id": "txn_1"}),
    ]


def test_usage_is_summed_and_found_by_request(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"object": "usage_summary", "total_cost_usd": 0.25}), answer({"id": "ue_1", "cost_usd": 1}))
    assert client.usage.retrieve(customer="cus_1", since="2026-11-01").total_cost_usd == Decimal("0.25")
    assert server.last.target == "/v1/usage?since=2026-11-01&customer=cus_1"
    assert client.usage.retrieve_event("req_1").cost_usd == Decimal(1)
    assert server.last.target == "/v1/usage/events/req_1"


def test_models_have_openais_methods_and_resolve(client: Ringside, server: ScriptedServer) -> None:
    facts = {"provider": "anthropic", "price": {"input_usd": 3, "output_usd": 0.15}}
    resolution = {"object": "model_resolution", "resolved": "fc:a/b", "model": {"id": "fc:a/b", "ringside": facts}}
    server.script(answer(resolution), page(["fc:a/b"]), answer({"id": "fc:a/b", "object": "model"}))
    answered = client.models.resolve(ref="match:a/b>=4,<6")
    assert server.last.target == "/v1/models/resolve?ref=match%3Aa%2Fb%3E%3D4%2C%3C6"
    assert answered.model.ringside.price.output_usd == Decimal("0.15")
    assert [model.id for model in client.models.list()] == ["fc:a/b"]
    assert client.models.retrieve("fc:a/b").id == "fc:a/b"
    assert client.models.with_raw_response.resolve


def test_a_secret_shown_once_is_not_shown_by_a_log(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"id": "key_1", "secret": "sk_test_new", "last4": "_new"}))
    key = client.api_keys.create()
    assert "sk_test_new" not in f"{key!r} {key} {[key]}"
    assert (key.secret, key.to_dict()["secret"]) == ("sk_test_new", "sk_test_new")


def test_a_key_is_made_and_rolled(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"id": "key_1", "secret": "sk_test_new"}), answer({"id": "key_2"}))
    assert client.api_keys.create(name="ci", scopes=["api:chat"]).secret == "sk_test_new"
    client.api_keys.roll("key_1", overlap_seconds=60)
    assert (server.last.target, server.last.json()) == ("/v1/api_keys/key_1/roll", {"overlap_seconds": 60})


class TestGetOrCreate:
    """The helper for "make sure this customer exists"."""

    def test_it_finds_the_customer_there_is(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(answer(CUSTOMER))
        assert client.customers.get_or_create(external_id="u/1").id == "cus_1"
        assert [(request.method, request.target) for request in server.requests] == [("GET", "/v1/customers/ext:u%2F1")]

    def test_it_creates_one_that_is_missing(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(refusal(404, "not_found"), answer(CUSTOMER))
        client.customers.get_or_create(external_id="u/1", name="Zoë")
        assert server.last.json() == {"external_id": "u/1", "name": "Zoë"}

    def test_it_takes_the_customer_of_whoever_was_faster(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(refusal(404, "not_found"), refusal(409, "external_id_taken"), answer(CUSTOMER))
        assert client.customers.get_or_create(external_id="u/1").id == "cus_1"
        assert [request.method for request in server.requests] == ["GET", "POST", "GET"]

    def test_it_takes_the_options_of_a_call(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(refusal(404, "not_found"), answer(CUSTOMER))
        mine = {"X-Mine": "1"}
        client.customers.get_or_create(external_id="u", extra_headers=mine, idempotency_key="mine", timeout=5)
        assert [request.header("x-mine") for request in server.requests] == ["1", "1"]
        assert [request.header("idempotency-key") for request in server.requests] == [None, "mine"]
        assert server.last.header("x-stainless-read-timeout") == "5"
        assert server.last.json() == {"external_id": "u"}

    def test_it_passes_other_refusals_on(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(refusal(403, "insufficient_scope"))
        with pytest.raises(errors.InsufficientScopeError):
            client.customers.get_or_create(external_id="u/1")
