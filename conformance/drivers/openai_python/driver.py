# SPDX-License-Identifier: Apache-2.0
"""Uses OpenAI's own package, with nothing of Ringside's: what a program does that only changed its base URL."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))

import driver
import openai
import speech

SYNC, ASYNC = openai.OpenAI, openai.AsyncOpenAI
NUMBER = float
NAME, VERSION = "openai", openai.__version__
CAPABILITIES = [
    "sync",
    "async",
    "cancel",
    "cancel_stream",
    "gzip",
    "header_removal",
    "raw",
    "multipart",
    "post",
    "openai",
]
options_of = speech.options_of


def derived(client: Any, options: dict[str, Any]) -> Any:
    """A client with some options changed."""
    return client.copy(**options_of(options))


def meta_of(raw: Any) -> None:
    """OpenAI's package knows nothing of our headers."""


def pure(asked: dict[str, Any], client: Any) -> Any:
    """Nothing of Ringside's own."""
    raise driver.Unsupported(f"the plain client has no {asked['op']}")


if __name__ == "__main__":
    asyncio.run(driver.main(sys.modules[__name__]))
