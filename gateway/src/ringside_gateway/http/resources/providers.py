# SPDX-License-Identifier: Apache-2.0
"""/v1/providers"""

from __future__ import annotations

import math
from typing import Any

from ringside_gateway.domain.providers import ProviderStatus
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.lists import list_object
from ringside_gateway.http.operation import Resource, operation


def render(found: ProviderStatus) -> dict[str, Any]:
    """A provider as the spec shows it."""
    facts, last = found.facts, found.last_error or (None, None)
    return {
        "id": facts.name,
        "object": "provider",
        "title": facts.title,
        "status": _status(found),
        "reason": found.missing,
        "circuit": found.circuit,
        "retry_after_seconds": math.ceil(found.wait_s) if found.circuit == "open" else None,
        "keys": found.keys,
        "keys_resting": found.keys_resting,
        "last_error": last[0],
        "last_error_at": last[1],
        "models": len(facts.models),
        "open_models": facts.open_models is not None,
        "capabilities": sorted({capability for model in facts.models for capability in model.capabilities}),
        "cancelling": facts.cancelling,
    }


def _status(found: ProviderStatus) -> str:
    if found.missing is not None:
        return "not_configured"
    resting = found.circuit == "open" or (found.keys > 0 and found.keys_resting == found.keys)
    return "resting" if resting else "ready"


class Providers(Resource):
    """All providers."""

    @operation("providers.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        return Reply(list_object(self.services.providers.list(request.caller, request.page), render))
