# SPDX-License-Identifier: Apache-2.0
"""Google Cloud: a service account's key, exchanged for access tokens, or an access token as it is.

developers.google.com/identity/protocols/oauth2/service-account (RFC 7523).
"""

from __future__ import annotations

import threading
import time
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jwt
import orjson

from ringside_gateway.domain.catalogue import ProviderFacts
from ringside_gateway.domain.upstream import UpstreamFault
from ringside_gateway.providers.authorization import Authorizer, Refusal
from ringside_gateway.providers.transport import Outgoing, Transport

_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"
_LIFETIME_S = 3600
#: A token is not used in its last minute. Before that there are minutes in which one call fetches the next token
#: while all others go on with the old one.
_LAST_S, _RENEWAL_S = 60, 300
_MAX_ANSWER_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; times are on the monotonic clock."""

    text: str
    fetched: float
    expires: float


def authorizer(facts: ProviderFacts, _options: Mapping[str, str], transport: Transport) -> Authorizer:
    """Bearer tokens for the operator's service account."""
    return GoogleAuthorizer(facts.name, transport)


class GoogleAuthorizer:
    """A key is the JSON of a service account (or of gcloud's own login), a path to it, or an access token."""

    def __init__(self, provider: str, transport: Transport, clock: Callable[[], float] = time.monotonic) -> None:
        self._provider, self._transport, self._clock = provider, transport, clock
        self._accounts: dict[str, dict[str, Any]] = {}
        self._tokens: dict[str, Token] = {}
        self._lock = threading.Lock()

    def headers(self, key: str, request: Outgoing) -> Mapping[str, str]:
        """The bearer token; only a call that finds none left waits for Google."""
        return {"Authorization": f"Bearer {self._token(key, request) if _is_account(key) else key}"}

    def repaired(self, key: str, refusal: Refusal) -> bool:
        """A token that Google withdrew is fetched anew, unless it was just fetched."""
        token = self._tokens.get(key)
        if refusal.status != 401 or token is None or self._clock() - token.fetched < _LAST_S:
            return False
        self._tokens.pop(key, None)
        return True

    def _token(self, key: str, request: Outgoing) -> str:
        token = self._tokens.get(key)
        left = -1.0 if token is None else token.expires - self._clock()
        if token is not None and left > _RENEWAL_S:
            return token.text
        if token is not None and left > _LAST_S:
            return self._renewed(key, request, token)
        with self._lock:
            token = self._tokens.get(key)
            if token is None or token.expires - self._clock() <= _LAST_S:
                token = self._tokens[key] = self._fetched(key, request)
            return token.text

    def _renewed(self, key: str, request: Outgoing, token: Token) -> str:
        """The next token, if nobody else is fetching it and Google gives one; else the old one still does."""
        if self._lock.acquire(blocking=False):
            try:
                token = self._tokens[key] = self._fetched(key, request)
            except Exception:
                # The old token is good for minutes, in which others try again.
                return token.text
            finally:
                self._lock.release()
        return token.text

    def _fetched(self, key: str, request: Outgoing) -> Token:
        account = self._account(key)
        now = self._clock()
        asked = replace(
            request,
            url=account.get("token_uri") or _TOKEN_URL,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept-Encoding": "identity"},
            body=urllib.parse.urlencode(_grant(account)).encode(),
        )
        answered = self._transport.send(asked)
        told = _object(answered.read(_MAX_ANSWER_BYTES))
        text, lifetime = told.get("access_token"), told.get("expires_in", _LIFETIME_S)
        if answered.status >= 500:
            raise UpstreamFault(
                "upstream_error", retryable=True, provider=self._provider, reason="it gives no access token now"
            )
        if answered.status != 200 or not isinstance(text, str) or not isinstance(lifetime, int):
            raise self._unusable(f"Google gives no access token for it ({str(told.get('error'))[:60]})")
        return Token(text, now, now + lifetime)

    def _account(self, key: str) -> dict[str, Any]:
        account = self._accounts.get(key)
        if account is None:
            try:
                text = key if key.lstrip().startswith("{") else Path(key).read_text(encoding="utf-8")
            except OSError as error:
                raise self._unusable("its file cannot be read") from error
            account = _object(text.encode())
            if not ({"client_email", "private_key"} <= account.keys() or "refresh_token" in account):
                raise self._unusable("it is not the JSON of a service account")
            self._accounts[key] = account
        return account

    def _unusable(self, why: str) -> UpstreamFault:
        reason = f"this gateway's credentials for {self._provider} cannot be used: {why}"
        return UpstreamFault(
            "model_unavailable", retryable=True, upstream_status=401, model=self._provider, reason=reason
        )


def _is_account(key: str) -> bool:
    return key.lstrip().startswith("{") or key.endswith(".json")


def _grant(account: Mapping[str, Any]) -> dict[str, str]:
    """What is exchanged for a token."""
    if "refresh_token" in account:
        names = ("client_id", "client_secret", "refresh_token")
        return {"grant_type": "refresh_token", **{name: str(account.get(name, "")) for name in names}}
    now = int(time.time())
    claims = {
        "iss": account["client_email"],
        "scope": _SCOPE,
        "aud": account.get("token_uri") or _TOKEN_URL,
        "iat": now,
        "exp": now + _LIFETIME_S,
    }
    headers = {"kid": account["private_key_id"]} if account.get("private_key_id") else None
    return {"grant_type": _GRANT, "assertion": jwt.encode(claims, account["private_key"], "RS256", headers)}


def _object(data: bytes) -> dict[str, Any]:
    try:
        parsed = orjson.loads(data)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
