# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks on the standard library's server, and a signed delivery to try it. Needs no gateway."""

import json
import os
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer

from ringside import WebhookVerificationError, events, webhooks

SECRET = os.environ.get("FC_WEBHOOK_SECRET", "whsec_example")


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to genuine deliveries and 400 to all else."""

    def do_POST(self) -> None:
        """Verifies the raw body before anything is made of it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            event = webhooks.verify(body, self.headers, secret=SECRET)
        except WebhookVerificationError as error:
            print(f"refused: {error.reason}")
            self.send_response(400)
        else:
            if isinstance(event, events.WalletLowEvent):
                print(
                    f"{event.id}: wallet of {event.data.object.customer} is down to {event.data.object.balance_usd} USD"
                )
            self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the server's own name
        """Quiet."""


server = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()

delivery = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "wallet.low",
        "created_at": int(time.time()),
        "livemode": False,
        "data": {"object": {"object": "wallet", "customer": "cus_42", "balance_usd": 0.42}},
    }
).encode()
for body in (delivery, delivery.replace(b"0.42", b"99.0")):
    signature = webhooks.sign(delivery, secret=SECRET)
    request = urllib.request.Request(f"http://127.0.0.1:{server.server_port}", body, {"X-FC-Signature": signature})
    try:
        print(urllib.request.urlopen(request).status)
    except urllib.error.HTTPError as refused:
        print(refused.code)
server.shutdown()
