# SPDX-License-Identifier: Apache-2.0
"""A model's quirks applied to a request body: what it drops, refuses, clamps and calls by another name."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain.catalogue import Quirks
from ringside_gateway.domain.errors import GatewayError

#: Fields of ours that no provider knows.
OWN_FIELDS = ("drop_params", "conversation")
#: What is charged beside the tokens, or at another price, and the values that are not: the catalogue has no price for
#: it, so it is refused where the catalogue does not say that a provider charges nothing for it.
PRICED_APART: dict[str, tuple[Any, ...]] = {
    "service_tier": ("auto", "default"),
    "web_search_options": (),
    "plugins": (),
    "models": (),
}


def applied(quirks: Quirks, body: dict[str, Any], ref: str) -> dict[str, Any]:
    """The body as the model takes it, our own fields gone; 400 `unsupported_parameter` unless it sets `drop_params`."""
    drop = bool(body.get("drop_params"))
    body = {name: value for name, value in body.items() if name not in OWN_FIELDS and name not in quirks.dropped}
    for name, accepted in {**PRICED_APART, **quirks.refused}.items():
        if name in body and body[name] is not None and body[name] not in accepted:
            if not drop:
                raise GatewayError("unsupported_parameter", param=name, model=ref)
            del body[name]
    for name, (least, most) in quirks.clamped.items():
        if isinstance(body.get(name), (int, float)):
            body[name] = min(max(body[name], least), most)
    for old, new in quirks.renamed.items():
        if old in body:
            value = body.pop(old)
            if body.get(new) is None:
                body[new] = value
    return body
