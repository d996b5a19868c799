# SPDX-License-Identifier: Apache-2.0
"""Drivers with one defect each: `python mutants.py NAME` runs the Python driver as if its SDK were wrong.

They prove the suite: `CAUGHT_BY` names, for each defect, a case that must fail. More of them: defects.py. With
`--serve SOCKET` such a driver is forked for whoever asks (forked.py): importing the SDK takes longest of all.
"""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "drivers/python"))

import defects  # noqa: F401  # registers its own
import driver
import forked
import openai
import ringside_sdk
import speech
from openai import _base_client, _streaming
from planting import CAUGHT_BY as CAUGHT_BY
from planting import MUTANTS, mutant, on_the_wire, should_retry
from ringside import Model, Ringside, _client, _pagination, errors, token_source, webhooks
from ringside.model import MatchBuilder


@mutant("I098")
def new_key_for_each_attempt() -> None:
    on_the_wire(lambda request: request.headers.update({"idempotency-key": str(uuid.uuid4())}))


@mutant("I097")
def no_idempotency_key() -> None:
    on_the_wire(lambda request: request.headers.pop("idempotency-key", None))


@mutant("I102")
def key_on_chat() -> None:
    on_the_wire(lambda request: request.headers.setdefault("idempotency-key", str(uuid.uuid4())))


@mutant("I100")
def own_key_overwritten() -> None:
    on_the_wire(lambda request: request.headers.update({"idempotency-key": str(uuid.uuid4())}))


@mutant("C023")
def customer_dropped() -> None:
    on_the_wire(lambda request: request.headers.pop("fc-customer", None))


@mutant("C018")
def organisation_leaks() -> None:
    on_the_wire(lambda request: request.headers.update({"openai-organization": os.environ.get("OPENAI_ORG_ID", "")}))


@mutant("A028")
def token_sent_as_bearer() -> None:
    def change(request: Any) -> None:
        request.headers["authorization"] = request.headers["authorization"].replace("Client", "Bearer")

    on_the_wire(change)


@mutant("U142a")
def path_encoded_twice() -> None:
    def change(request: Any) -> None:
        request.url = request.url.copy_with(raw_path=request.url.raw_path.replace(b"%", b"%25"))

    on_the_wire(change)


@mutant("P122")
def filters_lost_on_the_second_page() -> None:
    def change(request: Any) -> None:
        if "after" in request.url.params:
            request.url = request.url.copy_remove_param("external_id")

    on_the_wire(change)


@mutant("C026")
def user_agent_of_the_host() -> None:
    on_the_wire(lambda request: request.headers.update({"user-agent": "OpenAI/Python"}))


@mutant("C025")
def one_tag_only() -> None:
    def change(request: Any) -> None:
        if "fc-tag" in request.headers:
            request.headers["fc-tag"] = request.headers["fc-tag"].split(",")[0]

    on_the_wire(change)


@mutant("Y089")
def budgets_are_retried() -> None:
    should_retry(lambda response: response.status_code in (402, 500))


@mutant("Y081")
def nothing_is_retried() -> None:
    should_retry(lambda response: False)


@mutant("Y087")
def veto_ignored() -> None:
    should_retry(lambda response: response.status_code >= 500)


@mutant("E-external_id_taken")
def conflicts_are_retried() -> None:
    should_retry(lambda response: response.status_code in (409, 500))


@mutant("Y084")
def advice_on_the_pause_ignored() -> None:
    _base_client.BaseClient._calculate_retry_timeout = lambda self, *rest: 0.0  # type: ignore[method-assign]


@mutant("P114")
def second_page_lost() -> None:
    _pagination._CursorPage.has_next_page = lambda self: False  # type: ignore[method-assign]


@mutant("P118")
def repeated_cursor_followed() -> None:
    _pagination._CursorPage._seen_with_next = lambda self: frozenset()  # type: ignore[method-assign]


@mutant("P119")
def all_pages_fetched_first() -> None:
    step = _pagination.SyncCursorPage.__iter__
    _pagination.SyncCursorPage.__iter__ = lambda self: iter(list(step(self)))  # type: ignore[assignment, method-assign]


@mutant("E-customer_wallet_empty")
def one_class_for_every_code() -> None:
    def generic(body: Any, response: Any) -> Any:
        return errors.RingsideStatusError("an error", response=response, body=body)

    _client.make_error = generic


@mutant("E078b")
def request_id_of_the_body_lost() -> None:
    told = speech.told
    speech.told = lambda error: told(error) | {"request_id": None}


@mutant("E077b")
def message_lost() -> None:
    told = speech.told
    speech.told = lambda error: told(error) | {"message": "An error."}


