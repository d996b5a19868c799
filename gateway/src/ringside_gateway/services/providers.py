# SPDX-License-Identifier: Apache-2.0
"""Providers: which there are, and how this process stands with each."""

from __future__ import annotations

from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.catalogue import Catalogue
from ringside_gateway.domain.pages import Page, PageRequest, cut
from ringside_gateway.domain.providers import ProviderStatus
from ringside_gateway.providers.client import ProviderClient


class Providers:
    """Asks the client that makes the calls; its answer holds for this process."""

    def __init__(self, catalogue: Catalogue, client: ProviderClient) -> None:
        self._catalogue = catalogue
        self._client = client

    def list(self, caller: Caller, page: PageRequest) -> Page[ProviderStatus]:
        """Providers by name."""
        names = sorted(self._catalogue.providers)
        found = cut(names, names, page)
        return Page([self._status(name) for name in found.items], found.has_more)

    def every(self) -> dict[str, ProviderStatus]:
        """All of them by name, for the operator."""
        return {name: self._status(name) for name in sorted(self._catalogue.providers)}

    def _status(self, name: str) -> ProviderStatus:
        return self._client.status(self._catalogue.providers[name])
