# SPDX-License-Identifier: Apache-2.0
"""Rules about operations: names that follow from files, and everything a reader or generator relies on."""

from __future__ import annotations

from collections.abc import Iterator

from ringside_codegen.lint.subject import Operation, OperationRule


def operation_id_is_resource_and_method(op: Operation) -> Iterator[str]:
    """`customers.wallet.topup` is resource `customers.wallet`, method `topup`."""
    wanted = f"{op.raw['x-ringside-resource']}.{op.raw['x-ringside-method']}"
    if op.raw["operationId"] != wanted:
        yield f"operationId should be {wanted}"


def file_is_named_after_the_method(op: Operation) -> Iterator[str]:
    """The file's name is the SDK's method."""
    if op.source.stem != op.raw["x-ringside-method"]:
        yield f"the file should be called {op.raw['x-ringside-method']}.yaml"


def tag_is_the_noun(op: Operation) -> Iterator[str]:
    """One tag, the folder's name."""
    if op.raw.get("tags") != [op.source.parent.name]:
        yield f"tags should be [{op.source.parent.name}]"


def scope_is_said(op: Operation) -> Iterator[str]:
    """Who may call it is never left open; null means everybody."""
    if "x-ringside-scope" not in op.raw:
        yield "x-ringside-scope is missing; write null where no credential is needed"


def descriptions_are_sentences(op: Operation) -> Iterator[str]:
    """Descriptions end with a full stop, summaries do not."""
    if not op.raw["description"].rstrip().endswith("."):
        yield "the description should end with a full stop"
    if op.raw["summary"].endswith("."):
        yield "the summary should not end with a full stop"
    for parameter in op.raw.get("parameters", ()):
        if not parameter.get("description", "").rstrip().endswith("."):
            yield f"parameter {parameter['name']}: the description should be a sentence with a full stop"


def posts_are_idempotent(op: Operation) -> Iterator[str]:
    """Every POST takes an Idempotency-Key."""
    if (op.verb == "post") != (op.raw.get("x-ringside-idempotent") == "auto"):
        yield "x-ringside-idempotent: auto belongs on every POST and on nothing else"


def lists_are_paged(op: Operation) -> Iterator[str]:
    """A list has a cursor, and `limit`, `after` and `before`."""
    is_list = op.raw["x-ringside-method"].startswith("list") and op.raw["x-ringside-sdk"] == "own"
    if is_list != (op.raw.get("x-ringside-pagination") == "cursor"):
        yield "x-ringside-pagination: cursor belongs on every list and on nothing else"
    if is_list:
        names = {parameter["name"] for parameter in op.raw.get("parameters", ())}
        for missing in sorted({"limit", "after", "before"} - names):
            yield f"a list takes `{missing}`; $ref it from shared/parameters.yaml"


def deletes_answer_with_a_body(op: Operation) -> Iterator[str]:
    """200 with {id, object, deleted}: two of the host SDKs cannot read 204."""
    answer = op.raw["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if op.verb == "delete" and answer.get("$ref", "").rpartition("/")[2] != "Deleted":
        yield "a delete answers 200 with shared/schemas/deleted.yaml"


def strings_in_parameters_are_bounded(op: Operation) -> Iterator[str]:
    """An error can only name the limit if there is one."""
    for parameter in op.raw.get("parameters", ()):
        schema = parameter["schema"]
        if schema.get("type") == "string" and not {"maxLength", "enum", "pattern"} & set(schema):
            yield f"parameter {parameter['name']}: give it a maxLength, an enum or a pattern"
        if schema.get("type") == "integer" and not {"minimum", "maximum"} <= set(schema):
            yield f"parameter {parameter['name']}: give it a minimum and a maximum"


def operation_rules() -> tuple[OperationRule, ...]:
    """All of them."""
    return (
        operation_id_is_resource_and_method,
        file_is_named_after_the_method,
        tag_is_the_noun,
        scope_is_said,
        descriptions_are_sentences,
        posts_are_idempotent,
        lists_are_paged,
        deletes_answer_with_a_body,
        strings_in_parameters_are_bounded,
    )
