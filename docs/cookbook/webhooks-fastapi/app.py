# SPDX-License-Identifier: Apache-2.0
"""Receives Ringside's events with FastAPI: FC_WEBHOOK_SECRET=whsec_... uvicorn app:app"""

from __future__ import annotations

import os

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from ringside import WebhookVerificationError, events, webhooks

app = FastAPI()
SECRET = os.environ["FC_WEBHOOK_SECRET"]


@app.post("/hook", status_code=204)
async def hook(request: Request) -> None:
    """204 to genuine deliveries, 400 to all else. A body model would parse what has to be verified as it came."""
    try:
        event = webhooks.verify(await request.body(), request.headers, secret=SECRET)
    except WebhookVerificationError as refused:
        raise HTTPException(400, refused.reason) from refused
    if isinstance(event, events.WalletLowEvent):
        print(f"wallet of {event.data.object.customer}: {event.data.object.balance_usd} USD", flush=True)
    print(f"received {event.id}", flush=True)


if __name__ == "__main__":
    uvicorn.run(app, port=int(os.environ.get("PORT", "3000")), log_level="warning")
