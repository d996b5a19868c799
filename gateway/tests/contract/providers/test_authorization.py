# SPDX-License-Identifier: Apache-2.0
"""Proof of who calls, over real sockets: tokens fetched once and in time, clocks that learn, and keys that are none."""

from __future__ import annotations

import email.utils
import re
import time
import urllib.parse
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from ringside_gateway.domain.upstream import UpstreamFault
from ringside_gateway.providers.authorization import ProvenTransport
from ringside_gateway.providers.authorization.aws import AwsAuthorizer
from ringside_gateway.providers.authorization.google import GoogleAuthorizer
from ringside_gateway.providers.sigv4 import Scope
from ringside_gateway.providers.transport import Outgoing
from ringside_gateway.providers.transport.connections import Connections
from ringside_gateway.providers.transport.network import network
from ringside_gateway.providers.transport.sockets import SocketTransport

from .conftest import ScriptedUpstream

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
AWS_KEY = "AKIDEXAMPLE:wJalrXUtnFEMI:session-token"


def answer(status: int, body: object = None, **headers: str) -> list[bytes]:
    data = orjson.dumps(body or {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return [f"HTTP/1.1 {status} X\r\n{lines}Content-Length: {len(data)}\r\n\r\n".encode() + data]


def granted(token: str, seconds: int = 3600) -> list[bytes]:
    return answer(200, {"access_token": token, "expires_in": seconds, "token_type": "Bearer"})


def sockets() -> SocketTransport:
    return SocketTransport(Connections(network("gthread"), {}))


def request(upstream: ScriptedUpstream) -> Outgoing:
    return Outgoing(upstream.url, {"Content-Type": "application/json"}, b"{}", deadline=time.monotonic() + 10)


def account(upstream: ScriptedUpstream) -> str:
    told = {"type": "service_account", "client_email": "a@p.iam.example", "private_key": PEM, "private_key_id": "k1"}
    return orjson.dumps(told | {"token_uri": upstream.url.replace("/v1/chat/completions", "/token")}).decode()


def bearers(upstream: ScriptedUpstream) -> list[bytes]:
    return re.findall(rb"Authorization: Bearer (\S+)", b"".join(upstream.requests))


class Google:
    """A proven transport for one service account, with a clock of its own."""

    def __init__(self, upstream: ScriptedUpstream) -> None:
        self.now = 1000.0
        self.upstream = upstream
        transport = sockets()
        authorizer = GoogleAuthorizer("vertex", transport, lambda: self.now)
        self.transport = ProvenTransport(transport, authorizer, account(upstream))

    def call(self) -> int:
        answered = self.transport.send(request(self.upstream))
        answered.read(1000)
        return answered.status


@pytest.fixture
def google(upstream: ScriptedUpstream) -> Google:
    return Google(upstream)


def test_a_service_account_is_exchanged_once_for_many_calls(upstream: ScriptedUpstream, google: Google) -> None:
    upstream.answers(granted("t1"), *[answer(200)] * 3)
    assert [google.call() for _ in range(3)] == [200] * 3
    assert bearers(upstream) == [b"t1"] * 3
    head, _, body = upstream.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /token HTTP/1.1")
    form = dict(urllib.parse.parse_qsl(body.decode()))
    claims = jwt.decode(
        form["assertion"],
        PRIVATE.public_key(),
        ["RS256"],
        audience=upstream.url.replace("v1/chat/completions", "token"),
    )
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert claims["iss"] == "a@p.iam.example"
    assert claims["scope"] == "https://www.googleapis.com/auth/cloud-platform"
    assert jwt.get_unverified_header(form["assertion"])["kid"] == "k1"


def test_the_next_token_is_fetched_before_the_last_minute(upstream: ScriptedUpstream, google: Google) -> None:
    upstream.answers(granted("t1"), answer(200), granted("t2"), answer(200))
    google.call()
    google.now += 3600 - 61
    google.call()
    assert bearers(upstream) == [b"t1", b"t2"]


def test_a_token_service_that_fails_early_costs_nothing(upstream: ScriptedUpstream, google: Google) -> None:
    upstream.answers(granted("t1"), answer(200), answer(500), answer(200))
    google.call()
    google.now += 3600 - 61
    assert google.call() == 200
    assert bearers(upstream) == [b"t1", b"t1"]


def test_a_token_is_not_used_in_its_last_minute(upstream: ScriptedUpstream, google: Google) -> None:
    upstream.answers(granted("t1"), answer(200), answer(503))
    google.call()
    google.now += 3600 - 30
    with pytest.raises(UpstreamFault):
        google.call()
    assert bearers(upstream) == [b"t1"]


def test_a_withdrawn_token_is_replaced_within_the_call(upstream: ScriptedUpstream, google: Google) -> None:
    upstream.answers(granted("t1"), answer(200), answer(401), granted("t2"), answer(200))
    google.call()
    google.now += 600
    assert google.call() == 200
    assert bearers(upstream) == [b"t1", b"t1", b"t2"]


def test_a_fresh_token_that_is_refused_is_not_fetched_again(upstream: ScriptedUpstream, google: Google) -> None:
    upstream.answers(granted("t1"), answer(401))
    assert google.call() == 401


@pytest.mark.parametrize(
    ("status", "told", "code"),
    [
        (400, {"error": "invalid_grant"}, "model_unavailable"),
        (503, {}, "upstream_error"),
        (200, {}, "model_unavailable"),
    ],
)
def test_a_refused_exchange_is_the_operators_matter(
    upstream: ScriptedUpstream, google: Google, status: int, told: dict[str, str], code: str
) -> None:
    upstream.answers(answer(status, told))
    with pytest.raises(UpstreamFault) as caught:
        google.call()
    assert caught.value.code == code
    assert PEM[40:80] not in caught.value.message


@pytest.mark.parametrize("key", ["/nowhere/key.json", "{}", "{"])
def test_a_key_that_is_none_calls_nobody(upstream: ScriptedUpstream, key: str) -> None:
    transport = sockets()
    with pytest.raises(UpstreamFault) as caught:
        ProvenTransport(transport, GoogleAuthorizer("vertex", transport), key).send(request(upstream))
    assert (caught.value.code, upstream.requests) == ("model_unavailable", [])


def test_an_access_token_is_used_as_it_is(upstream: ScriptedUpstream) -> None:
    transport = sockets()
    upstream.answers(answer(200))
    ProvenTransport(transport, GoogleAuthorizer("vertex", transport), "ya29.abc").send(request(upstream)).read(100)
    assert bearers(upstream) == [b"ya29.abc"]


def aws(upstream: ScriptedUpstream, key: str = AWS_KEY) -> Callable[[], int]:
    transport = ProvenTransport(sockets(), AwsAuthorizer(Scope("eu-west-1", "bedrock")), key)

    def call() -> int:
        answered = transport.send(request(upstream))
        answered.read(1000)
        return answered.status

    return call


def dates(upstream: ScriptedUpstream) -> list[datetime]:
    found = re.findall(rb"X-Amz-Date: (\S+)", b"".join(upstream.requests))
    return [datetime.strptime(date.decode(), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) for date in found]


def test_calls_to_aws_are_signed_for_the_operators_region(upstream: ScriptedUpstream) -> None:
    upstream.answers(answer(200))
    assert aws(upstream)() == 200
    assert b"X-Amz-Security-Token: session-token\r\n" in upstream.requests[0]
    proof = re.search(rb"Authorization: (.+)\r\n", upstream.requests[0])
    assert proof is not None
    assert re.fullmatch(
        rb"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/\d{8}/eu-west-1/bedrock/aws4_request, "
        rb"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}",
        proof[1],
    )


def test_a_bedrock_api_key_is_a_bearer_token(upstream: ScriptedUpstream) -> None:
    upstream.answers(answer(200))
    assert aws(upstream, "ABSKexample")() == 200
    assert bearers(upstream) == [b"ABSKexample"]


@pytest.mark.parametrize("ahead", [timedelta(hours=3), -timedelta(minutes=20)])
def test_a_wrong_clock_is_learned_within_the_call_and_for_all_later_ones(
    upstream: ScriptedUpstream, ahead: timedelta
) -> None:
    theirs = datetime.now(UTC) + ahead
    told = {"message": "Signature expired: 20261124T100000Z is now earlier than 20261124T105500Z"}
    upstream.answers(
        answer(
            403, told, **{"x-amzn-ErrorType": "InvalidSignatureException", "Date": email.utils.format_datetime(theirs)}
        ),
        *[answer(200)] * 2,
    )
    call = aws(upstream)
    assert (call(), call()) == (200, 200)
    off, *right = (abs(date - theirs) for date in dates(upstream))
    assert off > timedelta(minutes=10)
    assert max(right) < timedelta(seconds=10)


def test_a_clock_that_goes_on_drifting_is_learned_again(upstream: ScriptedUpstream) -> None:
    told = {"message": "Signature expired: it is earlier"}
    first, second = (datetime.now(UTC) + timedelta(minutes=minutes) for minutes in (60, 90))
    for theirs in (first, second):
        upstream.answers(answer(403, told, Date=email.utils.format_datetime(theirs)), answer(200))
    call = aws(upstream)
    assert (call(), call()) == (200, 200)
    assert abs(dates(upstream)[-1] - second) < timedelta(seconds=10)


@pytest.mark.parametrize(
    "told",
    [
        {"message": "The security token included in the request is expired"},
        {"message": "Signature expired: 20261124T100000Z is now earlier than 20261124T105500Z"},
    ],
)
def test_other_refusals_and_a_clock_that_is_right_are_not_tried_again(
    upstream: ScriptedUpstream, told: dict[str, str]
) -> None:
    upstream.answers(answer(403, told, Date=email.utils.format_datetime(datetime.now(UTC))))
    assert aws(upstream)() == 403
    assert len(upstream.requests) == 1
