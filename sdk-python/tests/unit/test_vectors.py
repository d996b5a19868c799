# SPDX-License-Identifier: Apache-2.0
"""The vectors that gateway and SDKs share: spec/model_refs and spec/signatures."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ringside import Model, ModelRefError, WebhookVerificationError, webhooks
from ringside.model import MatchRef

SPEC = Path(__file__).parents[3] / "spec"
REFS: dict[str, list[dict[str, Any]]] = json.loads((SPEC / "model_refs/vectors.json").read_text(encoding="utf-8"))
SIGNATURES: dict[str, list[dict[str, Any]]] = json.loads((SPEC / "signatures/vectors.json").read_text(encoding="utf-8"))


def label(row: dict[str, Any]) -> str:
    """How pytest names a row."""
    named = next(row[key] for key in ("name", "v1", "steps", "text") if key in row)
    return repr(named)[:80]


def build(steps: list[list[Any]]) -> str:
    """The text that a builder taken through these steps emits."""
    made: Any = Model
    for name, *arguments in steps:
        made = getattr(made, name)(*arguments)
    return str(made)


@pytest.mark.parametrize("row", REFS["build"], ids=label)
def test_a_builder_emits_the_text_or_refuses_the_part(row: dict[str, Any]) -> None:
    if "text" in row:
        assert build(row["steps"]) == row["text"]
        assert str(Model.parse(row["text"])) == row["text"]
        return
    with pytest.raises(ModelRefError) as refusal:
        build(row["steps"])
    assert refusal.value.part == row["error"]


@pytest.mark.parametrize("row", REFS["parse"], ids=label)
def test_a_text_has_these_parts_or_is_refused(row: dict[str, Any]) -> None:
    if row.get("error"):
        with pytest.raises(ModelRefError):
            Model.parse(row["text"])
        return
    ref = Model.parse(row["text"])
    parts = {key: list(value) if key == "needs" else value for key, value in asdict(ref).items() if value}
    assert {"kind": "match" if isinstance(ref, MatchRef) else str(ref).split(":")[0], **parts} == row["parts"]


@pytest.mark.parametrize("row", REFS["canonical"], ids=label)
def test_a_text_has_one_canonical_form(row: dict[str, Any]) -> None:
    assert str(Model.parse(row["text"])) == row["canonical"]


@pytest.mark.parametrize("row", SIGNATURES["golden"], ids=label)
def test_a_digest_is_the_golden_one(row: dict[str, Any]) -> None:
    header = webhooks.sign(base64.b64decode(row["payload"]), secret=row["secret"], timestamp=row["time"])
    assert header == f"t={row['time']},v1={row['v1']}"


@pytest.mark.parametrize("row", SIGNATURES["verify"], ids=label)
def test_a_delivery_is_accepted_or_refused_with_its_reason(row: dict[str, Any]) -> None:
    headers = [(name, value) for name, value in row["headers"]]
    tolerance = "none" if row["tolerance"] is None else row["tolerance"]
    body, options = base64.b64decode(row["payload"]), {"secret": row["secrets"], "now": row["now"]}
    if "event" in row:
        assert webhooks.verify(body, headers, tolerance=tolerance, **options).id == row["event"]
        return
    with pytest.raises(WebhookVerificationError) as refusal:
        webhooks.verify(body, headers, tolerance=tolerance, **options)
    assert refusal.value.reason == row["reason"]
