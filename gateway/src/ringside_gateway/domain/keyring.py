# SPDX-License-Identifier: Apache-2.0
"""The operator's secret, and the keys made of it: one a purpose, so that none can stand in for another.

Several secrets may be known at once: the first signs and seals, the others still verify and open (rotation).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence

#: Shorter secrets could be guessed.
MIN_SECRET_LENGTH = 32
_NONCE_BYTES = 12


class Keyring:
    """Keys for signing and sealing, found by their id, which tells nothing about them."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [secret.encode() for secret in secrets]

    def signing(self, purpose: str) -> tuple[str, bytes]:
        """Id and 32 bytes of the key that signs now."""
        return next(iter(self.verifying(purpose).items()))

    def verifying(self, purpose: str) -> dict[str, bytes]:
        """All keys of a purpose by id, the signing one first."""
        keys = (hmac.digest(secret, b"ringside " + purpose.encode(), "sha256") for secret in self._secrets)
        return {hashlib.sha256(key).hexdigest()[:12]: key for key in keys}

    def seal(self, text: str, purpose: str) -> str:
        """The text encrypted and authenticated (AES-256-GCM), as ASCII."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # slow to import, and seldom needed

        key_id, key = self.signing(purpose)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), purpose.encode())
        return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def is_sealed_with_first(self, sealed: str, purpose: str) -> bool:
        """Whether the first secret alone still opens this text."""
        return sealed.partition(".")[0] == self.signing(purpose)[0]

    def open(self, sealed: str, purpose: str) -> str:
        """The text of `seal`; ValueError when its secret is not known any more or it was tampered with."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key_id, _, encoded = sealed.partition(".")
        key = self.verifying(purpose).get(key_id)
        if key is None:
            raise ValueError("sealed with a secret that is not among secret_keys any more")
        raw = base64.urlsafe_b64decode(encoded)
        try:
            return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode()).decode()
        except InvalidTag as error:
            raise ValueError("the sealed text was changed") from error
