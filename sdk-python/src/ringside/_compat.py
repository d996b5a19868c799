# SPDX-License-Identifier: Apache-2.0
# pyright: reportPrivateUsage=false, reportIncompatibleVariableOverride=false
"""The only file that touches what OpenAI's client does not document, and the OPENAI_* variables it reads.

Tried on 2.0.0, 2.54.0, 3.0.0 and 3.54.0; the tests run on the first and the last.
"""

from __future__ import annotations

import inspect
import json
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import openai
from openai import AsyncOpenAI, OpenAI
from openai._base_client import (
    AsyncPaginator as AsyncPaginator,
    BaseAsyncPage as BaseAsyncPage,
    BasePage as BasePage,
    BaseSyncPage as BaseSyncPage,
    PageInfo as PageInfo,
    make_request_options as make_request_options,
)
from openai._constants import RAW_RESPONSE_HEADER
from openai._legacy_response import (
    async_to_raw_response_wrapper as async_to_raw_response_wrapper,
    to_raw_response_wrapper as to_raw_response_wrapper,
)
from openai._resource import AsyncAPIResource as AsyncAPIResource, SyncAPIResource as SyncAPIResource
from openai._response import (
    async_to_streamed_response_wrapper as async_to_streamed_response_wrapper,
    to_streamed_response_wrapper as to_streamed_response_wrapper,
)
from openai._types import Body as Body, Headers as Headers, Query as Query

from . import _money
from ._config import Config, canonical
from ._json import fields, loads
from ._status_errors import RingsideConfigError, RingsideDecodeError
from ._version import VERSION
from .token_source import AsyncTokenSource, TokenSource

#: Options of the host that name its own ways of authenticating or a way round the gateway.
_OF_THE_HOST = ("organization", "project", "admin_api_key", "workload_identity", "provider", "data_residency")

#: The longest wait the gateway may ask for before a retry: above it the error is raised.
_LONGEST_WAIT_S = 60

#: The host refuses to start without a key; this one never leaves the constructor.
_NO_KEY = "unused: this client sends a client token"


class _Shared:
    """What the sync and the async client change in the same way. Comes before the host's class in the order."""

    customer: str | None
    tags: tuple[str, ...]
    _tokens: TokenSource | AsyncTokenSource | None

    def _begin(self, config: Config, host: dict[str, Any]) -> dict[str, Any]:
        """Takes over what is ours and gives all that the host's constructor needs, so that it looks nothing up."""
        for name in _OF_THE_HOST:
            if host.pop(name, None) is not None:
                raise RingsideConfigError(
                    f"`{name}` is an option of OpenAI's own service; the gateway has no use for it."
                )
        self.customer, self.tags, self._tokens = config.customer, config.tags, config.tokens
        return {
            **host,
            "api_key": config.api_key or _NO_KEY,
            "base_url": config.base_url,
            "webhook_secret": config.webhook_secret,
            "default_headers": config.headers,
            "default_query": config.query,
        }

    if not TYPE_CHECKING:
        # Hooks whose types are the host's and differ by version.

        @property
        def user_agent(self) -> str:
            """`OpenAI/Python <version> ringside-python/<version>`."""
            return f"OpenAI/Python {self._version} ringside-python/{VERSION}"

        @property
        def default_headers(self) -> dict[str, Any]:
            """The host's, with `FC-Customer` and `FC-Tag`."""
            ours = {"FC-Customer": self.customer, "FC-Tag": ", ".join(self.tags)}
            return {**{name: value for name, value in ours.items() if value}, **super().default_headers}

        def _should_retry(self, response: Any) -> bool:
            """As the host, but a wait of over a minute is the caller's: 2.x came back early, 3.x slept through two."""
            wait = self._parse_retry_after_header(response.headers)
            too_long = wait is not None and wait > _LONGEST_WAIT_S
            return not too_long and super()._should_retry(response)

        def _process_response_data(self, *, data: object, cast_to: Any, response: Any) -> Any:
            if _is_ours(cast_to):
                data = _promised_object(response)
            return super()._process_response_data(data=data, cast_to=cast_to, response=response)


def _forget_environment(client: Any, config: Config) -> None:
    """Drops what the host has read from its environment all the same, and the key that is none."""
    if config.tokens is not None:
        client.api_key = ""
    client.organization = client.project = client.admin_api_key = None
    client.webhook_secret = config.webhook_secret
    client._custom_headers = config.headers
    client._ambient_authorizations = frozenset()


@lru_cache(maxsize=512)  # pydantic takes its time to say that a class lacks an attribute
def _is_ours(cast_to: Any) -> bool:
    return inspect.isclass(cast_to) and hasattr(cast_to, "money_fields")


