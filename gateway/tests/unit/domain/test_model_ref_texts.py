# SPDX-License-Identifier: Apache-2.0
"""Model refs as texts: canonical forms, round trips, and refusals that name the part that is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.model_refs import (
    CHANNELS,
    NEEDS,
    SORTS,
    FcRef,
    MatchRef,
    SlotRef,
    compare,
    format_ref,
    parse_ref,
)

VECTORS = json.loads((Path(__file__).parents[4] / "spec/model_refs/vectors.json").read_text(encoding="utf-8"))
names = st.from_regex(r"[a-z][a-z0-9._-]{0,20}", fullmatch=True)
versions = st.lists(st.integers(0, 999), min_size=1, max_size=3).map(tuple)
bounds = st.one_of(
    st.just((None, None, None)),
    versions.map(lambda v: (v, None, None)),
    versions.map(lambda v: (None, v, None)),
    versions.map(lambda v: (None, None, v)),
    versions.map(lambda v: (v, (v[0] + 1,), None)),
)
amounts = st.none() | st.integers(0, 10**12)
matches = st.builds(
    lambda provider, family, three, needs, *rest: MatchRef(provider, family, *three, tuple(sorted(needs)), *rest),
    names | st.just("*"),
    names,
    bounds,
    st.sets(st.sampled_from(NEEDS)),
    st.none() | st.integers(1, 10**9),
    amounts,
    amounts,
    st.sampled_from(SORTS),
    st.sampled_from(CHANNELS),
)


def refusal(text: str) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        parse_ref(text)
    assert (caught.value.code, caught.value.param) == ("invalid_model_ref", "model")
    return caught.value


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("fc:openai/gpt-4o-mini", FcRef("openai", "gpt-4o-mini")),
        ("fc:openrouter/meta-llama/Llama-3.1:free", FcRef("openrouter", "meta-llama/Llama-3.1:free")),
        ("slot:fast-chat", SlotRef("fast-chat")),
        ("match:anthropic/sonnet", MatchRef("anthropic", "sonnet")),
        ("match:anthropic/sonnet>=4", MatchRef("anthropic", "sonnet", (4,))),
        ("match:anthropic/sonnet>=4,<6", MatchRef("anthropic", "sonnet", (4,), (6,))),
        ("match:anthropic/sonnet=4.5", MatchRef("anthropic", "sonnet", exact=(4, 5))),
        ("match:*/gpt-mini<5", MatchRef("*", "gpt-mini", below=(5,))),
        (
            "match:*/sonnet>=4?max_input_usd=2.5&min_context=200000&needs=tools,vision&sort=cheapest",
            MatchRef("*", "sonnet", (4,), None, None, ("tools", "vision"), 200_000, 2_500_000_000, None, "cheapest"),
        ),
    ],
)
def test_a_canonical_ref_parses_and_is_written_the_same(text: str, ref: FcRef | SlotRef | MatchRef) -> None:
    assert parse_ref(text) == ref
    assert format_ref(ref) == text


@given(matches)
def test_every_selector_survives_a_round_trip(ref: MatchRef) -> None:
    assert parse_ref(format_ref(ref)) == ref


@pytest.mark.parametrize("row", VECTORS["canonical"], ids=lambda row: row["text"])
def test_a_ref_is_written_in_its_canonical_form(row: dict[str, str]) -> None:
    assert format_ref(parse_ref(row["text"])) == row["canonical"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("gpt-4o", "use `fc:<provider>/<model>`"),
        ("openai/gpt-4o", "write `fc:openai/gpt-4o`"),
        ("", "use `fc:<provider>/<model>`"),
        ("FC:openai/gpt-4o", "use `fc:<provider>/<model>`"),
        ("fc:gpt-4o", "`<provider>/<model>`"),
        ("fc:fc:openai/gpt-4o", "a provider has"),
        ("fc:/gpt-4o", "a provider has"),
        ("fc:OpenAI/gpt-4o", "a provider has"),
        ("fc:openai/", "a model has"),
        ("fc:openai/gpt 4o", "a model has"),
        ("fc:openai/gpt-4o\n", "a model has"),
        ("fc:openai/" + "x" * 257, "a model has 1 to 256"),
        ("slot:", "an alias has"),
        ("slot:a/b", "an alias has"),
        ("slot:Fast", "an alias has"),
        ("match:sonnet>=4", "`<provider>/<family>`"),
        ("match:anthropic/", "a family has"),
        ("match:anthropic/son net", "a family has"),
        ("match:anthropic/sonnet>4", "bounds are"),
        ("match:anthropic/sonnet>=", "a version is"),
        ("match:anthropic/sonnet>=v4", "a version is"),
        ("match:anthropic/sonnet>=04", "a version is"),
        ("match:anthropic/sonnet>=-4", "a version is"),
        ("match:anthropic/sonnet>=1.2.3.4", "a version is"),
        ("match:anthropic/sonnet>=4,>=5", "at most once"),
        ("match:anthropic/sonnet<6,>=4", "comes before"),
        ("match:anthropic/sonnet=4,<6", "stands alone"),
        ("match:anthropic/sonnet>=6,<4", "no version lies"),
        ("match:anthropic/sonnet>=4,<4.0", "no version lies"),
        ("match:anthropic/sonnet>=4?", "query keys are"),
        ("match:anthropic/sonnet?colour=red", "query keys are"),
        ("match:anthropic/sonnet?sort=newest&channel=stable", "sorted"),
        ("match:anthropic/sonnet?sort=newest&sort=newest", "once"),
        ("match:anthropic/sonnet?needs=vision,tools", "needs are sorted"),
        ("match:anthropic/sonnet?needs=telepathy", "needs are sorted"),
        ("match:anthropic/sonnet?min_context=0", "min_context is"),
        ("match:anthropic/sonnet?max_input_usd=1e3", "max_input_usd is"),
        ("match:anthropic/sonnet?sort=best", "sort is"),
        ("fc:openäi/gpt", "a provider has"),
    ],
)
def test_anything_else_is_refused_naming_the_part_that_is_wrong(text: str, part: str) -> None:
    assert part in refusal(text).message


def test_a_long_ref_is_not_echoed_whole() -> None:
    assert len(refusal("x" * 100_000).message) < 300


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [((4,), (4, 0), 0), ((4, 5), (4,), 1), ((4, 9), (4, 10), -1), ((3, 7), (4,), -1), ((5,), (4, 99, 9), 1)],
)
def test_versions_compare_number_by_number(left: tuple[int, ...], right: tuple[int, ...], order: int) -> None:
    assert compare(left, right) == order
    assert compare(right, left) == -order
