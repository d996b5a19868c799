# SPDX-License-Identifier: Apache-2.0
"""Signs deliveries twice over: as spec/signatures says, and as Standard Webhooks does for tools that know that."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence

from ringside_gateway.domain._generated.headers import (
    WEBHOOK_ID,
    WEBHOOK_SIGNATURE,
    WEBHOOK_TIMESTAMP,
    X_FC_SIGNATURE,
)

PREFIX = "whsec_"


def signed_headers(event_id: str, body: bytes, secrets: Sequence[str], now: float) -> dict[str, str]:
    """The headers of one attempt; one signature of each kind a secret."""
    stamp = str(int(now))
    ours = f"{stamp}.".encode() + body
    standard = f"{event_id}.{stamp}.".encode() + body
    ours_hex = [hmac.digest(secret.encode(), ours, "sha256").hex() for secret in secrets]
    standard_64 = [base64.b64encode(hmac.digest(_bytes(secret), standard, "sha256")).decode() for secret in secrets]
    return {
        X_FC_SIGNATURE: ",".join([f"t={stamp}", *(f"v1={digest}" for digest in ours_hex)]),
        WEBHOOK_ID: event_id,
        WEBHOOK_TIMESTAMP: stamp,
        WEBHOOK_SIGNATURE: " ".join(f"v1,{digest}" for digest in standard_64),
    }


def _bytes(secret: str) -> bytes:
    """Standard Webhooks' key: what follows the prefix, decoded; a secret of another kind stands for itself."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return secret.encode()
