# SPDX-License-Identifier: Apache-2.0
"""Client tokens: minted for a customer, listed, revoked at once; and checked when a browser presents one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ringside_gateway.domain import client_tokens as rules
from ringside_gateway.domain.accounts import Caller, Credential
from ringside_gateway.domain.addresses import household, parse
from ringside_gateway.domain.client_tokens import ClientToken
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.domain.pages import Page, PageRequest
from ringside_gateway.services import customers
from ringside_gateway.services.cache import Cache
from ringside_gateway.storage import client_tokens
from ringside_gateway.storage.database import Database

#: A revoked token works on for at most this long in other processes (issue of tokens, product page §8).
CACHE_S = 1.0
#: A signature once found good stays good; expiry and state are looked at on every use.
VERIFIED_S = 60.0


class ClientTokens:
    """Tokens of the caller's customers, in the caller's mode only."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring
        self._verified: Cache[str, str] = Cache(VERIFIED_S)
        self._states: Cache[str, ClientToken | None] = Cache(CACHE_S)
        self._origins: Cache[str, bool] = Cache(CACHE_S)

    def create(self, caller: Caller, customer_ref: str, fields: Mapping[str, Any]) -> tuple[ClientToken, str]:
        """A new token and its JWT; 404 `not_found` for an unknown customer."""
        now = int(time.time())
        with self._database.transaction() as tx:
            customer = customers.find(tx, caller, customer_ref)
            token = ClientToken(
                id=new_id("ct", time.time()),
                account_id=caller.account_id,
                livemode=caller.livemode,
                customer_id=customer.id,
                scope=tuple(fields.get("scope", ("chat",))),
                origins=_origins(fields, caller.livemode),
                ip=_ip(fields.get("ip")),
                bind_ip=fields.get("bind_ip", True) or fields.get("ip") is not None,
                rate_limit_rpm=fields.get("rate_limit_rpm"),
                created_at=now,
                expires_at=now + int(fields.get("ttl_seconds", rules.DEFAULT_TTL_S)),
            )
            client_tokens.insert(tx, token)
        return token, rules.sign(token, self._keyring)

    def list(self, caller: Caller, customer_ref: str, page: PageRequest) -> Page[ClientToken]:
        """One customer's tokens, newest first, for a day after they expired."""
        with self._database.reading() as tx:
            return client_tokens.page(tx, customers.find(tx, caller, customer_ref).id, page)

    def revoke(self, caller: Caller, customer_ref: str, token_id: str) -> ClientToken:
        """Ends a token: at once here, within a second in other processes; 404 `not_found`."""
        with self._database.transaction() as tx:
            token = client_tokens.find(tx, customers.find(tx, caller, customer_ref).id, token_id)
            if token is None:
                raise GatewayError("not_found", object="client token", id=token_id)
            client_tokens.revoke(tx, token.id, int(time.time()))
        self._states.forget(token.id)
        return token

    def jwt_again(self, caller: Caller, customer_ref: str, token_id: str) -> str:
        """The JWT of a token minted before, for a repeated request; it is made anew, since it is not kept."""
        with self._database.reading() as tx:
            token = client_tokens.find(tx, customers.find(tx, caller, customer_ref).id, token_id)
        if token is None:
            raise GatewayError("not_found", object="client token", id=token_id)
        return rules.sign(token, self._keyring)

    def caller(self, jwt: str, presented: Credential) -> Caller:
        """Who presents this token.

        401 `invalid_client_token`, `client_token_expired`, `client_token_revoked`; 403 `origin_not_allowed`,
        `ip_mismatch`.
        """
        token_id = self._verified.get(jwt, lambda: rules.verified_id(jwt, self._keyring))
        token = self._states.get(token_id, lambda: self._state(token_id))
        if token is None or token.revoked_at is not None:
            raise GatewayError("client_token_revoked")
        rules.check_expiry(token.expires_at)
        if token.origins and (presented.origin or "").lower() not in token.origins:
            raise GatewayError("origin_not_allowed")
        if token.bind_ip and household(self._bound(token, presented.address)) != household(presented.address):
            raise GatewayError("ip_mismatch")
        return Caller(
            token.account_id,
            token.livemode,
            token.id,
            frozenset(token.scope),
            kind="client_token",
            customer_id=token.customer_id,
            rate_limit_rpm=token.rate_limit_rpm,
        )

    def serves_origin(self, origin: str) -> bool:
        """Whether a living token names this origin, for preflights, which carry no credential."""

        def look_up() -> bool:
            with self._database.reading() as tx:
                return client_tokens.knows_origin(tx, origin.lower(), int(time.time()))

        return self._origins.get(origin, look_up)

    def _state(self, token_id: str) -> ClientToken | None:
        with self._database.reading() as tx:
            return client_tokens.find_living(tx, token_id)

    def _bound(self, token: ClientToken, address: str) -> str:
        if token.ip is not None:
            return token.ip
        self._states.forget(token.id)
        with self._database.transaction() as tx:
            return client_tokens.bind(tx, token.id, address)


def _origins(fields: Mapping[str, Any], livemode: bool) -> tuple[str, ...]:
    if "origin" in fields and "origin_allowlist" in fields:
        message = "`origin` and `origin_allowlist` exclude each other."
        raise GatewayError("invalid_request", message, param="origin")
    if "origin" in fields:
        return (rules.normal_origin(fields["origin"], livemode, "origin"),)
    given = enumerate(fields.get("origin_allowlist", ()))
    found = [rules.normal_origin(text, livemode, f"origin_allowlist[{position}]") for position, text in given]
    return tuple(dict.fromkeys(found))


def _ip(text: str | None) -> str | None:
    """An address in its usual spelling."""
    if text is None:
        return None
    address = parse(text)
    if address is None:
        raise GatewayError("invalid_request", "`ip` is not an IP address.", param="ip")
    return str(address)
