# SPDX-License-Identifier: Apache-2.0
#
# OpenAIError
# └── RingsideError                          everything below
#     ├── RingsideConfigError                wrong mixture of options, found before any request
#     ├── RingsideArgumentError              a value no request can carry (a ValueError too)
#     ├── RingsideDecodeError                a Ringside resource answered something that is not its JSON
#     └── RingsideStatusError                every answer that is not a success; an openai.APIStatusError
#         ├── RingsideBadRequestError …      one a status, each also openai's class of that status,
#         │   └── one class a code           see _generated/errors.py
#         └── RingsidePaymentRequiredError   402, which the host has no class for
"""The errors one class of which stands for a whole status, and those of this package itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openai

from ._json import fields

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Text beyond this is cut from a message; `body` keeps all of it.
LONGEST_MESSAGE = 2_000


class RingsideError(openai.OpenAIError):
    """Anything this package raises on its own or for an answer of the gateway."""


class RingsideConfigError(RingsideError):
    """The client cannot be built from these options and this environment."""


class RingsideArgumentError(RingsideError, ValueError):
    """An argument that no request can carry."""


class RingsideDecodeError(RingsideError, openai.APIResponseValidationError):
    """A Ringside resource answered with something other than the JSON it promises."""


class RingsideStatusError(RingsideError, openai.APIStatusError):
    """An answer that is not a success. The message leads with status and code; `body` holds the error object."""

    retry_after_seconds: int | None
    """When the gateway says the call may succeed, in whole seconds; None when it does not say."""
    should_retry: bool | None
    """The gateway's advice on repeating the same request; None when it gave none."""

    def __init__(self, message: str, *, response: Any, body: object | None) -> None:
        super().__init__(message, response=response, body=body)
        facts = fields(body)
        code, request_id = facts.get("code"), facts.get("request_id")
        self.code = code if isinstance(code, str) else None
        if not self.request_id and isinstance(request_id, str):
            self.request_id = request_id
        self.retry_after_seconds = _retry_after(facts, response.headers)
        self.should_retry = {"true": True, "false": False}.get(response.headers.get("x-should-retry") or "")


class RingsideBadRequestError(RingsideStatusError, openai.BadRequestError):
    """400: the request itself is at fault."""


class RingsideAuthenticationError(RingsideStatusError, openai.AuthenticationError):
    """401: no credential, or not a good one."""


class RingsidePaymentRequiredError(RingsideStatusError):
    """402: a budget or a wallet is exhausted."""

    @property
    def scope(self) -> str | None:
        """Which store of money refused, such as `customer_wallet`; None when the gateway did not say."""
        value = fields(self.body).get("scope")
        return value if isinstance(value, str) else None

    @property
    def resets_at(self) -> int | None:
        """When a budget starts anew, in unix seconds; None for wallets, which do not."""
        value = fields(self.body).get("resets_at")
        return value if isinstance(value, int) else None


class RingsidePermissionDeniedError(RingsideStatusError, openai.PermissionDeniedError):
    """403: a good credential, but not for this."""


class RingsideNotFoundError(RingsideStatusError, openai.NotFoundError):
    """404: there is no such thing, or it is somebody else's."""


class RingsideConflictError(RingsideStatusError, openai.ConflictError):
    """409: something else stands in the way."""


class RingsideUnprocessableEntityError(RingsideStatusError, openai.UnprocessableEntityError):
    """422: readable, but cannot be done."""


class RingsideRateLimitError(RingsideStatusError, openai.RateLimitError):
    """429: too much in too short a time."""


class RingsideInternalServerError(RingsideStatusError, openai.InternalServerError):
    """5xx: the gateway or a provider failed."""


def title(status: int, body: object | None) -> str:
    """The message of an error: status, code, and the server's own words, cut to a readable length."""
    facts = fields(body)
    code, text = facts.get("code"), facts.get("message")
    if not isinstance(text, str) or not text:
        text = body if isinstance(body, str) else json.dumps(body, default=str) if body is not None else "(no body)"
    shown = text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}…"
    return f"{status} {code}: {shown}" if isinstance(code, str) else f"{status} {shown}"


def _retry_after(facts: Mapping[str, object], headers: Mapping[str, str]) -> int | None:
    told = facts.get("retry_after_seconds")
    if isinstance(told, int) and not isinstance(told, bool):
        return told
    header = (headers.get("retry-after") or "").strip()
    return int(header) if header.isascii() and header.isdigit() and len(header) < 10 else None
