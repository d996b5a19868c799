# SPDX-License-Identifier: Apache-2.0
"""Every type of the API: bodies are typed dicts, answers are models that keep unknown fields."""

from .._generated.types import *  # noqa: F403  what the spec names
