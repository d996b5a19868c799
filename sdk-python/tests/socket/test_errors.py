# SPDX-License-Identifier: Apache-2.0
"""Refusals and faults as classes with facts; what is retried, and under which key."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import openai
import pytest
from replies import answer, cut, raw, refusal, reset, stall
from scripted_server import ScriptedServer

from ringside import Ringside, RingsideError, errors, is_ringside_error, meta
from ringside._generated.error_classes import ERROR_CLASSES

CUSTOMER = {"id": "cus_1", "object": "customer"}
HOST_CLASSES = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    409: openai.ConflictError,
    422: openai.UnprocessableEntityError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
}
Make = Callable[..., Ringside]


def failure(client: Ringside) -> Any:
    """The error a call raises."""
    with pytest.raises(openai.OpenAIError) as raised:
        client.customers.retrieve("cus_1")
    return raised.value


@pytest.mark.parametrize(
    ("status", "code", "name"),
    [
        (400, "invalid_request", "InvalidRequestError"),
        (400, "invalid_model_ref", "InvalidModelRefError"),
        (401, "invalid_api_key", "InvalidApiKeyError"),
        (402, "customer_budget_exceeded", "CustomerBudgetExceededError"),
        (402, "budget_exceeded", "CustomerBudgetExceededError"),
        (402, "customer_wallet_empty", "CustomerWalletEmptyError"),
        (402, "wallet_empty", "WalletEmptyError"),
        (404, "not_found", "ObjectNotFoundError"),
        (404, "customer_not_found", "CustomerNotFoundError"),
        (409, "conversation_locked", "ConversationLockedError"),
        (413, "file_too_large", "FileTooLargeError"),
        (429, "customer_rate_limit_exceeded", "CustomerRateLimitExceededError"),
        (429, "rate_limited", "CustomerRateLimitExceededError"),
        (503, "model_unavailable", "ModelUnavailableError"),
        (403, "a_code_of_the_future", "RingsidePermissionDeniedError"),
        (418, "teapot", "RingsideStatusError"),
    ],
)
def test_the_class_follows_the_code_then_the_status(
    client: Ringside, server: ScriptedServer, status: int, code: str, name: str
) -> None:
    server.script(refusal(status, code, param="model", retry_after_seconds=7))
    error = failure(client)
    assert type(error).__name__ == name
    assert isinstance(error, HOST_CLASSES.get(min(status, 500), openai.APIStatusError))
    assert isinstance(error, errors.RingsideStatusError)
    assert (error.status_code, error.code, error.type, error.param) == (status, code, "invalid_request_error", "model")
    assert (error.request_id, error.retry_after_seconds, error.should_retry) == ("req_header", 7, False)
    assert str(error) == f"{status} {code}: About {code}."
    assert is_ringside_error(error, code)
    assert not is_ringside_error(error, "another")


def test_every_code_has_a_class_under_its_status() -> None:
    assert len(ERROR_CLASSES) > 50
    for found in ERROR_CLASSES.values():
        assert getattr(errors, found.__name__) is found
        assert issubclass(found, openai.APIStatusError)


def test_the_same_classes_come_from_openais_resources(client: Ringside, server: ScriptedServer) -> None:
    server.script(refusal(402, "customer_wallet_empty", scope="customer_wallet"))
    with pytest.raises(errors.CustomerWalletEmptyError) as raised:
        client.chat.completions.create(model="slot:fast", messages=[{"role": "user", "content": "Hello"}])
    assert (raised.value.scope, raised.value.resets_at) == ("customer_wallet", None)
    assert meta(raised.value).request_id == "req_header"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<h1>Bad gateway</h1>", "502 <h1>Bad gateway</h1>"),
        (b"", "502 "),
        (b"[1, 2]", "502 [1, 2]"),
        (b'"text"', "502 text"),
        (b'{"message":"plain"}', "502 plain"),
        (b'{"error":null}', "502 (no body)"),
        (b'{"error":{"message":"no code"}}', "502 no code"),
        (b'{"error":{"code":7,"message":"odd code"}}', "502 odd code"),
    ],
)
def test_an_error_without_our_envelope_keeps_its_body(
    client: Ringside, server: ScriptedServer, body: bytes, message: str
) -> None:
    server.script(raw(502, body))
    error = failure(client)
    assert type(error) is errors.RingsideInternalServerError
    assert (str(error), error.code) == (message, None)


def test_a_huge_error_body_does_not_blow_up_the_message(client: Ringside, server: ScriptedServer) -> None:
    server.script(raw(500, b"x" * 8_000_000))
    error = failure(client)
    assert len(str(error)) < 3_000
    assert len(error.body) == 8_000_000


def test_facts_missing_in_one_place_are_read_from_the_other(client: Ringside, server: ScriptedServer) -> None:
    server.script(refusal(429, "account_rate_limit_exceeded", headers={"x-request-id": "", "retry-after": "9"}))
    error = failure(client)
    assert (error.request_id, error.retry_after_seconds) == ("req_body", 9)


@pytest.mark.parametrize("content_type", ["application/json", "text/html", ""])
@pytest.mark.parametrize("body", [b"{", b"", b"<p>", b"[]", b"null", b'"text"', b"7"])
def test_a_success_that_is_no_json_object_is_a_decode_error(
    client: Ringside, server: ScriptedServer, body: bytes, content_type: str
) -> None:
    server.script(*[answer(body, content_type=content_type)] * 2)
    error = failure(client)
    assert isinstance(error, errors.RingsideDecodeError)
    assert (error.status_code, error.body) == (200, body.decode())
    with pytest.raises(errors.RingsideDecodeError):
        list(client.customers.list())


def test_an_object_is_read_whatever_it_calls_itself(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(CUSTOMER, content_type="text/plain"), answer({"data": []}, content_type="text/plain"))
    assert client.customers.retrieve("cus_1").id == "cus_1"
    assert list(client.customers.list()) == []


def test_a_raw_response_may_be_text(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer(b"key,cost_usd\n", content_type="text/csv"))
    assert client.usage.with_raw_response.retrieve(extra_headers={"Accept": "text/csv"}).text == "key,cost_usd\n"


def test_a_list_that_is_none_is_an_error_not_an_empty_list(client: Ringside, server: ScriptedServer) -> None:
    server.script(answer({"object": "list"}))
    with pytest.raises(RingsideError):
        list(client.customers.list())


class TestRetries:
    """The host retries; the gateway's advice and the idempotency key go along."""

    def test_a_lost_answer_is_asked_for_again_under_the_same_key(self, make: Make, server: ScriptedServer) -> None:
        server.script(reset, refusal(500, "internal_error", headers=soon("true")), answer(CUSTOMER))
        make(max_retries=2).customers.create(external_id="a")
        keys = {request.header("idempotency-key") for request in server.requests}
        assert len(server.requests) == 3
        assert len(keys) == 1
        assert {request.body for request in server.requests} == {server.last.body}
        assert server.last.header("x-stainless-retry-count") == "2"

    def test_two_calls_have_two_keys_and_the_users_own_wins(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(*[answer(CUSTOMER)] * 4)
        client.customers.create(external_id="a")
        client.customers.create(external_id="a")
        client.customers.create(external_id="a", idempotency_key="mine")
        client.customers.create(external_id="a", extra_headers={"idempotency-key": "theirs"})
        keys = [request.header("idempotency-key") for request in server.requests]
        assert keys[0] != keys[1]
        assert keys[2:] == ["mine", "theirs"]

    def test_no_key_is_sent_on_reads_updates_or_chat(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(answer(CUSTOMER), answer(CUSTOMER), answer({"id": "chatcmpl-1", "choices": []}))
        client.customers.retrieve("cus_1")
        client.customers.update("cus_1", name="Zoë")
        client.chat.completions.create(model="slot:fast", messages=[])
        assert [request.all("idempotency-key") for request in server.requests] == [[], [], []]

    @pytest.mark.parametrize(("status", "code"), [(409, "external_id_taken"), (402, "wallet_empty"), (500, "x")])
    def test_the_gateways_veto_is_obeyed(self, make: Make, server: ScriptedServer, status: int, code: str) -> None:
        server.script(refusal(status, code))
        failure(make(max_retries=3))
        assert len(server.requests) == 1

    def test_its_wish_is_obeyed_too(self, make: Make, server: ScriptedServer) -> None:
        server.script(refusal(409, "conversation_locked", headers=soon("true")), answer(CUSTOMER))
        make(max_retries=1).customers.retrieve("cus_1")
        assert len(server.requests) == 2

    def test_retry_after_ms_is_waited_for(self, make: Make, server: ScriptedServer) -> None:
        server.script(refusal(429, "account_rate_limit_exceeded", headers=soon("true", 60)), answer(CUSTOMER))
        began = time.monotonic()
        make(max_retries=1).customers.retrieve("cus_1")
        assert time.monotonic() - began >= 0.06

    @pytest.mark.parametrize("advice", ["true", ""])
    def test_a_wait_of_over_a_minute_is_told_at_once(self, make: Make, server: ScriptedServer, advice: str) -> None:
        server.script(refusal(503, "service_unavailable", headers={"x-should-retry": advice, "retry-after": "61"}))
        error = failure(make(max_retries=3))
        assert (error.retry_after_seconds, len(server.requests)) == (61, 1)

    def test_a_connection_that_cannot_be_made_is_a_connection_error(self, make: Make, server: ScriptedServer) -> None:
        client = make()
        server.stop()
        assert type(failure(client)) is openai.APIConnectionError

    def test_a_body_cut_short_is_a_connection_error(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(cut(b'{"id":"cus', 500))
        assert isinstance(failure(client), openai.APIConnectionError)

    def test_a_timeout_can_be_set_for_one_call(self, client: Ringside, server: ScriptedServer) -> None:
        server.script(stall(1.0))
        began = time.monotonic()
        with pytest.raises(openai.APITimeoutError):
            client.customers.retrieve("cus_1", timeout=0.1)
        assert time.monotonic() - began < 0.9


def soon(retry: str, milliseconds: int = 20) -> dict[str, str]:
    """Advice on a retry after a moment."""
    return {"x-should-retry": retry, "retry-after-ms": str(milliseconds)}
