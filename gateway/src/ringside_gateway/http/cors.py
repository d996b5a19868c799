# SPDX-License-Identifier: Apache-2.0
"""Calls from pages of other origins (product page §8): preflights, and which headers a page may send and read."""

from __future__ import annotations

import re
from typing import Any, Protocol

import falcon

from ringside_gateway.domain._generated.headers import RESPONSE_HEADERS

#: What OpenAI's and our SDKs send; anything else a page asks for is left out of the answer.
_MAY_SEND = re.compile(
    r"x-stainless-[a-z0-9-]+|openai-[a-z0-9-]+|fc-[a-z]+|idempotency-key|authorization|content-type|user-agent"
)
_METHODS = "GET, POST, PATCH, DELETE"
_READABLE = ", ".join(RESPONSE_HEADERS)
#: Browsers ask again after so long; a revoked origin's page is refused by its token anyway.
_MAX_AGE_S = "600"


class Origins(Protocol):
    """Knows the origins that living client tokens name."""

    def serves_origin(self, origin: str) -> bool:
        """Whether a page of this origin may call."""


class Cors:
    """Answers preflights, and marks answers that a page may read."""

    def __init__(self, allowed: frozenset[str], origins: Origins) -> None:
        self._allowed = allowed
        self._origins = origins

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Completes a preflight with 204; what is not allowed gets no CORS headers, which is how browsers say no."""
        req.context.cors_origin = self._served(req)
        if req.method != "OPTIONS" or req.get_header("Access-Control-Request-Method") is None:
            return
        resp.status = 204
        resp.complete = True
        if req.context.cors_origin is not None:
            asked = (req.get_header("Access-Control-Request-Headers") or "").lower().split(",")
            names = [name.strip() for name in asked if _MAY_SEND.fullmatch(name.strip())]
            resp.set_header("Access-Control-Allow-Methods", _METHODS)
            resp.set_header("Access-Control-Allow-Headers", ", ".join(names))
            resp.set_header("Access-Control-Max-Age", _MAX_AGE_S)

    def process_response(self, req: falcon.Request, resp: falcon.Response, resource: Any, succeeded: bool) -> None:
        """Lets the page read the answer, errors included."""
        resp.append_header("Vary", "Origin")
        origin = getattr(req.context, "cors_origin", None)
        if origin is not None:
            resp.set_header("Access-Control-Allow-Origin", origin)
            resp.set_header("Access-Control-Expose-Headers", _READABLE)

    def _served(self, req: falcon.Request) -> str | None:
        origin: str | None = req.get_header("Origin")
        if origin is None or origin == "null" or len(origin) > 300:
            return None
        listed = "*" in self._allowed or origin.lower() in self._allowed
        return origin if listed or self._origins.serves_origin(origin) else None
