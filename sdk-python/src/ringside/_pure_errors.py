# SPDX-License-Identifier: Apache-2.0
"""Errors of the parts that know neither the client nor OpenAI's package."""

from __future__ import annotations

from typing import Literal

#: Why a delivery was refused; the same words in every Ringside SDK.
Refusal = Literal[
    "missing_header", "malformed_header", "no_match", "timestamp_out_of_tolerance", "decode", "config", "argument"
]


class ModelRefError(ValueError):
    """A ref that cannot be built or read; `part` names what is wrong with it."""

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


class WebhookVerificationError(ValueError):
    """A delivery that must not be trusted, or a call that cannot decide. `reason` says which."""

    def __init__(self, reason: Refusal, message: str) -> None:
        super().__init__(message)
        self.reason: Refusal = reason
