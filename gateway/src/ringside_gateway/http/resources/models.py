# SPDX-License-Identifier: Apache-2.0
"""/v1/models"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ringside_gateway.domain import pricing
from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.operation import Resource, operation


def render(model: ModelFacts) -> dict[str, Any]:
    """A model in OpenAI's shape, with what the catalogue knows."""
    return {
        "id": model.ref,
        "object": "model",
        "created": _unix(model.released),
        "owned_by": model.provider,
        "ringside": {
            "provider": model.provider,
            "family": model.family,
            "version": model.version_text or None,
            "released": model.released,
            "status": model.status,
            "context_tokens": model.context_tokens,
            "max_output_tokens": model.max_output_tokens,
            "capabilities": sorted(model.capabilities),
            "input_modalities": list(model.input_modalities),
            "output_modalities": list(model.output_modalities),
            "price": pricing.shown(model.price.rates() if model.price else {}),
        },
    }


def _unix(released: str) -> int:
    date = released if released.count("-") == 2 else f"{released}-01"
    return int(datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())


class Models(Resource):
    """All models."""

    @operation("models.list")
    def on_get(self, request: Request) -> Reply:
        """List."""
        return Reply({"object": "list", "data": [render(model) for model in self.services.models.list(request.caller)]})


class OneModel(Resource):
    """The model of a ref, whose slash may be sent as it is."""

    @operation("models.retrieve")
    def on_get(self, request: Request) -> Reply:
        """Retrieve."""
        return Reply(render(self.services.models.retrieve(request.caller, request.path["model"])))


class ResolveModel(Resource):
    """What a ref stands for now."""

    @operation("models.resolve")
    def on_get(self, request: Request) -> Reply:
        """Resolve."""
        found = self.services.models.resolve(request.caller, request.query["ref"])
        return Reply(
            {
                "object": "model_resolution",
                "ref": found.ref,
                "resolved": found.resolved.ref,
                "model": render(found.resolved),
                "candidates": [candidate.ref for candidate in found.candidates],
            }
        )
