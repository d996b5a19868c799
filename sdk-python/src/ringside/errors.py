# SPDX-License-Identifier: Apache-2.0
"""Every error of the gateway as a class. The tree is drawn in `_status_errors`; the classes by code are generated."""

from __future__ import annotations

from typing import Any

from ._generated.error_classes import ERROR_CLASSES
from ._generated.errors import *  # noqa: F403  one class a code
from ._json import fields
from ._pure_errors import ModelRefError as ModelRefError, WebhookVerificationError as WebhookVerificationError
from ._status_errors import (
    RingsideArgumentError as RingsideArgumentError,
    RingsideAuthenticationError as RingsideAuthenticationError,
    RingsideBadRequestError as RingsideBadRequestError,
    RingsideConfigError as RingsideConfigError,
    RingsideConflictError as RingsideConflictError,
    RingsideDecodeError as RingsideDecodeError,
    RingsideError as RingsideError,
    RingsideInternalServerError as RingsideInternalServerError,
    RingsideNotFoundError as RingsideNotFoundError,
    RingsidePaymentRequiredError as RingsidePaymentRequiredError,
    RingsidePermissionDeniedError as RingsidePermissionDeniedError,
    RingsideRateLimitError as RingsideRateLimitError,
    RingsideStatusError as RingsideStatusError,
    RingsideUnprocessableEntityError as RingsideUnprocessableEntityError,
    title,
)

_STATUS_CLASSES: dict[int, type[RingsideStatusError]] = {
    400: RingsideBadRequestError,
    401: RingsideAuthenticationError,
    402: RingsidePaymentRequiredError,
    403: RingsidePermissionDeniedError,
    404: RingsideNotFoundError,
    409: RingsideConflictError,
    422: RingsideUnprocessableEntityError,
    429: RingsideRateLimitError,
}


def is_ringside_error(error: object, code: str | None = None) -> bool:
    """Whether the gateway answered this error, with that code if one is named. Works across copies of the package."""
    answered = isinstance(error, Exception) and hasattr(error, "status_code") and hasattr(error, "should_retry")
    return answered and (code is None or getattr(error, "code", None) == code)


def make_error(body: object, response: Any) -> RingsideStatusError:
    """The error for a refused call: its class by code, else by status. `body` is the answer, parsed if it is JSON."""
    status: int = response.status_code
    inner = fields(body).get("error", body)
    code = fields(inner).get("code")
    by_code = ERROR_CLASSES.get(code) if isinstance(code, str) else None
    fallback = RingsideInternalServerError if status >= 500 else RingsideStatusError
    error_class = by_code or _STATUS_CLASSES.get(status, fallback)
    return error_class(title(status, inner), response=response, body=inner)
