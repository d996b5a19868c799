# SPDX-License-Identifier: Apache-2.0
"""Client tokens: short-lived JWTs (HS256) for browsers, each for one customer, its origins and one address.

The claims are in spec/client_tokens/claims.schema.json. The row in the database has the last word: a token without a
living row is worth nothing, whoever signed it.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import Any

from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.keyring import Keyring

PURPOSE = "client tokens"
ISSUER, AUDIENCE = "ringside", "ringside-client"
DEFAULT_TTL_S = 900
#: A token of ours has some 500 characters; nothing longer is looked at.
MAX_TOKEN_LENGTH = 4096
#: How far the clocks of two gateways may be apart.
CLOCK_SKEW_S = 5
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
_REQUIRED = ["iss", "aud", "sub", "jti", "iat", "exp"]


@dataclass(frozen=True, slots=True)
class ClientToken:
    """A token as it can be shown. `ip` is what it is bound to, None until its first use when `bind_ip`."""

    id: str
    account_id: str
    livemode: bool
    customer_id: str
    scope: tuple[str, ...]
    origins: tuple[str, ...]
    ip: str | None
    bind_ip: bool
    rate_limit_rpm: int | None
    created_at: int
    expires_at: int
    revoked_at: int | None = None


def sign(token: ClientToken, keyring: Keyring) -> str:
    """The JWT; the same row always gives the same claims."""
    import jwt  # slow to import, and only gateways that serve browsers need it

    key_id, key = keyring.signing(PURPOSE)
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": token.customer_id,
        "jti": token.id,
        "iat": token.created_at,
        "exp": token.expires_at,
        "scope": list(token.scope),
        "origins": list(token.origins),
        "livemode": token.livemode,
    }
    return jwt.encode(claims, key, "HS256", headers={"kid": key_id})


def verified_id(text: str, keyring: Keyring) -> str:
    """The id of the token a JWT stands for; 401 `invalid_client_token` or `client_token_expired`."""
    import jwt

    if len(text) > MAX_TOKEN_LENGTH:
        raise GatewayError("invalid_client_token")
    try:
        header = jwt.get_unverified_header(text)
        key = keyring.verifying(PURPOSE)[header["kid"]]
        claims: dict[str, Any] = jwt.decode(
            text,
            key,
            algorithms=["HS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=CLOCK_SKEW_S,
            options={"require": _REQUIRED, "verify_exp": False},
        )
        if not isinstance(claims["jti"], str) or not isinstance(claims["exp"], int):
            raise GatewayError("invalid_client_token")
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
        raise GatewayError("invalid_client_token") from error
    check_expiry(claims["exp"])
    return str(claims["jti"])


def check_expiry(expires_at: int) -> None:
    """401 `client_token_expired`, to the second."""
    if expires_at <= time.time():
        raise GatewayError("client_token_expired")


def normal_origin(text: str, livemode: bool, param: str) -> str:
    """An origin as browsers send it; 400 names the field for what no browser sends, or plain http in live mode."""
    origin = text.strip().lower().removesuffix("/")
    shape = _ORIGIN.fullmatch(origin)
    if shape is None:
        message = f"`{param}` must be an origin such as https://app.example.com: scheme and host, no path."
        raise GatewayError("invalid_request", message, param=param)
    scheme, host, port = shape.groups()
    if livemode and scheme == "http" and host not in _LOOPBACK:
        message = f"`{param}` must be https; plain http is for test mode and for loopback."
        raise GatewayError("invalid_request", message, param=param)
    usual = {"http": ":80", "https": ":443"}[scheme]
    return f"{scheme}://{host}" + ("" if port in (None, usual) else str(port))
