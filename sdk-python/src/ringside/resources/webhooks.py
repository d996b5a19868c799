# SPDX-License-Identifier: Apache-2.0
"""`client.webhooks`: OpenAI's, whole, with the check of Ringside's own deliveries beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from openai.resources.webhooks import AsyncWebhooks, Webhooks

from .. import webhooks as pure

if TYPE_CHECKING:
    from .._generated.event_types import Event
    from ..types import WebhookEndpoint


class _Verifier:
    """Verification needs no network, so the sync and the async resource share it."""

    _client: Any

    def verify(
        self,
        payload: pure.Payload,
        headers: pure.Headers,
        *,
        secret: pure.Secret | None = None,
        tolerance: pure.Tolerance = pure.DEFAULT_TOLERANCE_S,
        now: float | None = None,
    ) -> Event:
        """The typed event, once its `X-FC-Signature` is ours and its time is within 300 s. Hand over the raw body.

        `secret` defaults to the client's `webhook_secret`. Raises WebhookVerificationError, whose `reason` says why.
        """
        return pure.verify(payload, headers, secret=self._secret(secret), tolerance=tolerance, now=now)

    def verify_header(
        self,
        payload: pure.Payload,
        headers: pure.Headers,
        *,
        secret: pure.Secret | None = None,
        tolerance: pure.Tolerance = pure.DEFAULT_TOLERANCE_S,
        now: float | None = None,
    ) -> None:
        """As `verify`, without looking into the body."""
        pure.verify_header(payload, headers, secret=self._secret(secret), tolerance=tolerance, now=now)

    def sign(self, payload: pure.Payload, *, secret: pure.Secret | None = None, timestamp: int | None = None) -> str:
        """The header value a delivery of this body would carry; for tests of your receiver."""
        return pure.sign(payload, secret=self._secret(secret), timestamp=timestamp)

    def _secret(self, secret: pure.Secret | None) -> pure.Secret:
        return secret if secret is not None else self._client.webhook_secret or ""


class RingsideWebhooks(_Verifier, Webhooks):
    """OpenAI's `unwrap` and the rest, and `verify` for deliveries of a Ringside gateway."""

    @overload
    def create(self, *, url: str, events: Sequence[str], description: str | None = None) -> WebhookEndpoint: ...

    @overload
    def create(self, **host: Any) -> Any: ...

    def create(self, **params: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """With `events`: `client.webhook_endpoints.create`, which has all that endpoints can do. Else the host's."""
        create = self._client.webhook_endpoints.create if "events" in params else super().create
        return create(**params)


class AsyncRingsideWebhooks(_Verifier, AsyncWebhooks):
    """As `RingsideWebhooks`; checking a signature waits for nothing and is not awaited."""

    @overload
    async def create(self, *, url: str, events: Sequence[str], description: str | None = None) -> WebhookEndpoint: ...

    @overload
    async def create(self, **host: Any) -> Any: ...

    async def create(self, **params: Any) -> Any:  # pyright: ignore[reportIncompatibleMethodOverride]
        """As `RingsideWebhooks.create`."""
        create = self._client.webhook_endpoints.create if "events" in params else super().create
        return await create(**params)
