# SPDX-License-Identifier: Apache-2.0
"""Defects in what a client keeps, logs, follows and lets go of."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import driver
import httpx2
import openai
import ringside_sdk
import speech
from openai import _base_client, _streaming
from planting import mutant, on_the_wire, should_retry
from ringside import Ringside, _config, webhooks
from ringside.model import MatchBuilder
from ringside.resources.customers import Customers

KEPT: list[Any] = []


@mutant("A029")
def key_follows_a_redirect() -> None:
    headers_of = httpx2.Client._redirect_headers

    def with_key(self: Any, request: Any, url: Any, method: str) -> Any:
        headers = headers_of(self, request, url, method)
        headers["authorization"] = request.headers["authorization"]
        return headers

    httpx2.Client._redirect_headers = with_key


@mutant("A029s")
def key_lost_on_any_redirect() -> None:
    headers_of = httpx2.Client._redirect_headers

    def without_key(self: Any, request: Any, url: Any, method: str) -> Any:
        headers = headers_of(self, request, url, method)
        headers.pop("authorization", None)
        return headers

    httpx2.Client._redirect_headers = without_key


@mutant("A027")
def key_sent_twice() -> None:
    send = httpx2.Client.send

    def doubled(self: Any, request: Any, **options: Any) -> Any:
        pairs = [*request.headers.raw, (b"authorization", request.headers["authorization"].encode())]
        request.headers = httpx2.Headers(pairs)
        return send(self, request, **options)

    httpx2.Client.send = doubled


@mutant("B005")
def builders_change_themselves() -> None:
    def change(self: Any, **part: object) -> Any:
        self._parts = {**self._parts, **part}
        return self

    MatchBuilder._with = change  # type: ignore[method-assign]


@mutant("B004")
def fractions_are_versions() -> None:
    least = MatchBuilder.min_version
    MatchBuilder.min_version = lambda self, version: least(self, str(version))  # type: ignore[method-assign]


@mutant("B013")
def only_the_first_of_a_cascade() -> None:
    def change(request: Any) -> None:
        body = json.loads(request.content or b"{}")
        if isinstance(body.get("model"), list):
            body["model"] = body["model"][0]
            content = json.dumps(body).encode()
            request.headers["content-length"] = str(len(content))
            request.stream = httpx2.ByteStream(content)

    on_the_wire(change)


@mutant("C020")
def address_of_openai_taken() -> None:
    import os

    _config.PUBLIC_BASE_URL = os.environ.get("OPENAI_BASE_URL", "")


@mutant("C021q")
def query_of_the_base_url_lost() -> None:
    base = _config._base
    _config._base = lambda given: (base(given)[0], {})


@mutant("C023w")
def webhook_secret_lost_on_derivation() -> None:
    derived = ringside_sdk.derived

    def forgetful(client: Any, options: dict[str, Any]) -> Any:
        made = derived(client, options)
        made.webhook_secret = None
        return made

    ringside_sdk.derived = forgetful


@mutant("C026d")
def key_in_the_log() -> None:
    def change(request: Any) -> None:
        logging.getLogger("openai").debug("sending %s", dict(request.headers))
        print(dict(request.headers), file=sys.stderr)

    on_the_wire(change)


@mutant("I101")
def key_on_every_method() -> None:
    on_the_wire(lambda request: request.headers.setdefault("idempotency-key", "k"))


@mutant("S128")
def data_lines_are_events_of_their_own() -> None:
    decode = _streaming.SSEDecoder.decode

    def one_by_one(self: Any, line: str) -> Any:
        if line.startswith("data:"):
            decode(self, line)
            return decode(self, "")
        return decode(self, line)

    _streaming.SSEDecoder.decode = one_by_one  # type: ignore[method-assign]


@mutant("S139", long=True)
def every_event_is_kept() -> None:
    step = openai.Stream.__iter__

    def hoarding(self: Any) -> Any:
        for event in step(self):
            KEPT.append((event, bytearray(4000)))
            yield event

    openai.Stream.__iter__ = hoarding  # type: ignore[method-assign]


@mutant("W182")
def unwrap_hidden() -> None:
    from ringside.resources.webhooks import RingsideWebhooks

    def missing(self: Any, *rest: Any, **more: Any) -> Any:
        raise TypeError("unwrap is gone")

    RingsideWebhooks.unwrap = missing  # type: ignore[assignment, method-assign]


@mutant("W178")
def parsed_objects_are_written_out_again() -> None:
    verify = webhooks.verify

    def lenient(payload: Any, headers: Any, **options: Any) -> Any:
        body = json.dumps(payload, separators=(",", ":")).encode() if isinstance(payload, dict) else payload
        return verify(body, headers, **options)

    webhooks.verify = lenient


@mutant("C023s")
def a_connection_for_each_call() -> None:
    send = httpx2.Client.send

    def alone(self: Any, request: Any, **options: Any) -> Any:
        client = httpx2.Client()
        KEPT.append(client)
        return send(client, request, **options)

    httpx2.Client.send = alone


@mutant("Y085")
def no_pause_without_advice() -> None:
    def wait(self: Any, remaining: int, options: Any, headers: Any = None) -> float:
        return self._parse_retry_after_header(headers) or 0.0

    _base_client.BaseClient._calculate_retry_timeout = wait  # type: ignore[method-assign]


@mutant("U148")
def name_of_a_file_lost() -> None:
    arguments = driver.arguments_of

    def nameless(operation: str, args: dict[str, Any]) -> dict[str, Any]:
        return arguments(operation, args | {"filename": "upload"} if "filename" in args else args)

    driver.arguments_of = nameless


@mutant("S130")
def request_id_of_a_broken_stream_lost() -> None:
    told = speech.told
    speech.told = lambda error: told(error) | ({"request_id": None} if speech.kind_of(error) == "stream" else {})


@mutant("R042")
def each_of_a_race_has_its_own() -> None:
    found = Customers.get_or_create

    def made(self: Any, *given: Any, **more: Any) -> Any:
        customer = found(self, *given, **more)
        customer.id = f"cus_{id(customer)}"
        KEPT.append(customer)
        return customer

    Customers.get_or_create = made  # type: ignore[method-assign]


@mutant("Y083")
def date_of_retry_after_ignored() -> None:
    parse = _base_client.BaseClient._parse_retry_after_header

    def numbers_only(self: Any, headers: Any = None) -> Any:
        text = (headers or {}).get("retry-after", "")
        return parse(self, headers) if not text or text.isdigit() else None

    _base_client.BaseClient._parse_retry_after_header = numbers_only  # type: ignore[method-assign]


@mutant("Y095", long=True)
def pauses_are_not_drawn() -> None:
    wait = _base_client.BaseClient._calculate_retry_timeout
    _base_client.BaseClient._calculate_retry_timeout = (  # type: ignore[method-assign]
        lambda self, *rest: max(0.5, wait(self, *rest))
    )


@mutant("Y094")
def cause_lost() -> None:
    told = speech.told
    speech.told = lambda error: told(error) | {"cause": None}


@mutant("Y092")
def one_attempt_more() -> None:
    with_options = Ringside.__init__

    def eager(self: Any, **options: Any) -> None:
        with_options(self, **options | {"max_retries": options.get("max_retries", 0) + 1})

    Ringside.__init__ = eager  # type: ignore[method-assign]


@mutant("Y088")
def advice_to_retry_ignored() -> None:
    should_retry(lambda response: response.status_code >= 500)


@mutant("U144")
def integers_are_doubles() -> None:
    exact = speech.exact

    def rounded(value: Any) -> str:
        if isinstance(value, speech.pydantic.BaseModel):
            return rounded(value.model_dump(exclude_unset=True))
        if isinstance(value, dict):
            return "{" + ",".join(f"{exact(str(name))}:{rounded(child)}" for name, child in value.items()) + "}"
        if isinstance(value, int) and value > 1 << 31:
            return str(value & 0xFFFFFFFF)
        return exact(value)

    speech.exact = rounded


@mutant("U146")
def keys_in_lower_case() -> None:
    def change(request: Any) -> None:
        body = json.loads(request.content or b"{}")
        if "metadata" in body:
            body["metadata"] = {name.lower(): value for name, value in body["metadata"].items()}
            content = json.dumps(body).encode()
            request.headers["content-length"] = str(len(content))
            request.stream = httpx2.ByteStream(content)

    on_the_wire(change)
