# SPDX-License-Identifier: Apache-2.0
"""Sells prepaid AI with Flask: FC_API_KEY, FC_BASE_URL and FC_WEBHOOK_SECRET set, `python shop.py`."""

from __future__ import annotations

import os
from decimal import Decimal

from flask import Flask, Response, jsonify, render_template, request
from ringside import Ringside, WebhookVerificationError, errors, events, meta

PORT = int(os.environ.get("PORT", "3000"))
MODEL = "fc:anthropic/claude-opus-4-6"

app = Flask(__name__, template_folder=".")
client = Ringside()


def signed_in() -> str:
    """Who is asking, in your own words: take it from your session, never from the request's parameters."""
    return "user_42"


def customer_of(user: str) -> str:
    """The user's id at the gateway; made at the first visit, with the terms you sell at."""
    return client.customers.get_or_create(external_id=user, markup_percent=30, budget_usd=20).id


@app.post("/paid")
def paid() -> Response:
    """Your payment provider says, at least once, that an order is paid: the key lets it count once."""
    order = request.get_json()
    client.customers.wallet.topup(
        customer_of(order["user"]),
        amount_usd=Decimal(order["amount"]),
        description=f"order {order['number']}",
        idempotency_key=f"order-{order['number']}",
    )
    return Response(status=204)


@app.post("/ask")
def ask() -> Response:
    """An answer, and below it what it took from the wallet."""
    calls = client.for_customer(customer_of(signed_in())).chat.completions.with_raw_response
    try:
        raw = calls.create(model=MODEL, messages=[{"role": "user", "content": request.get_data(as_text=True)}])
    except errors.CustomerWalletEmptyError:
        return Response("Your credits are used up.\n", status=402)
    except errors.CustomerBudgetExceededError:
        return Response("You have reached this month's limit.\n", status=402)
    money = meta(raw)
    text = raw.parse().choices[0].message.content
    return Response(f"{text}\ntook {money.wallet_deducted} USD, left {money.wallet_balance} USD\n")


@app.post("/hook")
def hook() -> Response:
    """Events of the gateway. The raw body is what was signed."""
    try:
        event = client.webhooks.verify(request.get_data(), request.headers)
    except WebhookVerificationError as refused:
        return Response(refused.reason, status=400)
    if isinstance(event, events.WalletLowEvent):
        print(f"offer a top-up: {event.data.object.balance_usd} USD left", flush=True)
    return Response(status=204)


@app.get("/books")
def books() -> Response:
    """What the user used, what it was billed and what you earned."""
    customer = customer_of(signed_in())
    usage = client.customers.retrieve_usage(customer)
    margin = client.customers.retrieve_margin(customer)
    return jsonify(
        calls=usage.total_requests,
        billed_usd=str(margin.total_billable_usd),
        earned_usd=str(margin.total_margin_usd),
    )


@app.post("/token")
def token() -> Response:
    """Lets the user's page call the gateway itself for 15 minutes, from this origin and one address."""
    origin = request.host_url.rstrip("/")
    minted = client.customers.client_tokens.create(customer_of(signed_in()), scope=["chat"], origin=origin)
    return Response(minted.token)


@app.get("/")
def page() -> str:
    """The page, which is told where the gateway is."""
    return render_template("page.html", gateway=client.base_url, model=MODEL)


if __name__ == "__main__":
    app.run(host="localhost", port=PORT)
