# SPDX-License-Identifier: Apache-2.0
"""How this installation reaches providers: keys, addresses and time limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ringside_gateway.domain.catalogue import ProviderFacts


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


@dataclass(frozen=True, slots=True)
class ProviderStatus:
    """How this process stands with a provider. `missing` says what the operator has yet to set, None when nothing.

    `circuit` is closed, open or half_open; an open one lets a call try in `wait_s`. `last_error` is a code and when.
    """

    facts: ProviderFacts
    missing: str | None
    circuit: str
    wait_s: float
    keys: int
    keys_resting: int
    last_error: tuple[str, int] | None
