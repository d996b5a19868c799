# SPDX-License-Identifier: Apache-2.0
"""What a client token's signature and claims must be, and the keys behind them."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import replace
from pathlib import Path

import jsonschema
import jwt
import pytest
from ringside_gateway.domain.client_tokens import (
    AUDIENCE,
    ISSUER,
    PURPOSE,
    ClientToken,
    normal_origin,
    sign,
    verified_id,
)
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.identifiers import new_id
from ringside_gateway.domain.keyring import Keyring

CLAIMS = Path(__file__).parents[4] / "spec/client_tokens/claims.schema.json"
KEYRING = Keyring(["a" * 32])


def token(**changes: object) -> ClientToken:
    now = int(time.time())
    made = ClientToken(
        id=new_id("ct", now),
        account_id=new_id("acct", now),
        livemode=False,
        customer_id=new_id("cus", now),
        scope=("chat",),
        origins=("https://app.example.com",),
        ip=None,
        bind_ip=True,
        rate_limit_rpm=None,
        created_at=now,
        expires_at=now + 900,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def forged(key: object, algorithm: str = "HS256", kid: object = None, **changes: object) -> str:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "cus_x", "jti": "ct_x", "iat": now, "exp": now + 60} | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    headers = {"kid": KEYRING.signing(PURPOSE)[0] if kid is None else kid}
    return jwt.encode(claims, key, algorithm, headers=headers)  # type: ignore[arg-type]


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def refusal(text: str, keyring: Keyring = KEYRING) -> str:
    with pytest.raises(GatewayError) as refused:
        verified_id(text, keyring)
    return refused.value.code


def test_a_signed_token_is_recognised_and_its_claims_are_as_the_spec_says() -> None:
    made = token()
    text = sign(made, KEYRING)
    assert verified_id(text, KEYRING) == made.id
    jsonschema.validate(jwt.decode(text, options={"verify_signature": False}), json.loads(CLAIMS.read_text()))


def test_a_new_key_signs_while_tokens_of_the_old_one_still_count() -> None:
    old = sign(token(), KEYRING)
    rotated = Keyring(["b" * 32, "a" * 32])
    assert verified_id(old, rotated)
    assert jwt.get_unverified_header(sign(token(), rotated))["kid"] != jwt.get_unverified_header(old)["kid"]
    assert refusal(old, Keyring(["b" * 32])) == "invalid_client_token"


def test_expiry_is_told_as_such_and_to_the_second() -> None:
    now = int(time.time())
    assert refusal(sign(token(expires_at=now), KEYRING)) == "client_token_expired"


KEY = KEYRING.signing(PURPOSE)[1]
OTHER_PURPOSE = KEYRING.signing("another purpose")[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "a.b.c",
        "a" * 100_000,
        forged(b"wrong key" * 4),
        forged(OTHER_PURPOSE),
        forged(KEY, "HS384"),
        forged(KEY, kid="000000000000"),
        forged(KEY, kid="../../dev/null"),
        forged(KEY, iss="someone"),
        forged(KEY, aud="someone"),
        forged(KEY, aud=None),
        forged(KEY, sub=None),
        forged(KEY, jti=None),
        forged(KEY, exp=None),
        forged(KEY, iat=int(time.time()) + 3600),
        forged(KEY, exp="soon"),
        encoded({"alg": "none", "kid": KEYRING.signing(PURPOSE)[0]}) + "." + encoded({"jti": "ct_x"}) + ".",
        encoded({"alg": "RS256", "kid": KEYRING.signing(PURPOSE)[0]}) + "." + encoded({"jti": "ct_x"}) + ".c2ln",
        encoded({"alg": "HS256", "kid": ["x"]}) + "." + encoded({"jti": "ct_x"}) + ".c2ln",
        encoded({"alg": "HS256"}) + "." + encoded({"jti": "ct_x"}) + ".c2ln",
    ],
)
def test_a_forged_or_malformed_token_is_no_token(text: str) -> None:
    assert refusal(text) == "invalid_client_token"


def test_an_edited_claim_breaks_the_signature() -> None:
    head, _, signature = sign(token(), KEYRING).split(".")
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "cus_other", "jti": "ct_x", "iat": 1, "exp": 1 << 40}
    assert refusal(f"{head}.{encoded(claims)}.{signature}") == "invalid_client_token"


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://App.Example.com", "https://app.example.com"),
        ("https://app.example.com:443", "https://app.example.com"),
        ("https://app.example.com:8443/", "https://app.example.com:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(text: str, normal: str) -> None:
    assert normal_origin(text, True, "origin") == normal


@pytest.mark.parametrize(
    "text", ["*", "null", "app.example.com", "https://*.example.com", "https://a/b", "ftp://a", "https://a b"]
)
def test_what_no_browser_sends_as_an_origin_is_refused(text: str) -> None:
    with pytest.raises(GatewayError) as refused:
        normal_origin(text, False, "origin_allowlist[1]")
    assert refused.value.param == "origin_allowlist[1]"


def test_plain_http_is_refused_in_live_mode_only() -> None:
    assert normal_origin("http://app.example.com", False, "origin") == "http://app.example.com"
    with pytest.raises(GatewayError, match="https"):
        normal_origin("http://app.example.com", True, "origin")


def test_a_sealed_text_opens_with_its_secret_and_purpose_only() -> None:
    sealed = KEYRING.seal("whsec_1", "webhooks")
    assert "whsec_1" not in sealed
    assert Keyring(["b" * 32, "a" * 32]).open(sealed, "webhooks") == "whsec_1"
    assert KEYRING.seal("whsec_1", "webhooks") != sealed
    key_id, _, body = sealed.partition(".")
    changed = f"{key_id}.{body[:20]}{'A' if body[20] != 'A' else 'B'}{body[21:]}"
    for keyring, text, purpose in (
        (Keyring(["b" * 32]), sealed, "webhooks"),
        (KEYRING, sealed, "client tokens"),
        (KEYRING, changed, "webhooks"),
    ):
        with pytest.raises(ValueError, match=r"secret|changed"):
            keyring.open(text, purpose)