@mutant("S126")
def text_decoded_for_each_piece() -> None:
    read = _streaming.SSEDecoder.iter_bytes

    def broken(self: Any, pieces: Iterator[bytes]) -> Any:
        return read(self, (piece.decode("utf-8", "replace").encode() for piece in pieces))

    _streaming.SSEDecoder.iter_bytes = broken  # type: ignore[method-assign]


@mutant("F197")
def unknown_fields_lost() -> None:
    exact = speech.exact

    def known_only(value: Any) -> str:
        if isinstance(value, speech.pydantic.BaseModel):
            extra = value.model_extra or {}
            return exact(
                {name: child for name, child in value.model_dump(exclude_unset=True).items() if name not in extra}
            )
        if isinstance(value, dict):
            return "{" + ",".join(f"{exact(str(name))}:{known_only(child)}" for name, child in value.items()) + "}"
        return exact(value)

    speech.exact = known_only


@mutant("R045")
def money_as_short_floats() -> None:
    exact = speech.exact

    def rounded(value: Any) -> str:
        if isinstance(value, Decimal):
            return f"{float(value):.6g}"
        if isinstance(value, speech.pydantic.BaseModel):
            return rounded(value.model_dump(exclude_unset=True))
        if isinstance(value, dict):
            return "{" + ",".join(f"{exact(str(name))}:{rounded(child)}" for name, child in value.items()) + "}"
        return exact(value)

    speech.exact = rounded


@mutant("X107")
def own_time_limit_ignored() -> None:
    request_of = speech.request_of
    speech.request_of = lambda given: {name: v for name, v in request_of(given).items() if name != "timeout"}


@mutant("X110")
def cancelling_ignored() -> None:
    driver.cancel = lambda number: None


@mutant("X111b")
def stream_left_open() -> None:
    kept: list[Any] = []

    def leave(self: Any, *reason: Any) -> None:
        kept.append(self)

    openai.Stream.__exit__ = leave  # type: ignore[method-assign]


@mutant("C016")
def base_url_of_the_environment_ignored() -> None:
    os.environ.pop("FC_BASE_URL", None)


@mutant("C017")
def openai_key_taken() -> None:
    os.environ.setdefault("FC_API_KEY", os.environ.get("OPENAI_API_KEY", ""))


@mutant("B-build-05")
def versions_are_floats() -> None:
    least = MatchBuilder.min_version
    MatchBuilder.min_version = lambda self, version: least(self, str(float(version)))  # type: ignore[assignment, method-assign]


@mutant("B-parse-11")
def anything_is_a_ref() -> None:
    Model.parse = staticmethod(lambda text: text)  # type: ignore[assignment, method-assign]


def verifying(change: Callable[..., Any]) -> None:
    """Replaces the check of a delivery by one that begins with `change`."""
    verify = webhooks.verify

    def changed(payload: Any, headers: Any, **options: Any) -> Any:
        return verify(*change(payload, headers, options)[:2], **options)

    webhooks.verify = changed


@mutant("W-verify-17")
def time_of_a_delivery_ignored() -> None:
    def change(payload: Any, headers: Any, options: dict[str, Any]) -> Any:
        options["tolerance"] = "none"
        return payload, headers

    verifying(change)


@mutant("W-verify-48")
def first_signature_only() -> None:
    def change(payload: Any, headers: Any, options: dict[str, Any]) -> Any:
        return payload, [(name, ",".join(value.split(",")[:2])) for name, value in headers]

    verifying(change)


@mutant("W-verify-49")
def first_secret_only() -> None:
    def change(payload: Any, headers: Any, options: dict[str, Any]) -> Any:
        options["secret"] = options["secret"][:1]
        return payload, headers

    verifying(change)


@mutant("W-verify-06")
def body_trimmed() -> None:
    verifying(lambda payload, headers, options: (payload.strip(), headers))


@mutant("T060")
def token_in_the_repr() -> None:
    Ringside.__repr__ = lambda self: f"Ringside(client_token={driver_token(self)!r})"  # type: ignore[method-assign]


def driver_token(client: Any) -> str:
    """The token a client was made with."""
    return str(vars(client).get("_token_text", "secret-token-text"))


@mutant("A030")
def token_never_renewed() -> None:
    token_source.TokenSource.refresh = lambda self, *rest: None  # type: ignore[attr-defined]
    options_of = speech.options_of

    def first_only(given: dict[str, Any]) -> dict[str, Any]:
        tokens = given.get("client_token_sequence")
        return options_of(given | {"client_token_sequence": tokens[:1]}) if tokens else options_of(given)

    speech.options_of = first_only


def run(name: str) -> None:
    """One driver; without a name it has no defect. One kind of client is enough to notice a defect."""
    if name:
        MUTANTS[name]()
    ringside_sdk.CAPABILITIES.remove("async")
    asyncio.run(driver.main(ringside_sdk))


if __name__ == "__main__":
    if sys.argv[1] == "--serve":
        forked.serve(sys.argv[2], run)
    run(sys.argv[1])
