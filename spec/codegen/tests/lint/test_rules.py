# SPDX-License-Identifier: Apache-2.0
"""Each house rule accepts its good sample and refuses its bad one, saying what to write instead."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ringside_codegen.lint import findings
from ringside_codegen.lint.examples import example_rules
from ringside_codegen.lint.operations import operation_rules
from ringside_codegen.lint.schemas import schema_rules
from ringside_codegen.lint.subject import Operation
from ringside_codegen.loader import load_spec

SAMPLES = Path(__file__).parent / "samples"
RULES: dict[str, Any] = {rule.__name__: rule for rule in (*operation_rules(), *example_rules(), *schema_rules())}


def found(rule: Any, sample: dict[str, Any]) -> list[str]:
    if "schema" in sample:
        return list(rule(sample["schema"], sample.get("own_body", False)))
    source = Path("spec/resources") / sample.get("file", "things/create.yaml")
    operation = Operation("/v1/things", sample.get("verb", "post"), sample["op"], source, sample.get("schemas", {}))
    return list(rule(operation))


def test_every_rule_has_a_good_and_a_bad_sample() -> None:
    assert {path.stem for path in SAMPLES.glob("*.yaml")} == set(RULES)


@pytest.mark.parametrize("name", sorted(RULES))
def test_the_good_sample_passes_and_the_bad_one_is_told_what_to_write(name: str) -> None:
    sample = yaml.safe_load((SAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    assert found(RULES[name], sample["good"]) == []
    assert any(sample["says"] in text for text in found(RULES[name], sample["bad"])), found(RULES[name], sample["bad"])


def test_the_spec_keeps_every_rule() -> None:
    assert list(findings(load_spec(Path(__file__).parents[3]))) == []
