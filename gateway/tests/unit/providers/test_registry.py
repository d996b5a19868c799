# SPDX-License-Identifier: Apache-2.0
"""The catalogue's files: what they hold, and how a wrong one is refused."""

from __future__ import annotations

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
PRICED_BY_CONTRACT = ("command-a-plus-05-2026", "command-a-reasoning-08-2025", "command-a-vision-07-2025")
TO_COME = ("bedrock", "cohere", "google")
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
LATER = '{since = "2026-12-01", input = 2, output = 4}'


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
        ("match:xai/grok", "fc:xai/grok-4.7"),
        ("match:google/gemini-flash", "fc:google/gemini-3.8-flash"),
        ("match:google/gemini-flash?channel=preview", "fc:google/gemini-3.8-flash"),
        ("match:bedrock/sonnet>=5", "fc:bedrock/claude-sonnet-5-5"),
        ("match:xai/grok<4.5", "fc:xai/grok-4.3"),
        ("match:*/kimi>=3?sort=cheapest", "fc:fireworks/kimi-k3"),
        ("fc:bedrock/anthropic.claude-opus-5-5", "fc:bedrock/claude-opus-5-5"),
        ("fc:ollama/llama3.3:70b", "fc:ollama/llama3.3:70b"),
    ],
)
def test_refs_find_the_models_of_the_day(catalogue: Catalogue, ref: str, winner: str) -> None:
    parsed = parse_ref(ref)
    assert resolve(catalogue, parsed).ref == winner  # type: ignore[arg-type]


def test_all_twenty_two_providers_are_there_with_their_models(catalogue: Catalogue) -> None:
    wanted = """openai azure anthropic google vertex bedrock mistral groq together fireworks deepseek xai cohere
        perplexity openrouter cerebras nvidia moonshot huggingface ollama vllm sandbox custom"""
    assert set(catalogue.providers) == set(wanted.split())
    entries = [model for model in catalogue.models() if model.snapshot_of is None and model.provider != "sandbox"]
    assert len(entries) >= 200
    for name, provider in catalogue.providers.items():
        assert provider.models or provider.open_models, name


def test_every_model_has_a_price_and_sane_limits(catalogue: Catalogue) -> None:
    for model in catalogue.models():
        if catalogue.providers[model.provider].operator_priced or model.name in PRICED_BY_CONTRACT:
            assert model.price is None, model.ref
            continue
        assert model.price is not None, model.ref
        assert model.price.input > 0 or model.price.output > 0, model.ref
        assert model.price.input <= model.price.output or "chat" not in model.endpoints, model.ref
        assert (model.price.cached_input or 0) < model.price.input, model.ref
        assert model.price == model.prices[0][1] or len(model.prices) > 1, model.ref
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
    assert {provider.wire for provider in catalogue.providers.values()} <= {*WIRES, *TO_COME}


def test_every_test_card_is_a_model_and_the_other_way_round(catalogue: Catalogue) -> None:
    assert {model.name for model in catalogue.models("sandbox")} == set(CARDS)


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


def test_a_price_that_changes_on_a_day_does_so_in_a_running_gateway(tmp_path: Path) -> None:
    file = tmp_path / "acme.toml"
    history = f"price = [{{input = 1, output = 2}}, {LATER}]"
    file.write_text(MINIMAL.replace("price = {input = 0.5, output = 1.25}", history))
    days = ["2026-11-30"]
    catalogue = load_catalogue(file, today=lambda: days[0])
    seen = []
    for day in ("2026-11-30", "2026-12-01", "2026-11-30"):
        days[0] = day
        found = catalogue.find("acme", "bard-4.5")
        assert found is not None and found.price is not None
        seen.append((found.price.input // USD, len(found.prices)))
    assert seen == [(1, 2), (2, 2), (1, 2)]


def test_an_operators_file_changes_one_model_and_leaves_the_others(tmp_path: Path, catalogue: Catalogue) -> None:
    changed = loaded(tmp_path, 'name = "openai"\n[[models]]\nname = "gpt-4o"\nprice = {input = 1, output = 2}\n')
    mine, theirs = changed.find("openai", "gpt-4o"), catalogue.find("openai", "gpt-4o")
    assert mine is not None and theirs is not None and mine.price is not None
    assert (mine.price.input, mine.context_tokens, mine.family) == (USD, theirs.context_tokens, theirs.family)
    snapshot = changed.find("openai", "gpt-4o-2024-11-20")
    assert snapshot is not None and snapshot.price == mine.price
    assert changed.find("openai", "gpt-5.4") == catalogue.find("openai", "gpt-5.4")
    assert changed.providers["openai"].key_variables == ("OPENAI_API_KEY",)


def test_a_deployment_is_like_the_model_it_deploys(tmp_path: Path, catalogue: Catalogue) -> None:
    changed = loaded(tmp_path, 'name = "azure"\n[[models]]\nname = "my-chat"\nlike = "azure/gpt-5.4"\n')
    mine, theirs = changed.find("azure", "my-chat"), catalogue.find("openai", "gpt-5.4")
    assert mine is not None and theirs is not None
    assert (mine.ref, mine.upstream_name, mine.price) == ("fc:azure/my-chat", "my-chat", theirs.price)
    assert (mine.quirks.renamed, mine.version) == (theirs.quirks.renamed, theirs.version)


def test_an_unlisted_model_is_called_by_its_own_name_and_priced_by_the_operator(tmp_path: Path) -> None:
    unpriced = load_catalogue().find("ollama", "qwen3.5:9b")
    assert unpriced is not None and unpriced.price is None
    priced = loaded(tmp_path, 'name = "ollama"\n[open_models]\nprice = {input = 0, output = 0}\n')
    found = priced.find("ollama", "qwen3.5:9b")
    assert found is not None and found.price is not None
    assert (found.upstream_name, found.price.input, found.context_tokens) == ("qwen3.5:9b", 0, 131_072)
    assert priced.find("openai", "qwen3.5:9b") is None


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
        (("price = {input = 0.5, output = 1.25}", "price = []"), "each with another `since`"),
        (("price = {input", 'price = {since = "May", input'), "since 'May' is not of the right form"),
        (("price = {input = 0.5, output = 1.25}", f"price = [{LATER}, {{input = 1}}]"), "in the order of their days"),
        (('version = "4.5"', 'like = "openai/gpt-9"'), "like 'openai/gpt-9' is no model of this catalogue"),
        (('version = "4.5"', 'like = "acme/bard-4.5"'), "leads back to itself"),
        (('title = "Acme"', 'title = "Acme"\ncancelling = "maybe"'), "cancelling 'maybe' is not among"),
        (('title = "Acme"', 'title = "Acme"\nkey_optional = 1'), "key_optional is of the wrong type"),
        (("[[models]]", "[[models"), "acme.toml: "),
    ],
)
def test_a_wrong_file_is_refused_by_file_key_and_reason(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        loaded(tmp_path, MINIMAL.replace(*change))
    assert complaint in str(caught.value)
