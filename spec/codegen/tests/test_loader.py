# SPDX-License-Identifier: Apache-2.0
"""Reading the tree: what the bundle has, and what a fault in a file is told as."""

from __future__ import annotations

from pathlib import Path

import pytest
from openapi_spec_validator import validate

from ringside_codegen.ir import Document
from ringside_codegen.loader import SpecError, load_spec
from ringside_codegen.lower import lower

THING = "spec/resources/things/schemas/thing.yaml"


def change(tree: Path, path: str, old: str, new: str) -> None:
    file = tree / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def fault(tree: Path) -> str:
    with pytest.raises(SpecError) as caught:
        load_spec(tree / "spec")
    return str(caught.value)


def test_the_bundle_is_valid_openapi(torture: Document, real: Document) -> None:
    for bundle in (torture.bundle, torture.published, real.bundle, real.published):
        validate(bundle)


def test_the_version_is_the_repositorys(torture: Document) -> None:
    assert torture.bundle["info"]["version"] == "9.8.7"


def test_an_operation_answers_with_its_own_and_the_common_errors(torture: Document) -> None:
    responses = torture.bundle["paths"]["/v1/things"]["post"]["responses"]
    assert responses["418"]["description"] == "`teapot`."
    assert responses["409"]["description"] == "`idempotency_answer_lost`, `idempotency_in_progress`."
    assert "409" not in torture.bundle["paths"]["/v1/things"]["get"]["responses"]
    assert set(torture.bundle["paths"]["/v1/raw"]["get"]["responses"]) == {"200"}


def test_only_what_client_tokens_may_call_answers_with_their_errors(torture: Document) -> None:
    by_id = {operation.id: operation.errors for operation in torture.operations}
    assert "client_token_expired" in by_id["things.create"]
    assert "client_token_expired" not in by_id["things.list"]


def test_examples_are_where_openapi_tools_look(torture: Document) -> None:
    operation = torture.bundle["paths"]["/v1/things"]["post"]
    asked = operation["requestBody"]["content"]["application/json"]["examples"]["smallest"]
    told = operation["responses"]["201"]["content"]["application/json"]["examples"]["smallest"]
    assert asked == {"summary": "With what it needs", "value": {"class": "it's"}}
    assert told["value"]["made_on"] == "2026-01-01"


def test_an_operation_says_who_may_call_it_and_how_it_is_repeated(real: Document) -> None:
    paths = real.published["paths"]
    chat, topup = paths["/v1/chat/completions"]["post"], paths["/v1/customers/{customer_id}/wallet/topup"]["post"]
    assert chat["security"] == [{"apiKey": []}, {"clientToken": []}]
    assert "security" not in topup  # the document's own: a key
    key = {"$ref": "#/components/parameters/Idempotency-Key"}
    assert key in chat["parameters"] and key in topup["parameters"]
    assert key not in paths["/v1/customers/{customer_id}/wallet"]["get"].get("parameters", ())


def test_an_answer_names_the_headers_it_may_have(real: Document) -> None:
    chat, topup = (
        {
            status: set(answer["headers"])
            for status, answer in real.published["paths"][path]["post"]["responses"].items()
        }
        for path in ("/v1/chat/completions", "/v1/customers/{customer_id}/wallet/topup")
    )
    assert chat["200"] >= {"x-request-id", "X-Ringside-Cost", "X-RateLimit-Limit", "Idempotency-Replayed"}
    assert chat["429"] == {
        *("x-request-id", "x-should-retry", "Retry-After", "retry-after-ms"),
        *("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"),
    }
    assert chat["400"] == {"x-request-id", "x-should-retry"}
    assert topup["200"] == {"x-request-id", "Idempotency-Replayed"}


def test_a_header_of_answers_says_which(tree: Path) -> None:
    change(tree, "spec/headers.yaml", "on: calls, ", "")
    with pytest.raises(SpecError, match=r"headers.yaml: X-Thing-ID: on must be one of answers, "):
        lower(load_spec(tree / "spec"))


