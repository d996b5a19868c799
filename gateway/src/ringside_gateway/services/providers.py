# SPDX-License-Identifier: Apache-2.0
"""Providers: which there are, and how this process stands with each."""

from __future__ import annotations

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.providers import ProviderStatus
from ringside_gateway.providers.client import ProviderClient


class Providers:
    """Asks the client that makes the calls; its answer holds for this process."""

    def __init__(self, catalogue: Catalogue, client: ProviderClient) -> None:
        self._catalogue = catalogue
        self._client = client

    def list(self, caller: Caller) -> list[ProviderStatus]:
        """Every provider by name."""
        facts = sorted(self._catalogue.providers.values(), key=lambda provider: provider.name)
        return [self._client.status(provider) for provider in facts]
