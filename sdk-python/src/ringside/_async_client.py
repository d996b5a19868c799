# SPDX-License-Identifier: Apache-2.0
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false
"""The async client: OpenAI's, with Ringside's resources, errors and configuration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from openai import NotGiven, not_given
from typing_extensions import Self, Unpack

from ._compat import settings_of
from ._config import HostOptions, Options, resolve
from ._derive import ChangeOptions, changed
from ._generated.async_client import AsyncResourcesClient
from .errors import RingsideStatusError, make_error
from .token_source import AsyncTokenProvider, AsyncTokenSource

if TYPE_CHECKING:
    from .resources.customers import AsyncCustomers
    from .resources.webhooks import AsyncRingsideWebhooks


class AsyncRingside(AsyncResourcesClient):
    """OpenAI's client with Ringside's resources. One instance serves a whole program.

    `for_customer` derives cheap clients that share its connections. Raises RingsideConfigError for a wrong mixture of
    options, before any request.
    """

    def __init__(
        self,
        *,
        api_key: str | Callable[[], Awaitable[str]] | None = None,
        client_token: str | AsyncTokenProvider | AsyncTokenSource | None = None,
        base_url: str | None = None,
        customer: str | None = None,
        tags: str | Sequence[str] | None = None,
        webhook_secret: str | None = None,
        **host: Unpack[HostOptions],
    ) -> None:
        given = Options(api_key, client_token, base_url, customer, tags, webhook_secret, host)
        super().__init__(resolve(given, AsyncTokenSource), {**host})

    @cached_property
    def customers(self) -> AsyncCustomers:
        """Your own users, tenants or teams, and their wallets."""
        from .resources.customers import AsyncCustomers

        return AsyncCustomers(self)

    @cached_property
    def webhooks(self) -> AsyncRingsideWebhooks:
        """OpenAI's webhooks, whole, with the check of Ringside's own deliveries beside it."""
        from .resources.webhooks import AsyncRingsideWebhooks

        return AsyncRingsideWebhooks(self)

    def for_customer(self, customer: str, *, tags: str | Sequence[str] | NotGiven | None = not_given) -> Self:
        """A client whose calls are made for this customer: a `cus_` id or your own id.

        A call's own `FC-Customer` header still wins.
        """
        return self.copy(customer=customer, tags=tags)

    def copy(self, **changes: Unpack[ChangeOptions]) -> Self:  # type: ignore[override]  # ours, and less of the host's
        """A client with some options changed, of the same class and on the same connections.

        None leaves an option as it is, but removes `customer`, `tags` and `timeout`.
        """
        return type(self)(**changed(settings_of(self), changes))

    with_options = copy  # type: ignore[assignment]  # as copy

    def _make_status_error(self, err_msg: str, *, body: object, response: Any) -> RingsideStatusError:  # noqa: ARG002
        return make_error(body, response)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={str(self.base_url)!r}, customer={self.customer!r}, tags={self.tags!r})"