def test_events_are_webhooks_of_the_bundle(torture: Document) -> None:
    event = torture.bundle["webhooks"]["thing.made"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert event["properties"]["data"]["properties"]["object"] == {"$ref": "#/components/schemas/Thing"}


def test_words_beside_a_reference_are_kept(torture: Document) -> None:
    field = torture.bundle["components"]["schemas"]["Thing"]["properties"]["self"]
    assert field == {"description": "Said here and not there.", "$ref": "#/components/schemas/Thing"}


def test_yes_and_no_are_words(torture: Document) -> None:
    assert torture.bundle["components"]["schemas"]["Thing"]["properties"]["closed"]["enum"] == ["yes", "no", None]


def test_the_digest_changes_with_any_byte_read(tree: Path) -> None:
    before = load_spec(tree / "spec").digest
    change(tree, THING, "A moment.", "A moment!")
    assert load_spec(tree / "spec").digest != before


def test_the_digest_does_not_depend_on_where_the_checkout_is(tree: Path, torture: Document) -> None:
    assert load_spec(tree / "spec").digest == torture.digest


def test_a_key_given_twice_names_file_and_line(tree: Path) -> None:
    change(tree, THING, "type: object\n", "type: object\ntype: array\n")
    told = fault(tree)
    assert "thing.yaml" in told
    assert "`type` is there twice" in told
    assert "line 1" in told


def test_a_reference_to_nothing_names_the_file(tree: Path) -> None:
    change(tree, THING, "shape.yaml", "shade.yaml")
    assert "shade.yaml: no such file" in fault(tree)


def test_a_reference_into_nothing_names_the_fragment(tree: Path) -> None:
    change(tree, "spec/resources/things/import.yaml", "#/class", "#/glass")
    told = fault(tree)
    assert "`glass` is missing" in told
    assert "parameters.yaml" in told


def test_a_reference_out_of_the_spec_is_refused(tree: Path) -> None:
    (tree / "outside.yaml").write_text("type: object\n", encoding="utf-8")
    change(tree, "spec/resources/things/import.yaml", "../../shared/parameters.yaml#/class", "../../../outside.yaml")
    assert "outside the spec" in fault(tree)


def test_an_unknown_error_code_names_operation_and_code(tree: Path) -> None:
    change(tree, "spec/resources/things/create.yaml", "[teapot]", "[coffeepot]")
    told = fault(tree)
    assert "create.yaml" in told
    assert "coffeepot" in told


@pytest.mark.parametrize(
    "key", ["operationId", "summary", "description", "x-ringside-sdk", "x-ringside-since", "responses"]
)
def test_an_operation_without_a_needed_word_names_file_and_word(tree: Path, key: str) -> None:
    change(tree, "spec/resources/things/raw.yaml", f"{key}:", f"x-not-{key}:")
    told = fault(tree)
    assert "raw.yaml" in told
    assert f"`{key}` is missing" in told


def test_two_operations_of_one_name_are_refused(tree: Path) -> None:
    change(tree, "spec/resources/things/raw.yaml", "things.raw", "things.list")
    assert "already called things.list" in fault(tree)


def test_two_schema_files_of_one_name_are_refused(tree: Path) -> None:
    other = tree / "spec/resources/inner_things/schemas"
    (other / "thing.yaml").write_text("type: object\n", encoding="utf-8")
    change(
        tree, "spec/resources/inner_things/schemas/inner_thing.yaml", "../../things/schemas/thing.yaml", "thing.yaml"
    )
    assert "already called Thing" in fault(tree)


def test_a_verb_that_is_none_is_refused(tree: Path) -> None:
    change(tree, "spec/openapi.yaml", "/v1/raw: {get:", "/v1/raw: {fetch:")
    assert "/v1/raw.fetch: the verb must be one of get, post, put, patch, delete" in fault(tree)
