# SPDX-License-Identifier: Apache-2.0
"""The gateway reads and resolves model refs as spec/model_refs says, row by row."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from ringside_gateway.domain.catalogue import Catalogue, ModelFacts, ProviderFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.model_refs import FcRef, MatchRef, SlotRef, parse_ref
from ringside_gateway.domain.pricing import Price
from ringside_gateway.domain.selection import select

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[4] / "spec/model_refs/vectors.json").read_text(encoding="utf-8")
)


def dotted(version: tuple[int, ...] | None) -> str | None:
    return None if version is None else ".".join(map(str, version))


def usd(nano: int | None) -> str | None:
    return None if nano is None else format(Decimal(nano).scaleb(-9).normalize(), "f")


def parts(text: str) -> dict[str, Any]:
    ref = parse_ref(text)
    if isinstance(ref, FcRef):
        return {"kind": "fc", "provider": ref.provider, "model": ref.model}
    if isinstance(ref, SlotRef):
        return {"kind": "slot", "alias": ref.alias}
    found = {
        "kind": "match",
        "provider": ref.provider,
        "family": ref.family,
        "min_version": dotted(ref.minimum),
        "max_version": dotted(ref.below),
        "version": dotted(ref.exact),
        "needs": list(ref.needs) or None,
        "min_context": ref.min_context,
        "max_input_usd": usd(ref.max_input_nano),
        "max_output_usd": usd(ref.max_output_nano),
        "sort": None if ref.sort == "newest" else ref.sort,
        "channel": None if ref.channel == "stable" else ref.channel,
    }
    return {name: value for name, value in found.items() if value is not None}


@pytest.mark.parametrize("row", VECTORS["parse"], ids=lambda row: row["text"][:60] or "empty")
def test_a_text_has_the_parts_the_spec_says(row: dict[str, Any]) -> None:
    if row.get("error"):
        with pytest.raises(GatewayError, match="invalid_model_ref"):
            parse_ref(row["text"])
    else:
        assert parts(row["text"]) == row["parts"]


@pytest.mark.parametrize("row", [row for row in VECTORS["build"] if "text" in row], ids=lambda row: row["text"])
def test_everything_a_builder_emits_can_be_read(row: dict[str, Any]) -> None:
    assert parts(row["text"])["kind"] == row["text"].partition(":")[0]


@pytest.mark.parametrize("row", VECTORS["canonical"], ids=lambda row: row["text"])
def test_a_text_and_its_canonical_form_mean_the_same(row: dict[str, Any]) -> None:
    assert parts(row["text"]) == parts(row["canonical"])


def catalogue() -> Catalogue:
    providers: dict[str, list[ModelFacts]] = {}
    for row in VECTORS["catalogue"]:
        price = None
        if row["input_usd"] is not None:
            price = Price(*(int(Decimal(row[name]).scaleb(9)) for name in ("input_usd", "output_usd")))
        providers.setdefault(row["provider"], []).append(
            ModelFacts(
                provider=row["provider"],
                name=row["name"],
                family=row["family"],
                version=tuple(int(part) for part in row["version"].split(".")),
                released=row["released"],
                context_tokens=row["context_tokens"],
                max_output_tokens=1000,
                upstream_name=row["name"],
                capabilities=frozenset(row["capabilities"]),
                status=row["status"],
                snapshot_of=row["snapshot_of"],
                price=price,
            )
        )
    return Catalogue(
        ProviderFacts(name, name, "openai", "", None, {}, models=tuple(models)) for name, models in providers.items()
    )


@pytest.mark.parametrize("row", VECTORS["resolve"], ids=lambda row: row["ref"])
def test_a_selector_gives_its_candidates_in_order(row: dict[str, Any]) -> None:
    ref = parse_ref(row["ref"])
    assert isinstance(ref, MatchRef)
    assert [model.ref for model in select(catalogue(), ref)] == row["candidates"]
