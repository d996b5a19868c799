# SPDX-License-Identifier: Apache-2.0
"""Which model a ref stands for."""

from __future__ import annotations

from typing import Any

import pytest
from ringside_gateway.domain.catalogue import Catalogue, ModelFacts, ProviderFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.model_refs import FcRef, MatchRef, parse_ref
from ringside_gateway.domain.pricing import Price
from ringside_gateway.domain.selection import resolve, select

USD = 10**9


def model(name: str, version: tuple[int, ...], **changes: Any) -> ModelFacts:
    facts: dict[str, Any] = {
        "provider": "acme",
        "name": name,
        "family": "bard",
        "version": version,
        "released": "2026-01-01",
        "context_tokens": 100_000,
        "max_output_tokens": 8_000,
        "upstream_name": name,
        "price": Price(input=USD, output=4 * USD),
        "capabilities": frozenset({"tools"}),
    }
    return ModelFacts(**(facts | changes))


def catalogue(*models: ModelFacts) -> Catalogue:
    names = sorted({found.provider for found in models})
    return Catalogue(
        ProviderFacts(name, name, "openai", "http://x", None, {}, models=tuple(m for m in models if m.provider == name))
        for name in names
    )


def refs(found: Catalogue, ref: str) -> list[str]:
    parsed = parse_ref(ref)
    assert isinstance(parsed, MatchRef)
    return [chosen.name for chosen in select(found, parsed)]


FAMILY = catalogue(
    model("bard-3", (3,)),
    model("bard-4", (4,)),
    model("bard-4-9", (4, 9)),
    model("bard-4-10", (4, 10)),
    model("bard-5-preview", (5,), status="preview"),
    model("bard-2", (2,), status="deprecated"),
    model("bard-4-10-2026-01-01", (4, 10), snapshot_of="bard-4-10"),
)


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("match:acme/bard", ["bard-4-10", "bard-4-9", "bard-4", "bard-3"]),
        ("match:acme/bard>=4", ["bard-4-10", "bard-4-9", "bard-4"]),
        ("match:acme/bard>=4,<4.10", ["bard-4-9", "bard-4"]),
        ("match:acme/bard<4", ["bard-3"]),
        ("match:acme/bard=4", ["bard-4"]),
        ("match:acme/bard=4.10", ["bard-4-10"]),
        ("match:acme/bard?channel=preview", ["bard-5-preview", "bard-4-10", "bard-4-9", "bard-4", "bard-3"]),
        ("match:*/bard=3", ["bard-3"]),
        ("match:other/bard", []),
        ("match:acme/bard=2", []),
    ],
)
def test_versions_choose_the_newest_within_their_bounds(ref: str, expected: list[str]) -> None:
    assert refs(FAMILY, ref) == expected


def test_equal_versions_are_ordered_by_release_then_name_then_provider() -> None:
    found = catalogue(
        model("b", (4,)), model("a", (4,)), model("old", (4,), released="2025-01-01"), model("a", (4,), provider="zeta")
    )
    parsed = parse_ref("match:*/bard")
    assert isinstance(parsed, MatchRef)
    assert [chosen.ref for chosen in select(found, parsed)] == ["fc:acme/a", "fc:zeta/a", "fc:acme/b", "fc:acme/old"]


def test_needs_context_and_prices_filter() -> None:
    found = catalogue(
        model("plain", (1,)),
        model("seeing", (1,), capabilities=frozenset({"tools", "vision"}), released="2025-01-01"),
        model("wide", (1,), context_tokens=10**6, price=Price(input=9 * USD, output=9 * USD), released="2025-01-01"),
        model("unpriced", (1,), price=None, released="2024-01-01"),
    )
    assert refs(found, "match:*/bard?needs=tools,vision") == ["seeing"]
    assert refs(found, "match:*/bard?min_context=500000") == ["wide"]
    assert refs(found, "match:*/bard?max_input_usd=1&needs=tools") == ["plain", "seeing"]
    assert refs(found, "match:*/bard?sort=cheapest") == ["plain", "seeing", "wide", "unpriced"]
    assert refs(found, "match:*/bard?sort=largest_context")[0] == "wide"


def test_no_match_repeats_the_selector() -> None:
    parsed = parse_ref("match:acme/bard>=7")
    assert isinstance(parsed, MatchRef)
    with pytest.raises(GatewayError, match=r"No model matches `match:acme/bard>=7`") as caught:
        resolve(FAMILY, parsed)
    assert caught.value.code == "no_model_matches"


@pytest.mark.parametrize("name", ["bard-4-10", "bard-4.10", "BARD-4-10", "the-bard"])
def test_a_model_is_found_by_any_spelling_and_alias(name: str) -> None:
    found = catalogue(model("bard-4-10", (4, 10), aliases=("the-bard",)))
    assert resolve(found, FcRef("acme", name)).name == "bard-4-10"


@pytest.mark.parametrize(
    ("ref", "hint"),
    [
        (FcRef("acme", "bard-4-11"), "fc:acme/bard-4-10"),
        (FcRef("acmee", "bard-4"), "fc:acme/bard-4"),
        (FcRef("nobody", "bard-4"), "fc:acme/bard-4"),
    ],
)
def test_an_unknown_model_is_answered_with_near_names(ref: FcRef, hint: str) -> None:
    with pytest.raises(GatewayError) as caught:
        resolve(FAMILY, ref)
    assert caught.value.code == "model_not_found"
    assert f"`{hint}`" in caught.value.message


def test_a_near_name_is_told_once() -> None:
    assert FAMILY.near("acmee", "bard-4") == FAMILY.near("acmee", "bard.4") == ["fc:acme/bard-4"]


def test_a_name_near_to_nothing_gets_no_hint() -> None:
    with pytest.raises(GatewayError) as caught:
        resolve(FAMILY, FcRef("nobody", "qqqqqqqq"))
    assert "Did you mean" not in caught.value.message
