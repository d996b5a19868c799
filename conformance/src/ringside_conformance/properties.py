# SPDX-License-Identifier: Apache-2.0
"""Cases of values nobody thought of: drawn from the run's seed, which is printed and can be given again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from ringside_conformance.cases import Case

#: Scripts, signs that paths and JSON treat apart, and characters outside the first plane.
_SIGNS = "aZ09 /?#%+:;,&=@!$'()*[]\"\\<>|~^`{}._-éñßøŁžΩдш你好안ابג🥊𝕊 \u00a0\u200d\u0301"
_NAME = "abcdefghijklmnopqrstuvwxyz0123456789"


def cases(seed: str) -> Iterator[Case]:
    """The same cases for the same seed."""
    yield Case("B015p", "Built refs parse to themselves, whatever they hold", _round_trips(Random(f"refs {seed}")))
    yield Case("U142p", "An id of any text is one segment of the path", _ids(Random(f"ids {seed}")))
    yield Case("U141p", "Metadata of any text comes back as it went", _metadata(Random(f"metadata {seed}")))


def _round_trips(random: Random) -> dict[str, Any]:
    steps = []
    for number in range(40):
        name = f"ref{number}"
        steps.append({"op": "model.build", "steps": _builder(random), "save": {name: "."}})
        text = "{" + name + "}"
        steps.append({"op": "model.parse", "text": text, "expect": {"value": text}})
    return {"covers": [15], "modes": ["sync"], "client": None, "steps": steps}


def _builder(random: Random) -> list[list[Any]]:
    kind = random.choice(("fc", "slot", "match", "match"))
    if kind == "fc":
        return [["fc", _word(random), random.choice(("", "meta-llama/")) + _word(random) + "-4.1:0"]]
    if kind == "slot":
        return [["slot", _word(random)]]
    steps: list[list[Any]] = [["match", random.choice(("*", _word(random))), _word(random)]]
    least = random.randint(0, 20)
    optional: list[list[Any]] = [
        ["min_version", random.choice((least, f"{least}.{random.randint(0, 99)}"))],
        ["max_version", least + random.randint(1, 9)],
        ["needs", *random.sample(("vision", "tools"), random.randint(1, 2))],
        ["min_context", random.randint(1, 2_000_000)],
        ["max_input_usd", f"{random.randint(1, 99)}.{random.randint(1, 99):02}"],
        ["sort", random.choice(("cheapest", "newest"))],
    ]
    chosen = random.sample(optional, random.randint(0, len(optional)))
    return steps + chosen


def _word(random: Random) -> str:
    return random.choice("abcxyz") + "".join(random.choice(_NAME) for _ in range(random.randint(1, 20)))


def _text(random: Random, longest: int) -> str:
    return "".join(random.choice(_SIGNS) for _ in range(random.randint(1, longest)))


def _ids(random: Random) -> dict[str, Any]:
    texts = ["ext:" + _text(random, 30).strip(" .") + "x" for _ in range(20)]
    return {
        "steps": [{"call": "customers.retrieve", "args": {"customer_id": text}} for text in texts],
        "gateway": [{"example": "customers.retrieve", "repeat": len(texts)}],
        "wire": [{"decoded_path": f"/v1/customers/{text}", "query": ""} for text in texts],
    }


def _metadata(random: Random) -> dict[str, Any]:
    pairs = {f"{number} {_text(random, 12).strip()}": _text(random, 40) for number in range(10)}
    create = {"call": "customers.create", "args": {"external_id": "any-{run}", "metadata": pairs}, "save": {"id": "id"}}
    same = {name: f"~{re.escape(text)}" for name, text in pairs.items()}  # a text may begin with our mark of patterns
    again = {"call": "customers.retrieve", "args": {"customer_id": "{id}"}, "expect": {"has": {"metadata": same}}}
    return {"real": True, "steps": [create, again]}
