# SPDX-License-Identifier: Apache-2.0
"""The gateway's tables agree with the spec, and its schemas can be used by themselves."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from jsonschema import Draft202012Validator

from ringside_codegen.ir import Document
from ringside_codegen.reference.examples import made_up
from ringside_codegen.targets import gateway


@pytest.fixture(scope="module")
def files(torture: Document) -> dict[str, str]:
    return {output.path.rpartition("gateway/")[2]: output.content for output in gateway.files(torture)}


Table = Callable[[str], ModuleType]


@pytest.fixture
def table(files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Table:
    """A generated module, imported."""

    def _table(name: str) -> ModuleType:
        file = tmp_path / f"generated_{name}.py"
        file.write_text(next(text for path, text in files.items() if path.endswith(f"/{name}.py")), encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        return importlib.import_module(file.stem)

    return _table


def test_errors_keep_quotes_backslashes_and_other_scripts(table: Table) -> None:
    teapot = table("errors").ERRORS["teapot"]
    assert (teapot.status, teapot.retry) == (418, "never")
    assert teapot.message == '"{thing}" is a teapot: ☕ \\ {x}.'


def test_operations_say_who_may_call_and_what_they_promise(table: Table) -> None:
    operations = table("operations").OPERATIONS
    create, raw = operations["things.create"], operations["things.raw"]
    assert (create.method, create.path, create.scope) == ("POST", "/v1/things", "api:write")
    assert (create.client_token_scope, create.idempotent, create.billable) == ("things", True, True)
    assert (raw.scope, raw.idempotent, raw.billable) == (None, False, False)
    assert operations["things.list"].paginated


def test_events_and_headers_are_by_their_wire_names(table: Table) -> None:
    assert table("events").EVENTS == {"thing.made": "thing", "nobody.knows": "nobody"}
    assert table("headers").X_THING_ID == "X-Thing-ID"


def test_schemas_are_self_contained_and_refuse_what_the_spec_refuses(files: dict[str, str]) -> None:
    schemas = json.loads(next(content for name, content in files.items() if name.endswith("schemas.json")))
    body = Draft202012Validator(schemas["things.create"]["body"])
    assert body.is_valid({"class": "a"})
    assert not body.is_valid({})
    assert not body.is_valid({"class": "a", "klass": "b"})
    assert not body.is_valid({"class": "a", "labels": {"a": 1}})
    query = Draft202012Validator(schemas["things.list"]["query"])
    assert query.is_valid({"limit": 100})
    assert not query.is_valid({"limit": 101})
    assert not query.is_valid({"offset": 1})
    assert (schemas["things.create"]["body_required"], schemas["things.import"]["body_required"]) == (True, False)
    assert schemas["things.raw"] == {}


def test_every_schema_of_the_product_is_one_a_validator_takes(real: Document) -> None:
    content = next(output.content for output in gateway.files(real) if output.path.endswith("schemas.json"))
    for operation, parts in json.loads(content).items():
        for part in ("body", "query"):
            if part in parts:
                Draft202012Validator.check_schema(parts[part])
                assert "#/components" not in json.dumps(parts[part]), operation


def test_what_the_reference_shows_as_a_request_is_one_the_gateway_takes(real: Document) -> None:
    content = next(output.content for output in gateway.files(real) if output.path.endswith("schemas.json"))
    schemas = json.loads(content)
    for operation in real.operations:
        raw = real.bundle["paths"][operation.full_path][operation.http_method.lower()]
        shown = [example["request"] for example in operation.examples if example["response"]["status"] < 300]
        for request in shown or [made_up(operation, raw, real.bundle["components"]["schemas"])["request"]]:
            if operation.body and (operation.body_required or "body" in request):
                Draft202012Validator(schemas[operation.id]["body"]).validate(request["body"])
            if operation.query_params:
                Draft202012Validator(schemas[operation.id]["query"]).validate(request.get("query", {}))
