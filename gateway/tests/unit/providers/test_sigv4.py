# SPDX-License-Identifier: Apache-2.0
"""Signatures against AWS's published test suite (aws-sig-v4-test-suite, as aws-c-auth carries it)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ringside_gateway.providers.sigv4 import Credentials, Scope, Signable, signed_headers

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
SCOPE = Scope("us-east-1", "service")
AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
URL = "https://example.amazonaws.com"
TOKEN = (
    "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuw"
    "thAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNV"
    "XAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="
)
FORM = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Content-Length": "13",
    "x-amz-content-sha256": "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
}
#: Case of the suite -> request, session token, signature.
CASES: dict[str, tuple[Signable, str, str]] = {
    "get-vanilla": (
        Signable(f"{URL}/", {}, b"", "GET"),
        "",
        "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    ),
    "post-vanilla": (
        Signable(f"{URL}/", {}, b""),
        "",
        "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
    ),
    "get-vanilla-query-order-key-case": (
        Signable(f"{URL}/?Param2=value2&Param1=value1", {}, b"", "GET"),
        "",
        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ),
    "get-vanilla-query-order-encoded": (
        Signable(f"{URL}/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1", {}, b"", "GET"),
        "",
        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
    ),
    "get-header-value-trim": (
        Signable(f"{URL}/", {"My-Header1": " value1", "My-Header2": ' "a   b   c"'}, b"", "GET"),
        "",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    ),
    "get-space-normalized": (
        Signable(f"{URL}/example space/", {}, b"", "GET"),
        "",
        "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741",
    ),
    "get-utf8": (
        Signable(f"{URL}/ሴ", {}, b"", "GET"),
        "",
        "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85",
    ),
    "post-x-www-form-urlencoded": (
        Signable(f"{URL}/", FORM, b"Param1=value1"),
        "",
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
    ),
    "post-sts-header-before": (
        Signable(f"{URL}/", {}, b""),
        TOKEN,
        "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_signatures_are_those_of_the_published_suite(name: str) -> None:
    request, token, signature = CASES[name]
    headers = signed_headers(request, Credentials(KEY, SECRET, token), SCOPE, AT)
    assert headers["X-Amz-Date"] == "20150830T123600Z"
    assert headers.get("X-Amz-Security-Token", "") == token
    assert headers["Authorization"].startswith(
        f"AWS4-HMAC-SHA256 Credential={KEY}/20150830/us-east-1/service/aws4_request, SignedHeaders="
    )
    assert headers["Authorization"].endswith(f", Signature={signature}")


def test_a_path_that_is_encoded_on_the_wire_is_signed_encoded_once_more() -> None:
    """As botocore 1.44 signs the id of a model; the published suite has no such path."""
    url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-v2%3A1/converse"
    request = Signable(url, {"Content-Type": "application/json"}, b"{}")
    headers = signed_headers(request, Credentials(KEY, SECRET), Scope("us-east-1", "bedrock"), AT)
    assert headers["Authorization"].endswith("=bbed9c3e84fb8b72cc9e7f290769bff49e34377e22a35007cb0001e211d71c7b")


def test_a_port_is_signed_where_the_host_header_has_it() -> None:
    credentials = Credentials(KEY, SECRET)
    plain, own, other = (
        signed_headers(Signable(f"{url}/", {}, b""), credentials, SCOPE, AT)["Authorization"]
        for url in (URL, f"{URL}:443", f"{URL}:8443")
    )
    assert plain == own != other


def test_the_secret_shows_nowhere() -> None:
    assert SECRET not in repr(Credentials(KEY, SECRET, TOKEN))
    assert TOKEN not in repr(Credentials(KEY, SECRET, TOKEN))
