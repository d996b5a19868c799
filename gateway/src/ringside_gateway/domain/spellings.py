# SPDX-License-Identifier: Apache-2.0
"""Fields that have two names: OpenAI's or an older one beside ours."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.errors import GatewayError


def note(values: dict[str, Any], name: str, value: Any, spelling: str) -> None:
    """Sets a value under its one name; 400 names the spelling that says something else than the one before it."""
    if values.setdefault(name, value) != value:
        raise GatewayError("invalid_request", f"`{spelling}` says something else than its other name.", param=spelling)