def _promised_object(response: Any) -> dict[str, Any]:
    """The answer's JSON object. Raises RingsideDecodeError for anything else."""
    try:
        found = loads(response.content)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return fields(found)  # pyright: ignore[reportUnknownArgumentType]  it is JSON
    text = f"{response.status_code} The gateway answered without the JSON object that is promised here."
    raise RingsideDecodeError(response, response.text, message=text)


def _check_kind(cast_to: Any, response: Any) -> None:
    """Looks into answers that do not call themselves JSON: the host would give their text for an object."""
    called_json = "json" in response.headers.get("content-type", "")
    if not called_json and _is_ours(cast_to) and RAW_RESPONSE_HEADER not in response.request.headers:
        _promised_object(response)


def _outgoing(options: Any, token: str | None) -> Any:
    """Header names spelt our way, the token where no other credential is, amounts as exact JSON numbers."""
    if options.headers or token is not None:
        headers: dict[str, Any] = canonical(options.headers or {})
        if token is not None:
            headers.setdefault("Authorization", f"Client {token}")
        options.headers = headers
    body = fields(options.json_data)
    if any(isinstance(value, Decimal) for value in body.values()):
        options.json_data = _money.dumps({**body, **(options.extra_json or {})})
        options.extra_json = None
    return options


def _refused_token(error: openai.AuthenticationError, options: Any) -> str | None:
    """The token the gateway called expired, unless the request cannot be repeated: files have been read."""
    if error.code != "client_token_expired" or options.files or getattr(options, "content", None) is not None:
        return None
    scheme, _, token = error.request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Client" else None


class HostClient(_Shared, OpenAI):
    """OpenAI's client without its environment, sending a client token instead of a key where there is one."""

    _tokens: TokenSource | None

    def __init__(self, config: Config, host: dict[str, Any]) -> None:
        super().__init__(**self._begin(config, host))
        _forget_environment(self, config)

    if not TYPE_CHECKING:

        def _prepare_options(self, options):
            token = None if self._tokens is None else self._tokens.token()
            return _outgoing(super()._prepare_options(options), token)

        def request(self, cast_to, options, **arguments):
            """As the host's; a call refused for an expired client token is repeated once with a new one."""
            try:
                return super().request(cast_to, options, **arguments)
            except openai.AuthenticationError as error:
                refused = _refused_token(error, options)
                if self._tokens is None or refused is None or self._tokens.replace(refused) is None:
                    raise
            return super().request(cast_to, options, **arguments)

        def _process_response(self, *, cast_to, response, **arguments):
            _check_kind(cast_to, response)
            try:
                return super()._process_response(cast_to=cast_to, response=response, **arguments)
            except json.JSONDecodeError:
                if _is_ours(cast_to):
                    _promised_object(response)
                raise


class AsyncHostClient(_Shared, AsyncOpenAI):
    """As `HostClient`, for asyncio and trio."""

    _tokens: AsyncTokenSource | None

    def __init__(self, config: Config, host: dict[str, Any]) -> None:
        super().__init__(**self._begin(config, host))
        _forget_environment(self, config)

    if not TYPE_CHECKING:

        async def _prepare_options(self, options):
            token = None if self._tokens is None else await self._tokens.token()
            return _outgoing(await super()._prepare_options(options), token)

        async def request(self, cast_to, options, **arguments):
            """As `HostClient.request`."""
            try:
                return await super().request(cast_to, options, **arguments)
            except openai.AuthenticationError as error:
                refused = _refused_token(error, options)
                if self._tokens is None or refused is None or await self._tokens.replace(refused) is None:
                    raise
            return await super().request(cast_to, options, **arguments)

        async def _process_response(self, *, cast_to, response, **arguments):
            _check_kind(cast_to, response)
            try:
                return await super()._process_response(cast_to=cast_to, response=response, **arguments)
            except json.JSONDecodeError:
                if _is_ours(cast_to):
                    _promised_object(response)
                raise


def settings_of(client: Any) -> dict[str, Any]:
    """The options a copy of the client starts from; the connection pool is shared."""
    key = getattr(client, "_api_key_provider", None) or client.api_key
    return {
        "api_key": key or None,
        "client_token": client._tokens,
        "base_url": str(client.base_url),
        "customer": client.customer,
        "tags": client.tags,
        "webhook_secret": client.webhook_secret,
        "websocket_base_url": client.websocket_base_url,
        "timeout": client.timeout,
        "max_retries": client.max_retries,
        "http_client": client._client,
        "default_headers": client._custom_headers,
        "default_query": client._custom_query,
        "_strict_response_validation": client._strict_response_validation,
    }
