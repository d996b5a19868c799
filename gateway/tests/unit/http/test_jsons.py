# SPDX-License-Identifier: Apache-2.0
"""Bodies are read strictly and exactly, and what is wrong with one is said in words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.http.jsons import dump, parse_object


def refusal(raw: bytes, *, exact: bool) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        parse_object(raw, exact=exact)
    return caught.value


@pytest.mark.parametrize("text", ["0.1", "0.000000001", "123456789.123456789", "1e3", "-5"])
def test_money_is_read_without_passing_through_a_float(text: str) -> None:
    value = parse_object(f'{{"amount_usd": {text}}}'.encode(), exact=True)["amount_usd"]
    assert Decimal(value) == Decimal(text)
    assert not isinstance(value, float)


@pytest.mark.parametrize("text", ["4102444800.0", "-1.0", "6e1", "0.0"])
def test_a_whole_number_is_an_integer_however_it_is_written(text: str) -> None:
    value = parse_object(f'{{"expires_at": {text}}}'.encode(), exact=True)["expires_at"]
    assert (type(value), value) == (int, float(text))


@pytest.mark.parametrize("text", ["1E-9", "1E+9", "0E-9", "123.45"])
def test_decimals_are_written_as_plain_digits(text: str) -> None:
    assert b"E" not in dump({"usd": Decimal(text)})
    assert parse_object(dump({"usd": Decimal(text)}), exact=True)["usd"] == Decimal(text)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"NaN", "NaN is not a JSON number"),
        (b"-Infinity", "-Infinity is not a JSON number"),
        (b"1e999999999999999999999", "out of range"),
        (b"1e-401", "out of range"),
        (b"9" * 5000, "more than 400 digits"),
        (b'1, "a": 2', '"a" is given more than once'),
        (b"'x'", "line 1, column 6"),
    ],
)
def test_what_is_no_number_or_no_json_is_said_plainly(raw: bytes, says: str) -> None:
    error = refusal(b'{"a":' + raw + b"}", exact=True)
    assert error.code == "invalid_json"
    assert says in error.message
    assert "sys." not in error.message


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"a":' * 101 + b"1" + b"}" * 101])
def test_depth_is_refused_with_its_limit(raw: bytes, exact: bool) -> None:
    assert "more than 100 levels" in refusal(raw, exact=exact).message


@pytest.mark.parametrize("exact", [True, False])
def test_bytes_that_are_not_utf8_are_located(exact: bool) -> None:
    assert "byte 6 is not UTF-8" in refusal(b'{"a":"\xff"}', exact=exact).message


@pytest.mark.parametrize("exact", [True, False])
def test_a_byte_order_mark_is_no_error(exact: bool) -> None:
    assert parse_object(b'\xef\xbb\xbf{"a":1}', exact=exact) == {"a": 1}


@pytest.mark.parametrize(
    ("raw", "param"),
    [
        (rb'{"name":"a\u0000b"}', "name"),
        (rb'{"metadata":{"k":["x","\ud800"]}}', "metadata.k[1]"),
        (rb'{"metadata":{"\udfff":"x"}}', "metadata"),
        (rb'{"\u0000":1}', "body"),
    ],
)
def test_text_that_no_database_stores_is_named(raw: bytes, param: str) -> None:
    error = refusal(raw, exact=True)
    assert (error.code, error.param) == ("invalid_request", param)
    error.message.encode()


def test_escaped_pairs_are_whole_characters() -> None:
    assert parse_object(rb'{"name":"\ud83e\udd4a"}', exact=True) == {"name": "🥊"}
