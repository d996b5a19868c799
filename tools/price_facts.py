# SPDX-License-Identifier: Apache-2.0
"""Holds the catalogue's prices against two public price lists, and the lists against each other.

For maintainers: it needs `pip install genai-prices` and `pip install --no-deps litellm` in an environment of its own
beside the gateway, whose --site-packages it reads them from; neither is a dependency of anything here. It prints each
disagreement, and with --out writes what both lists say differently from us as catalogue files for
`ringside-gateway models refresh`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ringside_gateway.domain.catalogue import CHAT, Catalogue, ModelFacts
from ringside_gateway.providers.catalogue_changes import written
from ringside_gateway.providers.registry import load_catalogue, utc_day

RATES = ("input", "output", "cached_input", "cache_write")
#: Our provider -> (its name in genai-prices, the prefix of its keys in litellm's list).
NAMES = {
    "anthropic": ("anthropic", ""), "azure": ("azure", "azure/"), "bedrock": ("aws", ""),
    "cerebras": ("cerebras", "cerebras/"), "cohere": ("cohere", ""), "deepseek": ("deepseek", ""),
    "fireworks": ("fireworks", "fireworks_ai/"), "google": ("google", "gemini/"), "groq": ("groq", "groq/"),
    "mistral": ("mistral", "mistral/"), "moonshot": ("moonshotai", "moonshot/"), "openai": ("openai", ""),
    "openrouter": ("openrouter", "openrouter/"), "perplexity": ("perplexity", "perplexity/"),
    "together": ("together", "together_ai/"), "xai": ("x-ai", "xai/"),
}  # fmt: skip
_LITELLM = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cached_input": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
}
_GENAI = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cached_input": "cache_read_mtok",
    "cache_write": "cache_write_mtok",
}
Rates = dict[str, Decimal]


@dataclass(frozen=True)
class Row:
    """One rate of one model as three tables have it, US dollars per million tokens; None where one says nothing."""

    ref: str
    rate: str
    ours: Decimal | None
    genai: Decimal | None
    litellm: Decimal | None

    @property
    def agreed(self) -> Decimal | None:
        """What the lists say together, None when they differ or both are silent."""
        said = {price for price in (self.genai, self.litellm) if price is not None}
        return said.pop() if len(said) == 1 else None


class Lists:
    """The two price lists, read from where they were installed."""

    def __init__(self, site_packages: Path) -> None:
        sys.path.append(str(site_packages))
        from genai_prices.data import providers

        self._genai = {provider.id: {model.id: model for model in provider.models} for provider in providers}
        path = site_packages / "litellm" / "model_prices_and_context_window_backup.json"
        self._litellm = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)

    def genai(self, provider: str, model: ModelFacts) -> Rates:
        """Today's dearest rates of genai-prices: where they change with the hour, those of the dear hours."""
        found = next(filter(None, (self._genai.get(provider, {}).get(name) for name in _spellings(model))), None)
        if found is None:
            return {}
        prices = found.prices if isinstance(found.prices, list) else [found]
        dated = [price for price in prices if str(getattr(_constraint(price), "start_date", "")) <= utc_day()]
        table = dated[-1].prices
        rates = ((rate, getattr(table, name, None)) for rate, name in _GENAI.items())
        return {rate: _rounded(getattr(value, "base", value)) for rate, value in rates if value is not None}

    def litellm(self, prefix: str, model: ModelFacts) -> Rates:
        """The rates of litellm's list."""
        found = next(filter(None, (self._litellm.get(prefix + name) for name in _spellings(model))), {})
        rates = ((rate, found.get(name)) for rate, name in _LITELLM.items())
        return {rate: _rounded(Decimal(value) * 10**6) for rate, value in rates if value}


def rows(catalogue: Catalogue, lists: Lists) -> Iterator[Row]:
    """Every rate that at least one list knows, of chat models that have a price here."""
    for provider, (genai_name, prefix) in NAMES.items():
        for model in catalogue.models(provider):
            if model.snapshot_of is not None or model.price is None or CHAT not in model.endpoints:
                continue
            genai, litellm = lists.genai(genai_name, model), lists.litellm(prefix, model)
            for rate in RATES:
                nano = getattr(model.price, rate)
                ours = None if nano is None else _rounded(Decimal(nano).scaleb(-9))
                if rate in genai or rate in litellm:
                    yield Row(model.ref, rate, ours, genai.get(rate), litellm.get(rate))


def files(found: list[Row]) -> dict[str, str]:
    """Catalogue files with the prices that the lists agree on and we do not have, by name."""
    models: dict[str, dict[str, Rates]] = {}
    for row in found:
        provider, _, name = row.ref.removeprefix("fc:").partition("/")
        models.setdefault(provider, {}).setdefault(name, {})[row.rate] = row.agreed or row.ours or Decimal(0)
    changed = {row.ref for row in found if row.agreed is not None and row.agreed != (row.ours or 0)}
    out = {}
    for provider, priced in models.items():
        entries: list[dict[str, Any]] = [
            {"name": name, "price": rates} for name, rates in priced.items() if f"fc:{provider}/{name}" in changed
        ]
        if entries:
            out[f"{provider}.toml"] = written({"name": provider, "models": entries})
    return out


def _spellings(model: ModelFacts) -> list[str]:
    names = [model.upstream_name, model.name, *model.aliases]
    return [*names, *(name.removeprefix("global.") for name in names), *(name.rpartition("/")[2] for name in names)]


def _constraint(price: Any) -> Any:
    return getattr(price, "constraint", None)


def _rounded(value: Any) -> Decimal:
    return Decimal(f"{Decimal(value).quantize(Decimal('0.000001')).normalize():f}")


def main() -> int:
    """Prints the disagreements; 1 when we differ from what both lists say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--site-packages", type=Path, required=True, help="where genai-prices and litellm are installed"
    )
    parser.add_argument("--out", type=Path, help="a folder for catalogue files with what both lists say differently")
    options = parser.parse_args()
    found = list(rows(load_catalogue(), Lists(options.site_packages)))
    differ = 0
    for row in found:
        if row.genai is not None and row.litellm is not None and row.genai != row.litellm:
            print(
                f"lists differ  {row.ref} {row.rate}: genai-prices {row.genai}, litellm {row.litellm}, here {row.ours}"
            )
        elif row.agreed is not None and row.agreed != (row.ours or 0):
            differ += 1
            print(f"here differs  {row.ref} {row.rate}: here {row.ours}, the lists {row.agreed}")
    print(f"{len(found)} rates of {len({row.ref for row in found})} models compared; {differ} differ here")
    if options.out is not None:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, text in files(found).items():
            (options.out / name).write_text(text, encoding="utf-8")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
