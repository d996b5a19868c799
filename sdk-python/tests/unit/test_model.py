# SPDX-License-Identifier: Apache-2.0
"""Model refs as text: canonical strings out, nothing else in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from ringside import Model, ModelRefError
from ringside.model import FcRef, MatchBuilder, MatchRef, SlotRef

SONNET = Model.match("anthropic", "sonnet")


@pytest.mark.parametrize(
    ("builder", "text"),
    [
        (SONNET, "match:anthropic/sonnet"),
        (SONNET.min_version(4), "match:anthropic/sonnet>=4"),
        (SONNET.min_version("4.5"), "match:anthropic/sonnet>=4.5"),
        (SONNET.min_version("4-5"), "match:anthropic/sonnet>=4.5"),
        (SONNET.min_version("4.10"), "match:anthropic/sonnet>=4.10"),
        (SONNET.min_version(4).min_version(5), "match:anthropic/sonnet>=5"),
        (SONNET.min_version(4).max_version(6), "match:anthropic/sonnet>=4,<6"),
        (SONNET.max_version(6).min_version(4), "match:anthropic/sonnet>=4,<6"),
        (SONNET.version("4.5"), "match:anthropic/sonnet=4.5"),
        (Model.match("*", "sonnet").min_version(4), "match:*/sonnet>=4"),
        (SONNET.needs("vision", "tools").needs("tools"), "match:anthropic/sonnet?needs=tools,vision"),
        (SONNET.sort("newest").channel("stable"), "match:anthropic/sonnet"),
        (
            SONNET.min_version(4)
            .sort("cheapest")
            .needs("vision")
            .min_context(200_000)
            .max_output_usd(15)
            .max_input_usd(Decimal("3.50"))
            .channel("preview"),
            "match:anthropic/sonnet>=4?channel=preview&max_input_usd=3.5&max_output_usd=15"
            "&min_context=200000&needs=vision&sort=cheapest",
        ),
        (SONNET.max_input_usd(0.000001), "match:anthropic/sonnet?max_input_usd=0.000001"),
        (SONNET.max_input_usd("0.10"), "match:anthropic/sonnet?max_input_usd=0.1"),
    ],
)
def test_a_builder_writes_the_canonical_text(builder: MatchBuilder, text: str) -> None:
    assert builder.build() == str(builder) == text
    assert str(Model.parse(text)) == text


def test_direct_refs_and_slots_are_text_at_once() -> None:
    assert Model.fc("openai", "gpt-4o-mini") == Model.fc("openai/gpt-4o-mini") == "fc:openai/gpt-4o-mini"
    assert Model.fc("together/meta-llama/Llama-3.3-70B") == "fc:together/meta-llama/Llama-3.3-70B"
    assert Model.slot("fast-chat") == "slot:fast-chat"


def test_a_builder_is_never_changed_by_what_is_built_from_it() -> None:
    four = SONNET.min_version(4)
    six = four.max_version(6)
    assert (SONNET.build(), four.build(), six.build()) == (
        "match:anthropic/sonnet",
        "match:anthropic/sonnet>=4",
        "match:anthropic/sonnet>=4,<6",
    )


@pytest.mark.parametrize(
    "name", ["", " ", "Sonnet", "son net", "son\x00net", "sonnet>", "a" * 65, "zoë", "9lives", None]
)
def test_a_family_outside_the_grammar_is_refused_by_name(name: Any) -> None:
    with pytest.raises(ModelRefError) as refusal:
        Model.match("anthropic", name).build()
    assert refusal.value.part == "family"


@pytest.mark.parametrize("version", [-1, "v4", "04", "4.", "4.5.6.7", "", 4.1, Decimal("4.1"), True, None, "4,5"])
def test_what_is_no_version_is_refused(version: Any) -> None:
    if version is None:
        return
    with pytest.raises(ModelRefError) as refusal:
        SONNET.min_version(version).build()
    assert refusal.value.part == "version"


def test_a_fraction_is_told_to_be_a_string() -> None:
    with pytest.raises(ModelRefError, match=r"4\.10 and 4\.1 are one number"):
        SONNET.min_version(4.10).build()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("builder", "part"),
    [
        (SONNET.min_version(6).max_version(6), "version"),
        (SONNET.min_version("4.10").max_version("4.9"), "version"),
        (SONNET.version(4).min_version(3), "version"),
        (SONNET.needs("magic"), "needs"),  # type: ignore[arg-type]
        (SONNET.sort("oldest"), "sort"),  # type: ignore[arg-type]
        (SONNET.channel("beta"), "channel"),  # type: ignore[arg-type]
        (SONNET.min_context(0), "min_context"),
        (SONNET.min_context(1.5), "min_context"),  # type: ignore[arg-type]
        (SONNET.max_input_usd(-1), "max_input_usd"),
        (SONNET.max_output_usd("1e3"), "max_output_usd"),
        (SONNET.max_output_usd(Decimal("NaN")), "max_output_usd"),
        (SONNET.max_output_usd(float("inf")), "max_output_usd"),
        (Model.match("Anthropic", "sonnet"), "provider"),
    ],
)
def test_a_mistake_is_told_by_build_with_the_part_at_fault(builder: MatchBuilder, part: str) -> None:
    with pytest.raises(ModelRefError) as refusal:
        builder.build()
    assert refusal.value.part == part


@pytest.mark.parametrize("text", ["fc:openai/gpt-4o", "openai", "/gpt", "openai/", "OpenAI/gpt", "open ai/gpt"])
def test_a_direct_ref_is_not_prefixed_twice_nor_half(text: str) -> None:
    with pytest.raises(ModelRefError):
        Model.fc(text)


@pytest.mark.parametrize("alias", ["", "a/b", "Fast", "fast chat", "-fast", "é", "a" * 65])
def test_a_slot_outside_the_grammar_is_refused(alias: str) -> None:
    with pytest.raises(ModelRefError) as refusal:
        Model.slot(alias)
    assert refusal.value.part == "alias"


def test_parsing_gives_the_parts() -> None:
    assert Model.parse("fc:bedrock/anthropic.claude-v1:0") == FcRef("bedrock", "anthropic.claude-v1:0")
    assert Model.parse("slot:fast") == SlotRef("fast")
    text = "match:*/sonnet>=4,<6?max_input_usd=3&min_context=1000&needs=tools,vision"
    assert Model.parse(text) == MatchRef(
        "*", "sonnet", "4", "6", max_input_usd="3", min_context=1000, needs=("tools", "vision")
    )


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("gpt-4o", "prefix"),
        ("", "prefix"),
        ("match:sonnet", "family"),
        ("match:anthropic/sonnet<6,>=4", "version"),
        ("match:anthropic/sonnet>=4,>=5", "version"),
        ("match:anthropic/sonnet>4", "version"),
        ("match:anthropic/sonnet?", "query"),
        ("match:anthropic/sonnet?size=big", "query"),
        ("match:anthropic/sonnet?sort=cheapest&needs=tools", "query"),
        ("match:anthropic/sonnet?needs=vision,tools", "needs"),
        ("match:anthropic/sonnet?min_context=0100", "min_context"),
    ],
)
def test_text_out_of_order_or_outside_the_grammar_is_refused(text: str, part: str) -> None:
    with pytest.raises(ModelRefError) as refusal:
        Model.parse(text)
    assert refusal.value.part == part


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("match:anthropic/sonnet>=4-5", "match:anthropic/sonnet>=4.5"),
        ("match:anthropic/sonnet?channel=stable&sort=newest", "match:anthropic/sonnet"),
        ("match:a/b?max_input_usd=3.50", "match:a/b?max_input_usd=3.5"),
    ],
)
def test_reading_forgives_spellings_and_writing_does_not_keep_them(text: str, canonical: str) -> None:
    assert str(Model.parse(text)) == canonical


VERSIONS = st.lists(st.integers(0, 999), min_size=1, max_size=3).map(lambda parts: ".".join(map(str, parts)))


@given(
    family=st.from_regex(r"[a-z][a-z0-9._-]{0,20}", fullmatch=True),
    version=VERSIONS,
    needs=st.sets(st.sampled_from(["tools", "vision", "audio"]), min_size=1),
    price=st.decimals(min_value=0, max_value=10_000, places=3),
    context=st.integers(1, 10**8),
)
def test_what_was_built_can_be_read_back(
    family: str, version: str, needs: set[Any], price: Decimal, context: int
) -> None:
    built = Model.match("openai", family).min_version(version).needs(*needs).max_input_usd(price).min_context(context)
    read = Model.parse(built.build())
    assert isinstance(read, MatchRef)
    assert (read.family, read.min_version, set(read.needs), read.min_context) == (family, version, needs, context)
    assert Decimal(read.max_input_usd or "") == price
