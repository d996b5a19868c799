# SPDX-License-Identifier: Apache-2.0
"""Options and FC_* variables resolved, wrong mixtures refused, before anything is sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from urllib.parse import parse_qsl, urlsplit

from ._status_errors import RingsideArgumentError, RingsideConfigError
from .token_source import AsyncTokenSource, TokenSource

PUBLIC_BASE_URL = "https://api.fightclub.pro/v1"
#: Headers whose other spellings would otherwise travel beside ours.
_OWN_HEADERS = {name.lower(): name for name in ("Authorization", "FC-Customer", "FC-Tag", "Idempotency-Key")}


class HostOptions(TypedDict, total=False):
    """Options of OpenAI's client that a Ringside client takes unchanged."""

    timeout: Any
    """Seconds, or an `openai.Timeout`; 10 minutes when not given."""
    max_retries: int
    default_headers: Mapping[str, str] | None
    default_query: Mapping[str, object] | None
    http_client: Any
    """Your own client of the HTTP library that the installed openai uses."""
    websocket_base_url: Any
    _strict_response_validation: bool


@dataclass(frozen=True)
class Options:
    """The options of a Ringside client, as given."""

    api_key: object
    client_token: object
    base_url: object
    customer: object
    tags: object
    webhook_secret: str | None
    host: Mapping[str, Any]


@dataclass(frozen=True, repr=False)
class Config:
    """What a client is built from. `api_key` is "" where `tokens` speak for the caller."""

    api_key: str | Callable[[], Any]
    tokens: Any
    base_url: str
    query: dict[str, object]
    customer: str | None
    tags: tuple[str, ...]
    webhook_secret: str | None
    headers: dict[str, str]


def resolve(options: Options, source: type[TokenSource] | type[AsyncTokenSource]) -> Config:
    """The configuration these options and FC_* variables stand for. Raises RingsideConfigError."""
    base_url, query = _base(options.base_url)
    tokens = _tokens(options, source)
    return Config(
        api_key="" if tokens is not None else _key(options.api_key),
        tokens=tokens,
        base_url=base_url,
        query={**query, **(options.host.get("default_query") or {})},
        customer=None if options.customer is None else _header_text("customer", options.customer),
        tags=_tags(options.tags),
        webhook_secret=options.webhook_secret or _env("FC_WEBHOOK_SECRET"),
        headers=canonical(options.host.get("default_headers") or {}),
    )


def canonical(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The headers with our names spelt our way. Raises RingsideArgumentError where a value of ours cannot travel."""
    named = {_OWN_HEADERS.get(name.lower(), name): value for name, value in headers.items()}
    for name in ("FC-Customer", "FC-Tag", "Idempotency-Key"):
        value = named.get(name)
        if isinstance(value, str) and not _is_header_text(value):
            raise RingsideArgumentError(f"`{name}` must be a non-empty ASCII text without control characters.")
    return named


def _tokens(options: Options, source: type[TokenSource] | type[AsyncTokenSource]) -> Any:
    token: Any = options.client_token
    if token is None:
        return None
    if options.api_key is not None:
        raise RingsideConfigError("Pass either `api_key` or `client_token`, not both.")
    if isinstance(token, (TokenSource, AsyncTokenSource)):
        if isinstance(token, source):
            return token
        raise RingsideConfigError(f"`client_token` must be a {source.__name__} here.")
    try:
        return source(token)
    except ValueError as error:
        raise RingsideConfigError(str(error)) from None


def _key(api_key: Any) -> str | Callable[[], Any]:
    """The key without blanks around it, which files and variables often bring. Never quoted in an error."""
    if callable(api_key):
        return api_key  # type: ignore[no-any-return]
    key = _env("FC_API_KEY") if api_key is None else api_key
    if key is None:
        raise RingsideConfigError("No credentials: pass `api_key` or `client_token`, or set FC_API_KEY.")
    text = key.strip() if isinstance(key, str) else ""
    if not text or " " in text or not _is_header_text(text):
        raise RingsideConfigError("`api_key` must be a non-empty string of visible ASCII characters.")
    return text


def _base(given: object) -> tuple[str, dict[str, object]]:
    """The address without its query, which becomes the default query: the host would put the path behind it."""
    text = str(given) if given is not None else _env("FC_BASE_URL") or PUBLIC_BASE_URL
    try:
        url = urlsplit(text.strip())
        port_is_fine = url.port is None or url.port > 0
    except ValueError:
        raise RingsideConfigError(f"`base_url` is not a URL: {text!r}") from None
    plain = url.username is None and url.password is None and not url.fragment and port_is_fine
    if url.scheme not in ("http", "https") or not url.hostname or not plain:
        raise RingsideConfigError("`base_url` must be http(s), without user name, password and fragment.")
    query: dict[str, object] = dict(parse_qsl(url.query, keep_blank_values=True))
    return f"{url.scheme}://{url.netloc}{url.path.rstrip('/')}", query


def _tags(given: Any) -> tuple[str, ...]:
    listed: Sequence[object] = () if given is None else (given,) if isinstance(given, str) else tuple(given)
    tags = tuple(_header_text("tags", tag) for tag in listed)
    if any("," in tag for tag in tags):
        raise RingsideConfigError("A tag must not hold a comma: commas separate tags on the way.")
    return tags


def _header_text(name: str, value: object) -> str:
    if isinstance(value, str) and _is_header_text(value):
        return value
    raise RingsideConfigError(
        f"`{name}` travels in a header: it must be a non-empty ASCII string without control characters or outer blanks."
    )


def _is_header_text(value: str) -> bool:
    return bool(value) and value == value.strip() and all(" " <= character <= "~" for character in value)


def _env(name: str) -> str | None:
    return os.environ.get(name, "").strip() or None
