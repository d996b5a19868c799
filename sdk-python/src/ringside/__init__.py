# SPDX-License-Identifier: Apache-2.0
"""OpenAI's Python client for the Ringside gateway, with customers, wallets, usage, model refs and webhooks.

Names load when they are first used: `from ringside import Model` does not import OpenAI's client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._version import VERSION

if TYPE_CHECKING:
    from . import errors as errors, events as events, types as types, webhooks as webhooks
    from ._async_client import AsyncRingside as AsyncRingside
    from ._client import Ringside as Ringside
    from ._meta import ResponseMeta as ResponseMeta, meta as meta
    from ._pagination import AsyncCursorPage as AsyncCursorPage, SyncCursorPage as SyncCursorPage
    from .errors import (
        RingsideConfigError as RingsideConfigError,
        RingsideError as RingsideError,
        RingsideStatusError as RingsideStatusError,
        is_ringside_error as is_ringside_error,
    )
    from .model import Model as Model, ModelRefError as ModelRefError
    from .token_source import AsyncTokenSource as AsyncTokenSource, TokenSource as TokenSource
    from .webhooks import WebhookVerificationError as WebhookVerificationError

__version__ = VERSION

#: Public names by the module that has them; a module without names is itself public.
_PUBLIC = {
    "_client": ("Ringside",),
    "_async_client": ("AsyncRingside",),
    "model": ("Model",),
    "_pure_errors": ("ModelRefError", "WebhookVerificationError"),
    "_meta": ("ResponseMeta", "meta"),
    "_pagination": ("AsyncCursorPage", "SyncCursorPage"),
    "token_source": ("AsyncTokenSource", "TokenSource"),
    "errors": ("RingsideConfigError", "RingsideError", "RingsideStatusError", "is_ringside_error"),
    "types": (),
}
_MODULE_OF = {name: module for module, names in _PUBLIC.items() for name in names}
_MODULES = ("errors", "events", "types", "webhooks")

__all__ = [
    "AsyncCursorPage",
    "AsyncRingside",
    "AsyncTokenSource",
    "Model",
    "ModelRefError",
    "ResponseMeta",
    "Ringside",
    "RingsideConfigError",
    "RingsideError",
    "RingsideStatusError",
    "SyncCursorPage",
    "TokenSource",
    "WebhookVerificationError",
    "__version__",
    "errors",
    "events",
    "is_ringside_error",
    "meta",
    "types",
    "webhooks",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f".{name}", __name__)
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
