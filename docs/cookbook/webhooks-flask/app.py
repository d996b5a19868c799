# SPDX-License-Identifier: Apache-2.0
"""Receives Ringside's events with Flask: FC_WEBHOOK_SECRET=whsec_... flask run"""

from __future__ import annotations

import os

from flask import Flask, Response, request
from ringside import WebhookVerificationError, events, webhooks

app = Flask(__name__)
SECRET = os.environ["FC_WEBHOOK_SECRET"]


@app.post("/hook")
def hook() -> Response:
    """204 to genuine deliveries, 400 to all else. `get_data` gives the raw body, which is what was signed."""
    try:
        event = webhooks.verify(request.get_data(), request.headers, secret=SECRET)
    except WebhookVerificationError as refused:
        return Response(refused.reason, status=400)
    if isinstance(event, events.WalletLowEvent):
        print(f"wallet of {event.data.object.customer}: {event.data.object.balance_usd} USD", flush=True)
    print(f"received {event.id}", flush=True)
    return Response(status=204)


if __name__ == "__main__":
    app.run(port=int(os.environ.get("PORT", "3000")))
