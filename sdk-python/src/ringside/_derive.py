# SPDX-License-Identifier: Apache-2.0
"""What a derived client is built from: the options of the client it comes from, and what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openai import NotGiven

from ._config import HostOptions


class ChangeOptions(HostOptions, total=False):
    """Options that `copy` and `with_options` may change; what is left out stays."""

    api_key: Any
    client_token: Any
    base_url: Any
    customer: str | NotGiven | None
    tags: str | Sequence[str] | NotGiven | None
    webhook_secret: str | None
    set_default_headers: Mapping[str, str] | None
    """In place of the client's own default headers; `default_headers` adds to them."""
    set_default_query: Mapping[str, object] | None
    _extra_kwargs: Mapping[str, Any]


def changed(settings: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the changes made; a new credential drops the other kind.

    Raises ValueError where default headers or query are both added to and replaced.
    """
    wanted = {name: value for name, value in changes.items() if not isinstance(value, NotGiven)}
    extra = wanted.pop("_extra_kwargs", {})
    for name in ("default_headers", "default_query"):
        added, replaced = wanted.pop(name, None), wanted.pop(f"set_{name}", None)
        if added is not None and replaced is not None:
            raise ValueError(f"The `{name}` and `set_{name}` arguments are mutually exclusive")
        settings[name] = {**settings[name], **(added or {})} if replaced is None else replaced
    if wanted.get("client_token") is not None:
        settings["api_key"] = None
    elif wanted.get("api_key") is not None:
        settings["client_token"] = None
    # None means "as it is" for everything but attribution, which it removes: the host's own habit.
    kept = {
        name: value for name, value in wanted.items() if value is not None or name in ("customer", "tags", "timeout")
    }
    return {**settings, **kept, **extra}
