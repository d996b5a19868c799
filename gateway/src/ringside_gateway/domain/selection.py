# SPDX-License-Identifier: Apache-2.0
"""`match:` to models: filter, then a total order, so that the same catalogue always gives the same winner."""

from __future__ import annotations

from ringside_gateway.domain.catalogue import DEPRECATED, PREVIEW, Catalogue, ModelFacts
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.model_refs import FcRef, MatchRef, compare, format_ref


def resolve(catalogue: Catalogue, ref: FcRef | MatchRef) -> ModelFacts:
    """The model a ref stands for now; 404 `model_not_found` with near names, or `no_model_matches`."""
    if isinstance(ref, MatchRef):
        candidates = select(catalogue, ref)
        if not candidates:
            raise GatewayError("no_model_matches", param="model", ref=format_ref(ref))
        return candidates[0]
    found = catalogue.find(ref.provider, ref.model)
    if found is None:
        near = catalogue.near(ref.provider, ref.model)
        hint = f" Did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
        raise GatewayError("model_not_found", param="model", model=f"fc:{ref.provider}/{ref.model}"[:160], hint=hint)
    return found


def select(catalogue: Catalogue, ref: MatchRef) -> list[ModelFacts]:
    """All that match, best first: by the asked-for order, then newer version, later release, name."""
    found = [model for model in catalogue.family(ref.provider, ref.family) if _fits(model, ref)]
    found.sort(key=lambda model: (model.name, model.provider))
    found.sort(key=lambda model: model.released, reverse=True)
    found.sort(key=lambda model: model.version + (0,) * (8 - len(model.version)), reverse=True)
    if ref.sort == "cheapest":
        found.sort(key=lambda model: model.price.input + model.price.output if model.price else 1 << 62)
    elif ref.sort == "largest_context":
        found.sort(key=lambda model: model.context_tokens, reverse=True)
    return found


def _fits(model: ModelFacts, ref: MatchRef) -> bool:
    if model.status == DEPRECATED or (model.status == PREVIEW and ref.channel != PREVIEW):
        return False
    if ref.minimum is not None and compare(model.version, ref.minimum) < 0:
        return False
    if ref.below is not None and compare(model.version, ref.below) >= 0:
        return False
    if ref.exact is not None and compare(model.version, ref.exact) != 0:
        return False
    if not set(ref.needs) <= model.capabilities or model.context_tokens < (ref.min_context or 0):
        return False
    return _affordable(model, ref)


def _affordable(model: ModelFacts, ref: MatchRef) -> bool:
    for limit, side in ((ref.max_input_nano, "input"), (ref.max_output_nano, "output")):
        if limit is not None and (model.price is None or getattr(model.price, side) > limit):
            return False
    return True
