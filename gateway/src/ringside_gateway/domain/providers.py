# SPDX-License-Identifier: Apache-2.0
"""How this installation reaches providers: keys, addresses and time limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """Keys by provider, overriding addresses, and where else keys are looked for. `transport` is gevent or gthread.

    `options` are what a provider needs besides a key (region, project), by provider and name; `models` what a model
    is called there (a deployment, an inference profile), by provider and our name.
    """

    api_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    base_urls: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    models: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    connect_timeout_s: float = 10.0
    read_timeout_s: float = 300.0
    transport: str = "gevent"
