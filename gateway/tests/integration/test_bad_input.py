# SPDX-License-Identifier: Apache-2.0
"""Bad input gets a clear envelope that names the field and the limit; nothing of ours fails."""

from __future__ import annotations

import contextlib
import time

import httpx
import pytest
from gateway_process import Gateway
from wire import answer, chat, connected, head, refused
from worker_kinds import left_to_the_proxy


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer  x", "Basic abc", "Bearer sk_test_short", "Bearer sk_test_" + "A" * 38, "sk_test_x"],
)
def test_a_missing_or_garbled_key_is_401(gateway: Gateway, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = httpx.post(f"{gateway.url}/chat/completions", json=chat(), headers=headers)
    error = refused(response, 401, "invalid_api_key")
    assert "sk_test_short" not in error["message"]


def test_a_browser_token_that_is_none_is_401(gateway: Gateway) -> None:
    response = httpx.post(f"{gateway.url}/chat/completions", json=chat(), headers={"Authorization": "Client x.y.z"})
    refused(response, 401, "invalid_client_token")


@pytest.mark.parametrize(
    "ref", ["gpt-4o", "openai/gpt-4o", "fc:", "fc:openai", "fc:OpenAI/x", "match:anthropic/sonnet>4"]
)
def test_a_bare_or_malformed_model_name_is_400(api: httpx.Client, ref: str) -> None:
    refused(api.post("/chat/completions", json=chat(model=ref)), 400, "invalid_model_ref", "model")


def test_an_unknown_model_is_404_with_near_names(api: httpx.Client) -> None:
    error = refused(
        api.post("/chat/completions", json=chat(model="fc:openai/gpt-4o-mimi")), 404, "model_not_found", "model"
    )
    assert "fc:openai/gpt-4o-mini" in error["message"]


def test_a_selector_nothing_fits_and_an_unknown_slot_are_404(api: httpx.Client) -> None:
    refused(
        api.post("/chat/completions", json=chat(model="match:anthropic/sonnet>=99")), 404, "no_model_matches", "model"
    )
    refused(api.post("/chat/completions", json=chat(model="slot:nobody")), 404, "slot_not_found", "model")


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": "hi"}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": [{"content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "king", "content": "x"}]}, "messages[0].role"),
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": 5}]}]}, "messages[0].content[0].text"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "messages[0].content[0].image_url"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        ({"temperature": 3}, "temperature"),
        ({"temperature": "hot"}, "temperature"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"n": 1000}, "n"),
        ({"stream": "yes"}, "stream"),
        ({"model": []}, "model"),
        ({"model": 5}, "model"),
        ({"model": ["fc:openai/gpt-4o", 5]}, "model[1]"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
        ({"tools": [{"type": "function", "function": {"name": "no spaces"}}]}, "tools[0].function.name"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
    ],
)
def test_a_wrong_type_or_value_at_any_depth_is_named(api: httpx.Client, fields: dict, param: str) -> None:
    error = refused(api.post("/chat/completions", json=chat() | fields), 400, "invalid_request", param)
    assert f"`{param}`" in error["message"]


def test_messages_of_errors_quote_the_limit_but_never_a_long_value(api: httpx.Client) -> None:
    error = refused(api.post("/customers", json={"external_id": "x" * 5000}), 400, "invalid_request", "external_id")
    assert "255" in error["message"]
    assert len(error["message"]) < 200


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "invalid_json"),
        (b"{", "invalid_json"),
        (b"[1]", "invalid_request"),
        (b'"text"', "invalid_request"),
        (b'{"model": "\xff\xfe"}', "invalid_json"),
        (b'{"model": "fc:a/b", "temperature": NaN}', "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        (b'{"a":' * 300 + b"1" + b"}" * 300, "invalid_json"),
        (b"model=fc%3Aopenai&messages=hi", "invalid_json"),
    ],
)
@pytest.mark.parametrize("path", ["/chat/completions", "/customers"])
def test_a_body_that_is_no_json_object_is_400(api: httpx.Client, path: str, raw: bytes, code: str) -> None:
    refused(api.post(path, content=raw), 400, code)


