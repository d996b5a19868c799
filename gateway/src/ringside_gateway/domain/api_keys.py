# SPDX-License-Identifier: Apache-2.0
"""Server keys: `sk_(live|test)_`, 32 base62 characters, a 6-character checksum; kept only as SHA-256."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
import zlib
from dataclasses import dataclass

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
DEFAULT_SCOPES = ("api:chat", "api:write", "api:webhooks", "api:client_tokens", "api:read")
ALL_SCOPES = (*DEFAULT_SCOPES, "api:admin")
_SHAPE = re.compile(r"sk_(live|test)_([0-9A-Za-z]{32})([0-9A-Za-z]{6})")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it can be shown: never its secret, only its last four characters."""

    id: str
    account_id: str
    livemode: bool
    name: str
    last4: str
    scopes: tuple[str, ...]
    created_at: int
    expires_at: int | None = None
    revoked_at: int | None = None
    last_used_at: int | None = None


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = BASE62[digit] + digits
    return digits


def new_secret(livemode: bool) -> str:
    """A fresh key: 190 random bits, and a checksum so that a typing error never reaches the database."""
    prefix = f"sk_{'live' if livemode else 'test'}_"
    body = "".join(secrets.choice(BASE62) for _ in range(32))
    return prefix + body + _checksum(prefix + body)


def is_well_formed(secret: str) -> bool:
    """Whether the shape and the checksum are those of a key."""
    return _SHAPE.fullmatch(secret) is not None and secret[-6:] == _checksum(secret[:-6])


def fingerprint(secret: str) -> str:
    """What is stored instead of the key. Plain SHA-256: the secret has too many random bits to be guessed."""
    return hashlib.sha256(secret.encode()).hexdigest()
