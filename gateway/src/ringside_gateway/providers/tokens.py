# SPDX-License-Identifier: Apache-2.0
"""Counts tokens with OpenAI's o200k vocabulary, which ships with the package and is never downloaded."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Iterable
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from pathlib import Path
from typing import Any

import orjson

from ringside_gateway.domain.catalogue import ModelFacts

ENCODING = "o200k_base"
#: The tokenizer refuses texts over a million characters, and a piece of this size holds others up for some 5 ms.
#: Each border adds a token at most.
PIECE = 200_000
#: What a call and a message cost besides their words; an image and a recording whose size nobody knows.
PER_CALL, PER_MESSAGE, PER_IMAGE, PER_AUDIO = 3, 4, 1445, 2000
#: A file in a message is charged by its pages, not by its bytes.
MAX_PART_CHARACTERS = 500_000


@cache
def _tokenizer() -> Any:
    """The compiled tokenizer alone: importing its whole package takes a second, this a sixth of that."""
    name = "bpe_openai._bindings"
    if name in sys.modules:
        return sys.modules[name].tokenizer_for_encoding(ENCODING)
    package = importlib.util.find_spec("bpe_openai")
    folders = [] if package is None else package.submodule_search_locations or []
    for path in (Path(folder) / f"_bindings{suffix}" for folder in folders for suffix in EXTENSION_SUFFIXES):
        if path.exists():
            spec = importlib.util.spec_from_file_location(name, path, loader=ExtensionFileLoader(name, str(path)))
            assert spec is not None and spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module.tokenizer_for_encoding(ENCODING)
    raise ImportError("bpe-openai is not installed as expected: reinstall it")


def preload() -> None:
    """Loads the vocabulary now, so that no request waits for it."""
    count_text("ready")


def count_text(text: str) -> int:
    """How many tokens a text has. Long ones are counted in pieces, between which other calls get their turn."""
    if len(text) <= PIECE:
        return _count(text)
    total = 0
    for start in range(0, len(text), PIECE):
        total += _count(text[start : start + PIECE])
        time.sleep(0)
    return total


def cut(text: str, max_tokens: int) -> tuple[str, int]:
    """The text's first `max_tokens` tokens, and how many it then has."""
    ids = _tokenizer().encode(text)
    if len(ids) <= max_tokens:
        return text, len(ids)
    shown = _tokenizer().decode(ids[:max_tokens])
    return shown if isinstance(shown, str) else bytes(shown).decode("utf-8", "ignore"), max_tokens


def estimate_input_tokens(body: dict[str, Any], models: Iterable[ModelFacts] = ()) -> int:
    """An estimate from above of what a call makes the model read: messages, tools, schema, images.

    With `models`, the most that any of them counts: tokenizers and images differ (`token_percent`, `image_tokens`).
    """
    models = tuple(models)
    percent = max((model.token_percent for model in models), default=100)
    image = max((model.image_tokens for model in models), default=PER_IMAGE)
    read = PER_CALL
    messages = body.get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, dict):
            read += PER_MESSAGE + _content(message.get("content"), image) + _written(message.get("tool_calls"))
    read += sum(_written(body.get(name)) for name in ("tools", "response_format", "functions"))
    return -(-read * percent // 100)


def _count(text: str) -> int:
    try:
        return int(_tokenizer().count(text))
    except UnicodeEncodeError:
        # Half a surrogate pair: nothing a JSON body can hold, but a caller in this process may.
        return int(_tokenizer().count(text.encode("utf-8", "replace").decode()))


def _content(content: Any, image: int) -> int:
    if isinstance(content, str):
        return count_text(content)
    total = 0
    for part in content if isinstance(content, list) else ():
        kind = part.get("type") if isinstance(part, dict) else None
        if kind == "image_url":
            total += image
        elif kind == "input_audio":
            total += PER_AUDIO
        elif kind == "text" and isinstance(part.get("text"), str):
            total += count_text(part["text"])
        else:
            total += _written(part)
    return total


def _written(value: Any) -> int:
    """Tokens of a value as the JSON that the model reads in one form or another; a huge file counts by its start."""
    return count_text(orjson.dumps(value, default=str).decode()[:MAX_PART_CHARACTERS]) if value else 0
