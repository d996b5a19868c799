# SPDX-License-Identifier: Apache-2.0
"""The catalogue's files: what they hold, and how a wrong one is refused."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.model_refs import parse_ref
from ringside_gateway.domain.selection import resolve
from ringside_gateway.providers.catalogue_schema import CatalogueError
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.providers.sandbox.cards import CARDS
from ringside_gateway.providers.wire import WIRES

USD = 10**9
MINIMAL = """
name = "acme"
title = "Acme"
wire = "openai"
base_url = "https://api.acme.example/v1"
[[models]]
name = "bard-4.5"
family = "bard"
version = "4.5"
released = "2026-01-01"
context_tokens = 1000
max_output_tokens = 100
price = {input = 0.5, output = 1.25}
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def loaded(tmp_path: Path, text: str) -> Catalogue:
    file = tmp_path / "acme.toml"
    file.write_text(text, encoding="utf-8")
    return load_catalogue(file)


@pytest.mark.parametrize(
    ("ref", "winner"),
    [
        ("fc:openai/gpt-4o-mini", "fc:openai/gpt-4o-mini"),
        ("fc:anthropic/claude-sonnet-4.5", "fc:anthropic/claude-sonnet-4-5"),
        ("fc:anthropic/claude-haiku-4-5-20251001", "fc:anthropic/claude-haiku-4-5-20251001"),
        ("fc:openai/gpt-5.6", "fc:openai/gpt-5.6-sol"),
        ("match:anthropic/sonnet>=4", "fc:anthropic/claude-sonnet-5-5"),
        ("match:anthropic/sonnet>=4,<5", "fc:anthropic/claude-sonnet-4-6"),
        ("match:openai/gpt-mini", "fc:openai/gpt-5.4-mini"),
        ("match:openai/text-embedding-small", "fc:openai/text-embedding-3-small"),
    ],
)
def test_refs_find_the_models_of_the_day(catalogue: Catalogue, ref: str, winner: str) -> None:
    parsed = parse_ref(ref)
    assert resolve(catalogue, parsed).ref == winner  # type: ignore[arg-type]


def test_every_model_has_a_price_and_sane_limits(catalogue: Catalogue) -> None:
    for model in catalogue.models():
        assert model.price is not None, model.ref
        assert model.price.input > 0 or model.price.output > 0, model.ref
        assert model.price.input <= model.price.output or "chat" not in model.endpoints, model.ref
        assert (model.price.cached_input or 0) < model.price.input, model.ref
        assert model.context_tokens > model.max_output_tokens, model.ref


def test_published_prices_are_kept_to_the_nano_dollar(catalogue: Catalogue) -> None:
    mini = catalogue.find("openai", "gpt-4o-mini")
    assert mini is not None
    assert mini.price is not None
    assert (mini.price.input, mini.price.cached_input, mini.price.output) == (150_000_000, 75_000_000, 600_000_000)


def test_a_long_input_has_its_published_price(catalogue: Catalogue) -> None:
    haiku = catalogue.find("anthropic", "claude-haiku-5-5")
    assert haiku is not None
    assert haiku.price is not None
    assert haiku.price.at(100_000).input == USD // 10
    assert haiku.price.at(100_001).output == 25 * USD // 10


def test_every_provider_speaks_a_known_wire_or_one_that_is_to_come(catalogue: Catalogue) -> None:
    assert {provider.wire for provider in catalogue.providers.values()} <= {*WIRES, "anthropic"}


def test_every_test_card_is_a_model_and_the_other_way_round(catalogue: Catalogue) -> None:
    assert {model.name for model in catalogue.models("sandbox")} == set(CARDS)


def test_loading_takes_no_noticeable_time() -> None:
    began = time.perf_counter()
    load_catalogue()
    assert time.perf_counter() - began < 0.3


def test_a_provider_that_speaks_openais_format_is_one_file(tmp_path: Path) -> None:
    found = loaded(tmp_path, MINIMAL).find("acme", "bard-4-5")
    assert found is not None
    assert found.price is not None
    assert (found.version, found.price.output) == ((4, 5), 1_250_000_000)
    assert found.upstream_name == "bard-4.5"


def test_a_snapshot_shares_everything_but_its_name(tmp_path: Path) -> None:
    catalogue = loaded(tmp_path, MINIMAL.replace("version =", 'snapshots = ["bard-4.5-2026"]\nversion ='))
    snapshot, model = catalogue.find("acme", "bard-4.5-2026"), catalogue.find("acme", "bard-4.5")
    assert snapshot is not None
    assert model is not None
    assert (snapshot.snapshot_of, snapshot.upstream_name, snapshot.price) == (model.name, "bard-4.5-2026", model.price)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('title = "Acme"', ""), "acme.toml: title is missing"),
        (('title = "Acme"', 'title = "Acme"\ncolour = "red"'), "there is no key colour"),
        (('name = "acme"', 'name = "Acme Inc"'), "name 'Acme Inc' is not of the right form"),
        (("https://api.acme.example/v1", "ftp://x"), "base_url 'ftp://x' is not of the right form"),
        (("context_tokens = 1000", ""), "acme.toml: bard-4.5: context_tokens is missing"),
        (("context_tokens = 1000", 'context_tokens = "many"'), "bard-4.5: context_tokens is of the wrong type"),
        (("context_tokens = 1000", "context_tokens = true"), "bard-4.5: context_tokens is of the wrong type"),
        (('version = "4.5"', 'version = "four"'), "version 'four' is not numbers with dots"),
        (("input = 0.5", "input = -1"), "price input must be 0 or more"),
        (("input = 0.5", "input = 0.0000000001"), "at most 9 decimals"),
        (("input = 0.5", "inputs = 0.5"), "there is no key inputs"),
        (("output = 1.25", "output = 1.25, tiers = [{input = 1}]"), "a tier has no above_input_tokens"),
        (('version = "4.5"', 'status = "great"'), "status 'great' is not among deprecated, preview, stable"),
        (('version = "4.5"', 'capabilities = ["magic"]'), "capabilities 'magic' is not among"),
        (('version = "4.5"', 'quirks = "odd"'), "there is no quirk set odd"),
        (('version = "4.5"', 'aliases = ["bard-4.5"]'), "acme/bard-4.5 is there twice"),
        (('name = "acme"', 'name = "openai"'), "openai is there twice"),
        (("[[models]]", "[[models"), "acme.toml: "),
    ],
)
def test_a_wrong_file_is_refused_by_file_key_and_reason(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        loaded(tmp_path, MINIMAL.replace(*change))
    assert complaint in str(caught.value)
