# SPDX-License-Identifier: Apache-2.0
"""Counts tokens with OpenAI's o200k vocabulary, which ships with the package and is never downloaded."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from pathlib import Path
from typing import Any

ENCODING = "o200k_base"
#: The tokenizer refuses texts over a million characters; longer ones are counted in pieces, at most a token off each.
PIECE = 500_000
#: What a message costs besides its words, and an image whose size nobody knows (OpenAI's largest tile count).
PER_MESSAGE, PER_IMAGE, PER_AUDIO = 4, 1445, 2000


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
    """How many tokens a text has."""
    if len(text) <= PIECE:
        return int(_tokenizer().count(text))
    return sum(int(_tokenizer().count(text[start : start + PIECE])) for start in range(0, len(text), PIECE))


def cut(text: str, max_tokens: int) -> tuple[str, int]:
    """The text's first `max_tokens` tokens, and how many it then has."""
    ids = _tokenizer().encode(text)
    if len(ids) <= max_tokens:
        return text, len(ids)
    shown = _tokenizer().decode(ids[:max_tokens])
    return shown if isinstance(shown, str) else bytes(shown).decode("utf-8", "ignore"), max_tokens


def estimate_input_tokens(body: dict[str, Any]) -> int:
    """An estimate from above of what a call makes the model read: messages, tools, schema, images."""
    total = 3
    for message in body.get("messages") or []:
        total += PER_MESSAGE + _content(message.get("content")) + _calls(message)
    for name in ("tools", "response_format", "functions"):
        if body.get(name):
            total += count_text(str(body[name]))
    return total


def _content(content: Any) -> int:
    if isinstance(content, str):
        return count_text(content)
    total = 0
    for part in content or []:
        kind = part.get("type")
        if kind == "image_url":
            total += PER_IMAGE
        elif kind == "input_audio":
            total += PER_AUDIO
        else:
            total += count_text(part["text"]) if isinstance(part.get("text"), str) else count_text(str(part)[:PIECE])
    return total


def _calls(message: dict[str, Any]) -> int:
    calls = message.get("tool_calls")
    return count_text(str(calls)) if calls else 0