def test_json_is_read_whatever_the_content_type_says(api: httpx.Client) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        body = b'{"model":"fc:openai/gpt-4o-mini","messages":[{"role":"user","content":"Hi"}]}'
        assert api.post("/chat/completions", content=body, headers={"Content-Type": kind}).status_code == 200


def test_a_compressed_body_is_415(api: httpx.Client) -> None:
    response = api.post("/customers", content=b"x", headers={"Content-Encoding": "gzip"})
    refused(response, 415, "unsupported_media_type")


@left_to_the_proxy
def test_thirty_megabytes_are_413_without_being_read(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(head(gateway, Content_Length=str(30 * 1024 * 1024)))
        received = answer(connection)
    assert b" 413 " in received.split(b"\r\n")[0]
    assert b'"code":"request_too_large"' in received
    assert b"26214400" in received


@left_to_the_proxy
def test_thirty_chunked_megabytes_are_413_too(api: httpx.Client) -> None:
    pieces = (b"x" * 1024 * 1024 for _ in range(30))
    # the gateway may hang up before it has all been sent: it never keeps it
    with contextlib.suppress(httpx.WriteError):
        refused(api.post("/customers", content=pieces), 413, "request_too_large")


@left_to_the_proxy
def test_a_client_that_sends_a_byte_a_second_is_408(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(head(gateway, Content_Length="100"))
        started = time.monotonic()
        for _ in range(4):
            connection.sendall(b"{")
            time.sleep(1)
        received = answer(connection)
    assert b"request_timeout" in received
    assert time.monotonic() - started < 20


@left_to_the_proxy
def test_a_body_shorter_than_announced_is_refused_or_dropped(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(head(gateway, Content_Length="100") + b'{"model":')
        connection.shutdown(1)
        received = answer(connection)
    assert received == b"" or b'"invalid_request"' in received


@pytest.mark.parametrize(
    "raw", [b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n"]
)
@left_to_the_proxy
def test_what_is_not_http_gets_the_envelope_as_well(gateway: Gateway, raw: bytes) -> None:
    with connected(gateway) as connection:
        connection.sendall(raw)
        connection.shutdown(1)
        received = answer(connection)
    assert b'"error":{' in received
    assert b"x-request-id: req_" in received


@left_to_the_proxy
def test_headers_beyond_the_limit_are_431(gateway: Gateway) -> None:
    with connected(gateway) as connection:
        connection.sendall(head(gateway, X_Long="x" * 40_000))
        received = answer(connection)
    assert b'"code":"headers_too_large"' in received


def test_unknown_paths_and_methods_get_the_envelope(api: httpx.Client) -> None:
    refused(api.get("/nope"), 404, "route_not_found")
    refused(httpx.get(str(api.base_url).replace("/v1/", "/favicon.ico")), 404, "route_not_found")
    response = api.delete("/customers")
    error = refused(response, 405, "method_not_allowed")
    assert "GET" in response.headers["allow"]
    assert "POST" in error["message"]


@pytest.mark.parametrize(
    ("headers", "param"),
    [
        ({"FC-Customer": "x" * 261}, "FC-Customer"),
        ({"FC-Customer": ""}, "FC-Customer"),
        ({"FC-Tag": "t" * 65}, "FC-Tag"),
        ({"FC-Tag": ",".join(map(str, range(11)))}, "FC-Tag"),
        ({"Idempotency-Key": "k" * 256}, "Idempotency-Key"),
    ],
)
def test_a_header_beyond_its_limit_is_named(api: httpx.Client, headers: dict, param: str) -> None:
    refused(api.post("/chat/completions", json=chat(), headers=headers), 400, "invalid_request", param)


@pytest.mark.parametrize(
    ("query", "param"),
    [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("nope=1", "nope"), ("after=txn_1", "after")],
)
def test_a_query_parameter_out_of_range_unknown_or_of_another_list_is_named(
    api: httpx.Client, query: str, param: str
) -> None:
    code = "invalid_cursor" if param == "after" else "invalid_request"
    refused(api.get(f"/customers?{query}"), 400, code, param)
